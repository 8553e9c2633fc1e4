"""Whether a machine has room for a workshop: what a seat needs of it, and what there is. Pure."""

from dataclasses import dataclass
from math import ceil, inf
from typing import Literal

from labctl.model.lab import ENDPOINT_NAMES, shifted
from labctl.model.workshop import FIRST_BASE, MOST_SEATS, SEAT_STEP, base_of

ResourceName = Literal[
    "memory",
    "cpu",
    "ports",
    "kept-ports",
    "subnets",
    "processes",
    "inotify-instances",
    "inotify-watches",
    "files",
    "neighbours",
    "disk",
]
# Without these Dovecot looks for new mail every five seconds, and is told of none.
SLOWER_WITHOUT: frozenset[ResourceName] = frozenset({"inotify-instances", "inotify-watches"})
# Without these seats work, as a rule: with "kept-ports", unless a connection holds the port first;
# with "disk", until it is full.
NOT_REQUIRED: frozenset[ResourceName] = SLOWER_WITHOUT | {"kept-ports", "disk"}
DISK_LEFT = 1024  # MiB of the engine's disk: while less is free, no seat takes mail
LAST_PORT = 65535
_LOWER_BASE = 10000


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that a machine has so much of."""

    resource: ResourceName
    each: float  # what one seat needs
    there: float | None  # what is free, a reserve left out; None: it cannot be known from here
    once: float = 0.0  # what the workshop needs beside its seats

    def needed(self, seats: int) -> float:
        """What so many seats need."""
        return self.once + self.each * seats

    @property
    def enough_for(self) -> float:
        """How many seats it is enough for; infinite where it does not limit or is not known."""
        if self.there is None or self.each <= 0:
            return inf
        return max(0, int((self.there - self.once) / self.each + 1e-9))


@dataclass(frozen=True, slots=True)
class Capacity:
    """A workshop as it is planned, before anything of it is there."""

    seats: int
    nodes: int
    requirements: tuple[Requirement, ...]  # of one machine
    start_seconds: float  # until the last of them greets, one machine
    seconds_each: float  # of one seat's start
    sites: int = 1  # of each seat
    outgoing: tuple[int, int] | None = None  # see ``kept_seats``; None: not known

    @property
    def seats_here(self) -> int:
        """How many seats one of the machines would hold."""
        return ceil(self.seats / self.nodes)

    @property
    def most(self) -> float:
        """How many seats fit on one machine."""
        return min((r.enough_for for r in self._hard), default=inf)

    @property
    def bottleneck(self) -> Requirement | None:
        """What ends first; ``None``: nothing does."""
        ends = [r for r in self._hard if r.enough_for < inf]
        return min(ends, key=lambda r: r.enough_for, default=None)

    @property
    def fits(self) -> bool:
        """Whether the machines are enough."""
        return self.most >= self.seats_here

    @property
    def machines(self) -> int | None:
        """How many machines like this one it takes; ``None``: not even one seat fits on each."""
        if self.most < 1:
            return None
        return 1 if self.most == inf else ceil(self.seats / self.most)

    @property
    def lower_base(self) -> int | None:
        """A base at which no seat's port may be an outgoing connection's; ``None``: not this one.

        It is worth naming only where the usual base leaves seats among them.
        """
        return _LOWER_BASE if self._kept(_LOWER_BASE) >= self.seats_here else None

    @property
    def last_port(self) -> int:
        """The last port that the seats take at the usual base."""
        return max(ports_of(FIRST_BASE, self.seats_here, self.sites))

    def _kept(self, base: int) -> int:
        return kept_seats(base, self.sites, self.outgoing) if self.outgoing else MOST_SEATS

    @property
    def _hard(self) -> tuple[Requirement, ...]:
        return tuple(r for r in self.requirements if r.resource not in NOT_REQUIRED)


def ports_of(base: int, number: int, sites: int) -> list[int]:
    """The ports of one seat of a workshop at ``base``."""
    first = base_of(base, number, sites)
    bases = [first + SEAT_STEP * site for site in range(sites)]
    return [shifted(one, name) for one in bases for name in ENDPOINT_NAMES]


def kept_seats(base: int, sites: int, outgoing: tuple[int, int]) -> int:
    """How many seats, from the first on, have no port that a connection to elsewhere may be given.

    The kernel gives such connections any port of a range, by default from 32768 on; while one lasts
    nobody can listen there.

    Args:
        base: of the workshop's ports.
        sites: of each seat.
        outgoing: the range, both ends in it.

    Source: ip(7), ip_local_port_range
    """
    first, last = outgoing
    for number in range(1, MOST_SEATS + 1):
        if any(first <= port <= last for port in ports_of(base, number, sites)):
            return number - 1
    return MOST_SEATS
