"""What a container engine answers with: small values, and what flows until it is closed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from labctl.model.status import ServiceStatus
from labctl.model.workshop import Seat

Availability = Literal["active", "pause", "drain"]  # of a Swarm's node, in its own words


@dataclass(frozen=True, slots=True)
class ExecResult:
    """What a command inside a container answered."""

    exit_code: int
    stdout: str
    stderr: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a service's log, with the engine's time."""

    time: int  # nanoseconds since the epoch, as the engine stamped it
    text: str


@dataclass(frozen=True, slots=True)
class TreeFile:
    """One regular file of a tree inside a container."""

    path: str  # relative to the tree's root
    content: bytes
    mtime: float


@dataclass(frozen=True, slots=True)
class FoundLab:
    """A lab's containers as the engine lists them: one call, nothing opened."""

    name: str
    services: tuple[ServiceStatus, ...]
    seat: Seat | None = None  # without its person, whom only the lab's state knows
    node: str = ""  # the machine of a Swarm that it runs on; empty: the engine's own
    address: str = ""  # of that machine: there its ports are published
    node_down: bool = False  # that machine does not answer
    unfilled: str = ""  # the machine that it was lost on, as long as its mail is not back


@dataclass(frozen=True, slots=True)
class Resource:
    """Something of a lab on the engine; the last two are a Swarm's."""

    kind: Literal["container", "network", "volume", "service", "config"]
    name: str
    node: str = ""  # the machine of a Swarm that has it; empty: the engine, or the Swarm, itself


class Tapped(Protocol):
    """Something that listens on a service's wire and writes what it hears, as tcpdump does."""

    def chunks(self) -> Iterator[bytes]:
        """The pcap stream, cut anywhere, until it ends."""
        ...

    def stop(self) -> None:
        """Have it write what it has, and end."""
        ...


class Following(Protocol):
    """Lines as they come; ``close`` ends it, also from another thread."""

    def __iter__(self) -> Iterator[LogLine]: ...

    def close(self) -> None:
        """No further line."""
        ...
