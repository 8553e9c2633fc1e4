"""What a stranger beside a server could read there, from what tcpdump kept. Pure."""

from collections.abc import Iterable, Mapping

from labctl.mail.pcap import Packet, PcapReader, segment
from labctl.mail.wiretap import Heard, Wiretap
from labctl.model.lab import DOCUMENTED_PORT, EndpointName
from labctl.model.observation import Overheard

_ENDPOINT: dict[int, EndpointName] = {port: name for name, port in DOCUMENTED_PORT.items()}


def overheard(
    files: Iterable[bytes], since: int, passwords: Mapping[str, str]
) -> dict[str, Overheard]:
    """By endpoint, what could be read from ``since`` (nanoseconds) on; secrets are masked.

    Args:
        files: pcap files, in any order.
        since: what was said before does not count, but connections may have begun then.
        passwords: address -> password.

    Raises:
        ValueError: one of the files is none.
    """
    found: dict[str, Overheard] = {}
    wiretap = Wiretap(passwords)
    for packet in sorted(_packets(files), key=lambda packet: packet.time):
        seen = segment(packet)
        for heard in wiretap.feed(seen) if seen else ():
            name = _ENDPOINT.get(min(heard.source[1], heard.target[1]))
            if name and heard.time >= since:
                found[name] = found.get(name, Overheard()).with_more(_told(heard))
    return found


def _packets(files: Iterable[bytes]) -> Iterable[Packet]:
    for file in files:
        yield from PcapReader().feed(file)


def _told(heard: Heard) -> Overheard:
    return Overheard(heard.lines, heard.exposed, len(heard.records))
