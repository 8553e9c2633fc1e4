"""A small network of its own for every lab: a /28 that neither this machine nor the engine uses.

Docker's own address pools end after about thirty networks, and may overlap a VPN's.
"""

import os
import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any

from labctl.engine.socketapi import HasApi
from labctl.errors import BadUsage, NoSubnet

# The later ones are for machines that reach all of 10.0.0.0/8, or of 172.16.0.0/12, some other way.
DEFAULT_POOLS = (
    IPv4Network("10.213.0.0/16"),
    IPv4Network("172.29.128.0/17"),
    IPv4Network("192.168.213.0/24"),
)
POOL_VARIABLE = "LABCTL_SUBNET_POOL"
PREFIX = 28  # 14 addresses: the gateway and up to six sites of two servers
_ROUTES = Path("/proc/net/route")
_ROUTE_FIELDS = 8
_ROUTE_UP = 0x1


def choose(client: HasApi, labs: Sequence[str]) -> list[IPv4Network]:
    """A free /28 for each of several new labs; the engine and the routes are asked once for all.

    Raises:
        NoSubnet: the pool is used up.
        BadUsage: ``LABCTL_SUBNET_POOL`` is no IPv4 network of /28 or larger.
    """
    return choose_among(labs, taken(client))


def choose_among(labs: Sequence[str], used: Sequence[IPv4Network]) -> list[IPv4Network]:
    """A /28 for each of several new labs; none overlaps another, or what is used.

    Raises:
        NoSubnet: the pool is used up.
        BadUsage: ``LABCTL_SUBNET_POOL`` is no IPv4 network of /28 or larger.
    """
    own = pools()
    chosen: list[IPv4Network] = []
    for lab in labs:
        chosen.append(_choose_one(own, lab, [*used, *chosen]))
    return chosen


def _choose_one(own: Sequence[IPv4Network], lab: str, used: Sequence[IPv4Network]) -> IPv4Network:
    for candidate in own:
        with suppress(NoSubnet):
            return choose_from(candidate, lab, used)
    return choose_from(own[0], lab, used)


def left(client: HasApi) -> int:
    """How many more labs find a subnet.

    Raises:
        BadUsage: ``LABCTL_SUBNET_POOL`` is no IPv4 network of /28 or larger.
    """
    used = taken(client)
    return sum(count_left(own, used) for own in pools())


def pools(value: str | None = None) -> tuple[IPv4Network, ...]:
    """The networks that labs take their subnets from: ``LABCTL_SUBNET_POOL``, or the usual ones.

    Raises:
        BadUsage: it is no IPv4 network of /28 or larger.
    """
    text = os.environ.get(POOL_VARIABLE, "") if value is None else value
    if not text:
        return DEFAULT_POOLS
    try:
        found = IPv4Network(text)
    except ValueError:
        found = None
    if found is None or found.prefixlen > PREFIX:
        raise BadUsage(
            "{variable} is {value}, which is no IPv4 network of /28 or larger",
            remedy="for example: {variable}=10.213.0.0/16",
            variable=POOL_VARIABLE,
            value=text,
        )
    return (found,)


def choose_from(own: IPv4Network, lab: str, used: Iterable[IPv4Network]) -> IPv4Network:
    """The first free /28 of the pool, looked for from a place that the lab's name decides.

    Labs that start at the same moment so rarely ask for the same one.

    Raises:
        NoSubnet: the pool is used up.
    """
    slots = _slots(own)
    occupied = _occupied(own, used)
    first = int.from_bytes(sha256(lab.encode()).digest()[:8], "big") % slots
    for step in range(slots):
        slot = (first + step) % slots
        if slot not in occupied:
            return _at(own, slot)
    raise NoSubnet(
        "no free /28 network is left in {pool}",
        remedy="remove labs that nobody uses (labctl down --all), or set {variable}=…",
        pool=own,
        variable=POOL_VARIABLE,
    )


def count_left(own: IPv4Network, used: Iterable[IPv4Network]) -> int:
    """How many /28 of the pool overlap nothing that is used."""
    return _slots(own) - len(_occupied(own, used))


def taken(client: HasApi) -> list[IPv4Network]:
    """What the engine's networks and this machine's routes use."""
    return [*engine_networks(client.api.networks()), *host_routes()]


def engine_networks(networks: Iterable[dict[str, Any]]) -> list[IPv4Network]:
    """The IPv4 subnets of ``GET /networks``."""
    configs = [
        config for network in networks for config in (network.get("IPAM") or {}).get("Config") or ()
    ]
    return [found for config in configs for found in _network(config.get("Subnet") or "")]


def host_routes() -> list[IPv4Network]:
    """The networks that this machine knows a way to, the default route left out."""
    try:
        return parse_routes(_ROUTES.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return _interface_networks()


def parse_routes(text: str) -> list[IPv4Network]:
    """Read ``/proc/net/route``, little-endian hexadecimal; lines that are not so are skipped.

    Source: proc(5), /proc/net/route; the flag 0x1 is RTF_UP.
    """
    found: list[IPv4Network] = []
    for line in text.splitlines()[1:]:
        fields = line.split()
        if len(fields) < _ROUTE_FIELDS:
            continue
        with suppress(ValueError):
            target, mask = _address(fields[1]), _address(fields[7])
            if int(fields[3], 16) & _ROUTE_UP and int(mask):
                found.append(IPv4Network(f"{target}/{mask}", strict=False))
    return found


def own_addresses() -> Sequence[str]:
    """This machine's IPv4 addresses beyond loopback."""
    import psutil

    return sorted(
        entry.address
        for entries in psutil.net_if_addrs().values()
        for entry in entries
        if entry.family == socket.AF_INET and not entry.address.startswith("127.")
    )


def _interface_networks() -> list[IPv4Network]:
    import psutil

    entries = [entry for entries in psutil.net_if_addrs().values() for entry in entries]
    return [
        found
        for entry in entries
        if entry.family == socket.AF_INET and entry.netmask
        for found in _network(f"{entry.address}/{entry.netmask}")
    ]


def _network(text: str) -> Iterator[IPv4Network]:
    with suppress(ValueError):
        yield IPv4Network(text, strict=False)


def _address(hexadecimal: str) -> IPv4Address:
    return IPv4Address(int.from_bytes(bytes.fromhex(hexadecimal), "little"))


def _slots(own: IPv4Network) -> int:
    return 1 << (PREFIX - own.prefixlen)


def _at(own: IPv4Network, slot: int) -> IPv4Network:
    return IPv4Network((int(own.network_address) + (slot << (32 - PREFIX)), PREFIX))


def _occupied(own: IPv4Network, used: Iterable[IPv4Network]) -> set[int]:
    """The pool's slots that overlap something."""
    start = int(own.network_address)
    found: set[int] = set()
    for network in used:
        if network.prefixlen and network.overlaps(own):
            low = max(int(network.network_address), start)
            high = min(int(network.broadcast_address), int(own.broadcast_address))
            found.update(
                range((low - start) >> (32 - PREFIX), ((high - start) >> (32 - PREFIX)) + 1)
            )
    return found
