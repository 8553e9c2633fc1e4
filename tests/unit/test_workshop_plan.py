"""Who sits where, and at which ports: pure."""

from dataclasses import replace

import pytest

from labctl.definition.load import load
from labctl.errors import BadUsage
from labctl.model.lab import ENDPOINT_NAMES, Endpoint, LabSpec, shifted
from labctl.model.workshop import Person, Seat
from labctl.verbs.workshop_plan import RoomWish, seated, unasked, wishes
from labctl.verbs.workshop_seats import in_short, numbers_of
from tests.unit.lab_specs import a_lab


def people(*names: str) -> RoomWish:
    return RoomWish(people=tuple(Person(name) for name in names))


def persons(seats: dict[int, Seat]) -> dict[int, str]:
    return {number: seat.person for number, seat in seats.items()}


def at(number: int, base: int, *domains: str) -> LabSpec:
    """A seat's lab as it is on the engine."""
    seat = Seat("room", number)
    endpoints = tuple(Endpoint(name, "127.0.0.1", shifted(base, name)) for name in ENDPOINT_NAMES)
    return replace(a_lab(*domains, name=seat.lab), endpoints=endpoints, seat=seat)


# -- who sits where --------------------------------------------------------------------------------


def test_the_roster_fills_the_seats_in_its_order() -> None:
    found = seated("room", people("Zoé", "Noël"), {})
    assert persons(found) == {1: "Zoé", 2: "Noël"}
    assert found[2].lab == "room-002"


def test_who_has_a_seat_keeps_it_and_who_is_new_takes_the_next() -> None:
    there = {1: Seat("room", 1, "Zoé"), 2: Seat("room", 2, "Noël"), 4: Seat("room", 4, "Ada")}
    found = seated("room", people("Ada", "Eve", "zoé", "Max"), there)
    assert persons(found) == {1: "zoé", 3: "Eve", 4: "Ada", 5: "Max"}
    assert unasked(found, list(there)) == (2,)


def test_seats_without_a_person_are_taken_first() -> None:
    there = {n: Seat("room", n) for n in (1, 2, 3)}
    assert persons(seated("room", people("Zoé", "Noël"), there)) == {1: "Zoé", 2: "Noël"}


def test_a_number_of_seats_changes_nobodys_name() -> None:
    there = {2: Seat("room", 2, "Noël", "Otter")}
    found = seated("room", RoomWish(seats=3), there)
    assert persons(found) == {1: "", 2: "Noël", 3: ""}
    assert found[2].pseudonym == "Otter"


def test_nothing_asked_for_is_the_room_as_it_is() -> None:
    assert seated("room", RoomWish(), {2: Seat("room", 2, "Noël")}) == {2: Seat("room", 2, "Noël")}


# -- where they are published ----------------------------------------------------------------------


def bases(
    wish: RoomWish, numbers: range, there: dict[int, LabSpec] | None = None
) -> dict[int, object]:
    seats = {n: Seat("room", n) for n in numbers}
    found = {n: each.ports for n, each in wishes(wish, seats, there or {}).items()}
    return {n: ports if isinstance(ports, int) else "stays" for n, ports in found.items()}


def test_a_seat_has_a_base_of_its_own_and_a_duo_two() -> None:
    assert bases(RoomWish(), range(1, 4)) == {1: 20100, 2: 20200, 3: 20300}
    assert bases(RoomWish(base=30000), range(7, 8)) == {7: 30700}
    assert bases(RoomWish(definition=load("duo")), range(1, 3)) == {1: 20200, 2: 20400}


def test_a_longer_roster_goes_on_where_the_room_is() -> None:
    there = {1: at(1, 30100), 2: at(2, 30200)}
    assert bases(RoomWish(), range(1, 4), there) == {1: "stays", 2: "stays", 3: 30300}
    duo = {1: at(1, 30200, "alpha.test", "beta.test")}
    assert bases(RoomWish(), range(1, 3), duo) == {1: "stays", 2: 30400}


def test_a_new_seat_is_like_the_others() -> None:
    there = {1: replace(at(1, 20100, "alpha.test", "beta.test"), bind="192.0.2.7")}
    wish = wishes(RoomWish(), {2: Seat("room", 2)}, there)[2]
    assert wish.like == there[1]
    assert wish.bind == "192.0.2.7"


def test_a_seat_that_was_moved_does_not_move_the_room() -> None:
    assert bases(RoomWish(), range(2, 3), {1: at(1, 25)}) == {2: 20200}


def test_a_room_that_does_not_fit_is_refused_before_anything_is_begun() -> None:
    assert len(bases(RoomWish(), range(1, 455))) == 454
    with pytest.raises(BadUsage, match="seat 455 would need the port 65595"):
        bases(RoomWish(), range(1, 456))
    with pytest.raises(BadUsage, match="each seat takes 200 ports"):
        bases(RoomWish(definition=load("duo")), range(1, 300))


# -- how seats are said ----------------------------------------------------------------------------


def test_seats_are_said_by_number_range_or_all() -> None:
    assert numbers_of(["7", "1-3", "2"]) == [1, 2, 3, 7]
    assert numbers_of(["3", "all"]) is None
    assert in_short([7, 1, 2, 3, 9, 10]) == "1-3, 7, 9-10"
    assert in_short([]) == ""


@pytest.mark.parametrize("word", ["", "0-", "3-1", "-1", "x", "1-x", "１", "1,2", "99999"])
def test_what_is_no_seat_is_refused(word: str) -> None:
    with pytest.raises(BadUsage, match="a seat is a number"):
        numbers_of([word])
