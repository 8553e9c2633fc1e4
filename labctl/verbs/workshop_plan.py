"""Who sits where, and what each seat's lab is to be. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from labctl.errors import BadUsage
from labctl.model.lab import ENDPOINT_NAMES, LabSpec, shifted
from labctl.model.workshop import FIRST_BASE, SEAT_STEP, Person, Seat, base_of
from labctl.verbs.specify import Ports
from labctl.verbs.wished import Wish

if TYPE_CHECKING:
    from labctl.definition.schema import Definition

_LAST_PORT = 65535


@dataclass(frozen=True, slots=True)
class RoomWish:
    """What the host asked of `workshop up`; ``None``: as the room is, or as usual."""

    seats: int = 0  # 1 to this number, people or not
    people: tuple[Person, ...] = ()
    definition: "Definition | None" = None
    base: int | None = None
    bind: str | None = None
    gateway: bool = False  # new seats are reached through the room's gateway, and reach nothing


def seated(workshop: str, wish: RoomWish, there: Mapping[int, Seat]) -> dict[int, Seat]:
    """The seats that are asked for, by number.

    Who has a seat keeps it, wherever the roster has them now; who is new takes the first seat at
    which nobody sits. Asked for nothing, the room is what is there.
    """
    if not wish.people:
        numbers = range(1, wish.seats + 1) if wish.seats else there.keys()
        return {n: there.get(n) or Seat(workshop, n) for n in sorted(numbers)}
    known = {seat.person.casefold(): n for n, seat in there.items() if seat.person}
    free = (n for n in count(1) if n not in there or not there[n].person)
    found = {}
    for person in wish.people:
        number = known.get(person.name.casefold())
        number = next(free) if number is None else number
        found[number] = Seat(workshop, number, person.name, person.pseudonym)
    return dict(sorted(found.items()))


def wishes(
    wish: RoomWish, seats: Mapping[int, Seat], there: Mapping[int, LabSpec]
) -> dict[int, Wish]:
    """What each seat's lab is to be.

    A seat that is there stays where it is published unless a base is given. A new one is like the
    lowest that is there: its shape, its address, and a base of the same series.

    Raises:
        BadUsage: a seat would need a port beyond 65535.
    """
    like = there[min(there)] if there else None
    sites = len(wish.definition.sites) if wish.definition else len(like.sites) if like else 1
    usual = _series(like) if like and len(like.sites) == sites else FIRST_BASE
    bind = wish.bind or (wish.definition and wish.definition.bind)
    found = {}
    for number, seat in seats.items():
        before = there.get(number)
        if before and wish.base is None and len(before.sites) == sites:
            ports: Ports = {e.name: e.port for e in before.endpoints}
        else:
            ports = base_of(wish.base or usual, number, sites)
            _refuse_beyond(number, ports, sites)
        known = before or like
        usual_bind = known.bind if known else None
        found[number] = Wish(wish.definition, ports, bind or usual_bind, seat, like=like)
    return found


def _series(like: LabSpec) -> int:
    """The first base of the room that this seat belongs to; the usual one if it went its own way.

    A seat at 20700, the seventh, belongs to a room at 20000.
    """
    if like.seat is None:
        return FIRST_BASE
    smtp = next(e.port for e in like.endpoints if e.name == "smtp")
    base = smtp - shifted(0, "smtp")
    first = base - base_of(0, like.seat.number, len(like.sites))
    return first if first > 0 and first % 10 == 0 else FIRST_BASE


def _refuse_beyond(number: int, base: int, sites: int) -> None:
    last = base + SEAT_STEP * (sites - 1) + max(shifted(0, name) for name in ENDPOINT_NAMES)
    if last > _LAST_PORT:
        raise BadUsage(
            "seat {seat} would need the port {port}, and the last there is is 65535:"
            " each seat takes {step} ports",
            remedy="choose a lower base (labctl workshop up --base 10000), or fewer seats",
            seat=number,
            port=last,
            step=SEAT_STEP * sites,
        )


def unasked(seats: Mapping[int, Seat], there: Sequence[int]) -> tuple[int, ...]:
    """The seats that are there and that nobody asked for now: they stay as they are."""
    return tuple(number for number in there if number not in seats)
