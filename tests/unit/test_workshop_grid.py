"""The grid of a room: readable at 80 columns with 100 seats, and nobody's name unless asked for."""

import csv
import io
import json
import re
from dataclasses import replace
from typing import Any, get_args

import pytest
from rich.console import Console

from labctl.cli.workshop_grid import duration, grid
from labctl.cli.workshop_results import grid_json, results_csv, results_json
from labctl.lang import Language, choose
from labctl.model.room import Attempt, Room, SeatWork
from labctl.model.workshop import Seat
from tests.unit.room_samples import NOW, SECOND, a_room


def drawn(room: Room, width: int, *, names: bool = False, height: int = 0) -> list[str]:
    console = Console(width=width, file=io.StringIO(), no_color=True, force_terminal=True)
    with console.capture() as capture:
        console.print(grid(console, room, names=names, height=height))
    plain = Console(width=width, file=io.StringIO(), no_color=True)
    with plain.capture() as without:
        plain.print(grid(plain, room, names=names, height=height))
    assert "\x1b[3" not in capture.get(), "NO_COLOR means no colour"
    return without.get().splitlines()


@pytest.mark.parametrize("language", get_args(Language))
def test_no_line_is_broken_at_80_columns(language: Language) -> None:
    choose(language)
    try:
        lines = drawn(a_room(100), 80)
    finally:
        choose("en")
    assert max(map(len, lines)) <= 80
    assert len(lines) == 17  # as many as it has rows


@pytest.mark.parametrize("width", [80, 140])
@pytest.mark.parametrize("seats", [2, 17, 100])
def test_every_seat_has_its_place(width: int, seats: int) -> None:
    lines = drawn(a_room(seats), width)
    assert max(map(len, lines)) <= width
    column = next(line.index("1") for line in lines if line.startswith("seat "))
    row = next(n for n, line in enumerate(lines) if line.startswith("smtp-sends"))
    end = row + max(2, -(-seats // (50 if width == 80 else 100)))
    cells = "".join(line[column:] for line in lines[row:end])
    found = [c for c in cells if c in "✔◐▸·123456789"]
    assert len(found) == seats
    for number, sign in enumerate(found, start=1):
        assert sign == ("·" if number % 10 == 0 else "◐" if number % 7 == 0 else "✔"), number


def test_a_hundred_seats_take_two_lines_at_80_columns_and_one_at_140() -> None:
    assert sum("✔" in line for line in drawn(a_room(100), 80)[1:-12]) == 2
    assert sum("✔" in line for line in drawn(a_room(100), 140)[1:-12]) == 1


def test_who_is_in_the_middle_of_a_step_is_shown_by_its_number() -> None:
    lines = drawn(a_room(9), 80)
    assert next(line for line in lines if line.startswith("port-25"))[26:] == "··2··2··2"


def test_the_figures_are_those_of_the_room() -> None:
    text = "\n".join(drawn(a_room(9), 80))
    assert "9 done  ⌀ 1:05" in text  # 61 to 69 seconds
    assert "0 done" in text
    assert "at work now: 3" in text


def test_who_waits_longest_comes_first_and_is_nobody_by_name() -> None:
    lines = drawn(a_room(9), 80)
    head = next(n for n, line in enumerate(lines) if line.startswith("waiting longest"))
    waiting = [re.split(r"\s{2,}", line.rstrip()) for line in lines[head + 1 : head + 4]]
    assert [cells[0] for cells in waiting] == ["seat 9", "seat 6", "seat 3 (Heron)"]
    assert waiting[0][1:] == ["port-25-server-to-server", "2", "1:49", "1", "1"]
    assert not any("Person" in line for line in lines)


def test_names_are_shown_to_who_asks_for_them() -> None:
    assert "seat 3 (Person 3)" in "\n".join(drawn(a_room(9), 80, names=True))


def test_a_lab_that_is_not_ready_is_told_of() -> None:
    assert "labs that are not ready: 20 (stopped)" in "\n".join(drawn(a_room(21), 80))


def test_an_empty_room_says_so() -> None:
    room = Room("workshop", NOW, (SeatWork(Seat("workshop", 1), "ready"),))
    assert "Nobody has begun an exercise yet." in "\n".join(drawn(room, 80))


def test_on_a_low_screen_the_latest_exercises_stay() -> None:
    many = {f"exercise-{n:02}": Attempt(f"exercise-{n:02}", "begun", n * SECOND) for n in range(30)}
    room = Room("workshop", NOW, (SeatWork(Seat("workshop", 1), "ready", many),))
    lines = drawn(room, 80, height=24)
    text = "\n".join(lines)
    assert len(lines) <= 24
    assert "exercise-29" in text
    assert "exercise-00" not in text
    assert "more exercises" in text


@pytest.mark.parametrize(
    ("seconds", "words"), [(5, "0:05"), (65.4, "1:05"), (3599.6, "1:00:00"), (3723, "1:02:03")]
)
def test_a_duration_reads_as_a_clock(seconds: float, words: str) -> None:
    assert duration(seconds) == words


# -- as data ---------------------------------------------------------------------------------------


def test_json_says_the_same() -> None:
    found = json.loads(json.dumps(grid_json(a_room(9), names=False)))
    assert [e["id"] for e in found["exercises"]] == ["smtp-sends", "port-25-server-to-server"]
    assert found["exercises"][0] == {
        "id": "smtp-sends",
        "pass": 8,
        "shown": 1,
        "begun": 0,
        "median_seconds": 65.0,
    }
    assert found["seats"][2]["exercises"] == {
        "smtp-sends": "pass",
        "port-25-server-to-server": "begun",
    }
    assert [w["seat"] for w in found["waiting"]] == [9, 6, 3]
    assert found["seats"][2]["now"]["step"] == 2
    assert "person" not in found["seats"][2]
    named: Any = grid_json(a_room(3), names=True)
    assert named["seats"][2]["person"] == "Person 3"


def test_results_are_a_row_for_each_seat_and_exercise() -> None:
    rows = [*csv.DictReader(io.StringIO(results_csv(a_room(7), names=False)))]
    assert rows[0] == {
        "seat": "1",
        "pseudonym": "",
        "exercise": "smtp-sends",
        "verdict": "pass",
        "started": "2026-11-24T00:45:00Z",
        "done": "2026-11-24T00:46:01Z",
        "seconds": "61.0",
        "hints": "0",
        "shown": "",
    }
    assert rows[-1]["verdict"] == "shown"
    assert (rows[-1]["hints"], rows[-1]["shown"]) == ("1", "send")
    begun = next(row for row in rows if row["verdict"] == "begun")
    assert (begun["done"], begun["seconds"]) == ("", "")
    listed = results_json(a_room(7), names=True)["results"]
    assert isinstance(listed, list)
    assert len(listed) == len(rows)
    assert listed[0]["person"] == "Person 1"


@pytest.mark.parametrize("bad", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_no_cell_is_a_formula(bad: str) -> None:
    room = a_room(1)
    seat = room.seats[0]
    named = replace(seat, seat=replace(seat.seat, person=bad, pseudonym=bad))
    text = results_csv(replace(room, seats=(named,)), names=True)
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["person"] == row["pseudonym"] == f"'{bad}"
