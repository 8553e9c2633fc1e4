"""What an engine says about itself and its machine, in one value for ``labctl doctor``."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labctl.engine import images, ports, subnets
from labctl.engine.clock import read_time
from labctl.engine.disk import disk_free
from labctl.engine.images import ImageStatus
from labctl.engine.locate import EngineAddress
from labctl.engine.ports import Holder
from labctl.model.lab import DOCUMENTED_PORT, EndpointName

if TYPE_CHECKING:
    from docker import DockerClient

_PRIVILEGED = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")


@dataclass(frozen=True, slots=True)
class EngineFacts:
    """One look at an engine; ``None`` where it cannot be known from here."""

    address: EngineAddress
    version: str
    api: str
    memory: int  # bytes the engine's machine has
    processors: int
    root: str  # the folder the engine keeps everything in, on its own machine
    disk_free: int | None  # bytes
    memory_free: int | None  # bytes
    clock_ahead: float  # seconds the engine's clock is ahead of ours
    rootless: bool
    first_free_port: int  # the lowest port an ordinary program may listen on
    has_bridge: bool  # the network that images are built in
    forwards: bool  # whether its machine passes packets on to containers
    images: tuple[ImageStatus, ...]
    holders: Mapping[EndpointName, Holder]  # of the documented ports that are taken
    subnets_left: int


def gather(client: "DockerClient", address: EngineAddress) -> EngineFacts:
    """Ask the engine; about a dozen quick requests.

    Raises:
        BadUsage: ``LABCTL_SUBNET_POOL`` is no IPv4 network of /28 or larger.
    """
    info: dict[str, Any] = client.api.info()
    received = datetime.now(UTC)
    root = str(info.get("DockerRootDir") or "")
    security = " ".join(info.get("SecurityOptions") or ())
    networks = client.api.networks()
    used = [*subnets.engine_networks(networks), *subnets.host_routes()]
    return EngineFacts(
        address=address,
        version=str(info.get("ServerVersion") or "?"),
        api=str(client.api.api_version),
        memory=int(info.get("MemTotal") or 0),
        processors=int(info.get("NCPU") or 0),
        root=root,
        disk_free=disk_free(root) if address.local else None,
        memory_free=_memory_free() if address.local else None,
        clock_ahead=clock_ahead(str(info.get("SystemTime") or ""), received),
        rootless="rootless" in security,
        first_free_port=_first_free_port(),
        has_bridge=any(network.get("Name") in {"bridge", "podman"} for network in networks),
        forwards=not any("forwarding is disabled" in w for w in info.get("Warnings") or ()),
        images=images.list_images(client),
        holders=_holders(client, address),
        subnets_left=sum(subnets.count_left(pool, used) for pool in subnets.pools()),
    )


def clock_ahead(stamp: str, now: datetime) -> float:
    """Seconds the engine's RFC 3339 time is ahead of ``now``; 0 when none can be read."""
    there = read_time(stamp)
    return (there - now).total_seconds() if there else 0.0


def _holders(client: "DockerClient", address: EngineAddress) -> dict[EndpointName, Holder]:
    found = {
        name: ports.holder(client, port, local=address.local)
        for name, port in DOCUMENTED_PORT.items()
    }
    return {name: who for name, who in found.items() if who}


def _memory_free() -> int:
    import psutil

    return int(psutil.virtual_memory().available)


def _first_free_port() -> int:
    try:
        return int(_PRIVILEGED.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0
