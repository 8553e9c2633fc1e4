"""Seats whose machine does not answer: which checkpoint they come back from, and how old it is."""

from pathlib import Path

import pytest

from labctl.engine.values import FoundLab
from labctl.errors import BadCheckpoint
from labctl.model.status import LabStatus
from labctl.model.workshop import Seat, SeatStatus
from labctl.render.checkpoint import Checkpoint, dump_checkpoint
from labctl.verbs.workshop_recovery import recovery, with_ages
from labctl.verbs.workshop_seats import Looked
from tests.unit.lab_specs import a_lab

SECOND = 1_000_000_000
SAVED = 1_700_000_000 * SECOND
NO_MAIL = {"dovecot": bytes(10240)}  # a tar with nothing in it


def kept(folder: Path, *numbers: int) -> Path:
    """A folder of checkpoints, one a seat."""
    for number in numbers:
        checkpoint = Checkpoint(a_lab("alpha.test", name=f"room-{number:03}"), SAVED, {}, NO_MAIL)
        (folder / f"room-{number:03}.tar.gz").write_bytes(dump_checkpoint(checkpoint))
    return folder


def looked(number: int, node: str, *, down: bool) -> Looked:
    lab = FoundLab(f"room-{number:03}", (), None, node, "10.0.0.1", down)
    return Looked(Seat("room", number), lab, None, {})


def a_seat(number: int, *, down: bool) -> SeatStatus:
    lab = LabStatus(f"room-{number:03}", "degraded", node="n1", node_down=down)
    return SeatStatus(Seat("room", number), lab.state, "n1", lab)


def test_who_is_on_a_silent_node_comes_back_from_the_checkpoint(tmp_path: Path) -> None:
    there = {
        1: looked(1, "n1", down=True),
        2: looked(2, "n2", down=False),
        3: looked(3, "n1", down=True),
    }
    found = recovery("room", kept(tmp_path, 1, 2), there, without_mail=True)
    assert found.nodes == {1: "n1", 3: "n1"}
    assert found.checkpoints.keys() == {1}
    assert found.refused == {}


def test_without_a_checkpoint_mail_is_given_up_only_by_whoever_says_so(tmp_path: Path) -> None:
    there = {1: looked(1, "n1", down=True), 2: looked(2, "n2", down=False)}
    found = recovery("room", tmp_path / "nowhere", there, without_mail=False)
    assert found.refused.keys() == {1}
    assert "no checkpoint of seat 1" in str(found.refused[1])
    assert "--without-mail" in str(found.refused[1])


def test_a_seat_that_never_got_its_mail_back_gets_it_now(tmp_path: Path) -> None:
    lab = FoundLab("room-001", (), None, "n2", "10.0.0.2", unfilled="n1")
    there = {1: Looked(Seat("room", 1), lab, None, {})}
    found = recovery("room", kept(tmp_path, 1), there, without_mail=False)
    assert found.nodes == {1: "n1"}
    assert found.checkpoints.keys() == {1}


def test_a_damaged_checkpoint_keeps_one_seat_where_it_is_and_no_other(tmp_path: Path) -> None:
    folder = kept(tmp_path, 1)
    (folder / "room-002.tar.gz").write_bytes(b"no checkpoint")
    answering = {1: looked(1, "n1", down=True), 2: looked(2, "n2", down=False)}
    assert recovery("room", folder, answering, without_mail=False).refused == {}
    silent = {1: looked(1, "n1", down=True), 2: looked(2, "n1", down=True)}
    for without_mail in (False, True):
        found = recovery("room", folder, silent, without_mail=without_mail)
        assert found.checkpoints.keys() == {1}
        assert isinstance(found.refused[2], BadCheckpoint)


def test_the_age_is_told_of_seats_whose_node_is_down(tmp_path: Path) -> None:
    seats = [a_seat(1, down=True), a_seat(2, down=False), a_seat(3, down=True)]
    told = with_ages(seats, "room", kept(tmp_path, 1, 2), lambda: SAVED + 90 * SECOND)
    assert [seat.saved for seat in told] == [90.0, None, None]
    assert with_ages(seats, "room", None, lambda: 0) == tuple(seats)


def test_nothing_is_read_while_every_node_answers(tmp_path: Path) -> None:
    (tmp_path / "room-001.tar.gz").write_bytes(b"no checkpoint")
    seats = [a_seat(1, down=False)]
    assert with_ages(seats, "room", tmp_path, lambda: 0) == tuple(seats)


@pytest.mark.parametrize("content", [b"", b"x", b"\x1f\x8b", b"\x1f\x8b" + bytes(30)])
def test_an_age_is_not_made_up(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "room-001.tar.gz").write_bytes(content)
    kept(tmp_path, 2)
    told = with_ages([a_seat(1, down=True), a_seat(2, down=True)], "room", tmp_path, lambda: SAVED)
    assert [seat.saved for seat in told] == ["damaged", 0.0]


def test_a_clock_that_was_set_back_makes_nothing_younger_than_new(tmp_path: Path) -> None:
    (told,) = with_ages([a_seat(1, down=True)], "room", kept(tmp_path, 1), lambda: 0)
    assert told.saved == 0
