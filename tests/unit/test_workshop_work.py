"""How far a seat has come: read from its evidence, whatever somebody has done to that."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.model.handson import Course, Progress, Run
from labctl.model.room import Attempt, Now, Room, SeatWork
from labctl.model.workshop import Seat
from labctl.verbs.workshop_work import attempts_of, evidence_of, marked, now_of

S = 10**9


def line(at: int, kind: str, *, run: str = "r1", step: str = "", **more: object) -> dict[str, Any]:
    return {"at": at * S, "kind": kind, "run": run, "exercise": "pop3-takes", "step": step, **more}


OWN = [line(1, "start"), line(2, "hint", step="a"), line(5, "pass", step="a"), line(9, "end")]
SHOWN = [line(1, "start"), line(4, "skip", step="a"), line(6, "end")]


def under_way(run: str = "r1", step: int = 0) -> Course:
    return Course(run=Run(run, "pop3-takes", "", "token", 1 * S, step=step))


def test_a_run_that_came_to_its_end_passes() -> None:
    found = attempts_of(OWN)["pop3-takes"]
    assert found == Attempt("pop3-takes", "done", 1 * S, 9 * S, hints=1)
    assert (found.verdict, found.seconds) == ("pass", 8.0)


def test_a_run_whose_solution_was_shown_says_in_which_step() -> None:
    found = attempts_of(SHOWN)["pop3-takes"]
    assert (found.verdict, found.shown, found.seconds) == ("shown", ("a",), 5.0)
    asked = [line(1, "start"), line(2, "pass", step="b", shown=True), line(3, "end")]
    assert attempts_of(asked)["pop3-takes"].shown == ("b",)


def test_a_run_without_an_end_is_begun() -> None:
    found = attempts_of(OWN[:-1])["pop3-takes"]
    assert (found.verdict, found.seconds, found.done) == ("begun", None, 0)


def test_what_was_better_once_stays() -> None:
    again = [line(20, "start", run="r2"), line(30, "end", run="r2")]
    worse = [line(40, "start", run="r3"), line(41, "skip", run="r3"), line(42, "end", run="r3")]
    assert attempts_of([*SHOWN, *again])["pop3-takes"].started == 20 * S
    assert attempts_of([*OWN, *again, *worse])["pop3-takes"].started == 1 * S
    assert attempts_of([*OWN[:-1], again[0]])["pop3-takes"].started == 20 * S


def test_a_seat_that_caught_up_is_shown_and_counts_in_no_median() -> None:
    course = Course(progress={"pop3-takes": Progress("shown", 7 * S), "e": Progress("begun", 8)})
    found = marked(course, {})
    assert found == {"pop3-takes": Attempt("pop3-takes", "shown", 0, 7 * S)}
    assert found["pop3-takes"].seconds is None
    assert marked(course, attempts_of(OWN)) == attempts_of(OWN)
    room = Room("w", 0, (SeatWork(Seat("w", 1), "ready", found),))
    assert (room.exercises, room.median("pop3-takes")) == (("pop3-takes",), None)


def test_now_is_since_the_step_began_and_counts_what_happened_in_it() -> None:
    lines = [
        line(1, "start"),
        line(2, "near_miss", step="a"),
        line(3, "hint", step="a"),
        line(5, "pass", step="a"),
        line(6, "near_miss", step="b"),
        line(7, "fail", step="b"),
        line(8, "hint", step="b"),
    ]
    assert now_of(under_way(step=1), lines) == Now("pop3-takes", 2, 5 * S, hints=1, wrong=2)


def test_nobody_waits_at_the_end_or_before_the_beginning() -> None:
    assert now_of(under_way(step=1), OWN) is None
    assert now_of(Course(), OWN) is None


def test_evidence_is_read_in_the_order_of_its_times() -> None:
    names = ("/etc/labctl/evidence-0002-x.json", "/etc/labctl/evidence-0001-y.json")
    files = dict(zip(names, (json.dumps(x).encode() for x in (OWN[1], OWN[0])), strict=True))
    files["/etc/labctl/main.cf"] = b"{}"
    assert evidence_of(files) == OWN[:2]


@pytest.mark.parametrize(
    "spoilt",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b'{"at": 1}',
        b'{"at": "1", "kind": "end", "run": "r", "exercise": "e", "step": ""}',
        b'{"at": 1, "kind": "end", "run": "r", "exercise": "\\u001b[2J", "step": ""}',
        b'{"at": 99999999999999999999999, "kind": "end", "run": "r", "exercise": "e", "step": ""}',
    ],
)
def test_what_is_no_evidence_is_left_out(spoilt: bytes) -> None:
    assert evidence_of({"/etc/labctl/evidence-1.json": spoilt}) == []


@given(st.dictionaries(st.sampled_from(["a", "evidence-1", "evidence-2.json"]), st.binary()))
def test_no_file_breaks_the_reader(files: dict[str, bytes]) -> None:
    assert isinstance(attempts_of(evidence_of(files)), dict)


def test_half_of_a_room_took_no_longer_than_the_median() -> None:
    times = (3, 30, 10)
    seats = tuple(
        SeatWork(Seat("w", n), "ready", {"e": Attempt("e", "done", 1, 1 + t * S)})
        for n, t in enumerate(times, start=1)
    )
    assert Room("w", 0, seats).median("e") == 10
    assert Room("w", 0, seats).median("other") is None
