"""Seats: their labs' names and their ports."""

import pytest

from labctl.model.lab import DOCUMENTED_PORT, LAB_NAME, shifted
from labctl.model.workshop import FIRST_BASE, Seat, base_of, lab_name


def test_a_seat_has_a_lab_and_ports_that_tell_its_number() -> None:
    assert Seat("workshop", 7).lab == lab_name("workshop", 7) == "workshop-007"
    base = base_of(FIRST_BASE, 7)
    assert [shifted(base, name) for name in DOCUMENTED_PORT] == [
        20725, 20787, 20765, 20743, 20793, 20710, 20795,
    ]  # fmt: skip


def test_a_lab_of_two_sites_takes_two_bases_so_that_no_seat_meets_the_next() -> None:
    assert [base_of(FIRST_BASE, number, sites=2) for number in (1, 2)] == [20200, 20400]


def test_every_seat_of_the_longest_name_is_a_labs_name() -> None:
    assert LAB_NAME.fullmatch(lab_name("w" * 32, 9999))


@pytest.mark.parametrize("name", ["", "Room", "ä", "-room", "room 1", "w" * 33, "room\n"])
def test_a_wrong_workshop_cannot_be_built(name: str) -> None:
    with pytest.raises(ValueError, match="workshop"):
        Seat(name, 1)


@pytest.mark.parametrize("number", [0, -1])
def test_a_wrong_seat_cannot_be_built(number: int) -> None:
    with pytest.raises(ValueError, match="the first is 1"):
        Seat("room", number)
