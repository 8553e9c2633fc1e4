"""Whether a machine has room for a workshop: what a seat needs of it, and what there is. Pure."""

from dataclasses import dataclass
from math import ceil, inf
from typing import Literal

ResourceName = Literal[
    "memory",
    "cpu",
    "ports",
    "subnets",
    "processes",
    "inotify-instances",
    "inotify-watches",
    "files",
    "neighbours",
]
# Without these a seat goes on: Dovecot then looks for new mail every five seconds, for one.
SLOWER_WITHOUT: frozenset[ResourceName] = frozenset({"inotify-instances", "inotify-watches"})


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
    def _hard(self) -> tuple[Requirement, ...]:
        return tuple(r for r in self.requirements if r.resource not in SLOWER_WITHOUT)
