"""Packets as tcpdump writes them, and the TCP segments in them. Pure.

Sources: draft-ietf-opsawg-pcap (the classic format), RFC 791, RFC 9293.
"""

import struct
from dataclasses import dataclass, field

_MAGIC = 0xA1B2C3D4  # microseconds
_GLOBAL = struct.Struct("<IHHiIII")
_RECORD = struct.Struct("<IIII")
_ETHERNET = 1
_SNAPLEN = 262144
_LONGEST = 1 << 24  # bytes of one packet; longer: these are no packets
FIN, SYN, RST = 1, 2, 4

# What a file begins with: one for all packets, wherever they were caught.
FILE_HEAD = _GLOBAL.pack(_MAGIC, 2, 4, 0, 0, _SNAPLEN, _ETHERNET)


@dataclass(frozen=True, slots=True)
class Packet:
    """One frame as it was on the wire."""

    time: int  # nanoseconds since the epoch
    frame: bytes

    def record(self) -> bytes:
        """As it stands in a file after ``FILE_HEAD``."""
        seconds, rest = divmod(self.time, 10**9)
        size = len(self.frame)
        return _RECORD.pack(seconds, rest // 1000, size, size) + self.frame


@dataclass
class PcapReader:
    """Packets from a stream of bytes that may be cut anywhere."""

    _rest: bytes = b""
    _order: str = ""  # of the machine that caught them; empty: the head has not come yet
    _problem: str = field(default="not packets as tcpdump writes them", init=False)

    def feed(self, data: bytes) -> list[Packet]:
        """The packets that are whole by now.

        Raises:
            ValueError: this is no such stream.
        """
        self._rest += data
        if not self._order and not self._head():
            return []
        found: list[Packet] = []
        while len(self._rest) >= _RECORD.size:
            seconds, micro, size, _ = struct.unpack_from(f"{self._order}IIII", self._rest)
            if size > _LONGEST:
                raise ValueError(self._problem)
            end = _RECORD.size + size
            if len(self._rest) < end:
                break
            when = seconds * 10**9 + micro * 1000
            found.append(Packet(when, self._rest[_RECORD.size : end]))
            self._rest = self._rest[end:]
        return found

    def _head(self) -> bool:
        if len(self._rest) < _GLOBAL.size:
            return False
        for order in "<>":
            if struct.unpack_from(f"{order}I", self._rest)[0] == _MAGIC:
                self._order, self._rest = order, self._rest[_GLOBAL.size :]
                return True
        raise ValueError(self._problem)


@dataclass(frozen=True, slots=True)
class Segment:
    """One TCP segment."""

    time: int  # nanoseconds since the epoch
    source: tuple[str, int]  # address and port
    target: tuple[str, int]
    flags: int
    sequence: int
    payload: bytes


def segment(packet: Packet) -> Segment | None:
    """The TCP segment in an Ethernet frame with IPv4; ``None`` when it holds another thing."""
    frame = packet.frame
    if len(frame) < 34 or frame[12:14] != b"\x08\x00" or frame[14] >> 4 != 4 or frame[23] != 6:
        return None
    ip_size = (frame[14] & 15) * 4
    whole = int.from_bytes(frame[16:18])
    tcp = frame[14 + ip_size : 14 + whole]  # what follows pads a short frame
    if ip_size < 20 or len(tcp) < 20 or (tcp[12] >> 4) * 4 < 20:
        return None
    here, there = (".".join(str(byte) for byte in part) for part in (frame[26:30], frame[30:34]))
    return Segment(
        packet.time,
        (here, int.from_bytes(tcp[0:2])),
        (there, int.from_bytes(tcp[2:4])),
        tcp[13],
        int.from_bytes(tcp[4:8]),
        tcp[(tcp[12] >> 4) * 4 :],
    )
