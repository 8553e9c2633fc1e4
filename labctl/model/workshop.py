"""A workshop: a room of people, each at a seat, each with a lab of their own. Frozen values."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from labctl.model.status import LabStatus

WORKSHOP_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}", re.ASCII)  # its labs' names are longer
DEFAULT_WORKSHOP = "workshop"
SEAT_LAB = re.compile(rf"(?P<workshop>{WORKSHOP_NAME.pattern})-(?P<seat>[0-9]{{3}})", re.ASCII)
FIRST_BASE = 20000
MOST_SEATS = 999  # of a workshop: three digits
SEAT_STEP = 100  # between the bases of two seats: as many as seven ports' last two digits need


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who takes part, as the roster has them."""

    name: str
    pseudonym: str = ""  # what a screen that all can see calls them


@dataclass(frozen=True, slots=True)
class Seat:
    """One participant's place: its lab is ``workshop-007`` for seat 7 of ``workshop``."""

    workshop: str
    number: int  # 1 is the first
    person: str = ""  # who sits there; it stands in the lab's state file and in no label
    pseudonym: str = ""  # what a screen that all can see calls them; empty: the seat's number

    def __post_init__(self) -> None:
        if not WORKSHOP_NAME.fullmatch(self.workshop):
            raise ValueError(f"{self.workshop!r} is no workshop's name")
        if self.number < 1:
            raise ValueError(f"{self.number} is no seat: the first is 1")

    @property
    def lab(self) -> str:
        """The name of its lab."""
        return lab_name(self.workshop, self.number)


@dataclass(frozen=True, slots=True)
class SeatStatus:
    """What ``labctl workshop status`` shows of one seat."""

    seat: Seat
    state: str  # that of its lab
    node: str  # the machine it runs on; empty: this one
    lab: "LabStatus"
    # How many seconds ago its last checkpoint was taken; sought when the node is down.
    saved: float | Literal["damaged"] | None = None


def lab_name(workshop: str, number: int) -> str:
    """The name of a seat's lab: ``workshop-007``."""
    return f"{workshop}-{number:03}"


def base_of(first_base: int, number: int, sites: int = 1) -> int:
    """The base of a seat's ports: 20700 for seat 7; a lab of two sites takes two bases, 21400."""
    return first_base + SEAT_STEP * sites * number
