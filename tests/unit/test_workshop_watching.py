"""A room that is watched: each seat is read when it changes, also after the engine was away."""

import io
import json
import queue
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from threading import Event
from time import monotonic
from typing import cast

import pytest
from rich.console import Console

from labctl.cli.workshop_status_watch import picture
from labctl.engine.protocol import Engine
from labctl.engine.values import FoundLab, LogLine, TreeFile
from labctl.errors import NoEngine, NoSuchWorkshop
from labctl.model.status import ServiceStatus
from labctl.model.workshop import Seat
from labctl.render.state import dump_state
from labctl.verbs import workshop_watching
from labctl.verbs.workshop_room import RoomWatching, room
from labctl.verbs.workshop_status import StatusWatching
from tests.unit.lab_specs import a_lab

_pause = Event()


def until(what: str, holds: Callable[[], bool]) -> None:
    deadline = monotonic() + 10
    while not holds():
        assert monotonic() < deadline, f"never: {what}"
        _pause.wait(0.01)


class Told:
    """What an engine tells, until it is closed or breaks."""

    def __init__(self) -> None:
        self.said: queue.SimpleQueue[LogLine | Exception | None] = queue.SimpleQueue()

    def __iter__(self) -> Iterator[LogLine]:
        while (line := self.said.get()) is not None:
            if isinstance(line, Exception):
                raise line
            yield line

    def close(self) -> None:
        self.said.put(None)


class Seats:
    """An engine with the seats of one workshop, whose failures come when a test wants them."""

    def __init__(self, *numbers: int) -> None:
        self.numbers = [*numbers]
        self.evidence: dict[int, list[dict[str, object]]] = {}
        self.spoilt: set[int] = set()
        self.stopped: set[str] = set()
        self.read: list[str] = []
        self.telling: list[Told] = []

    def now(self) -> int:
        return 1000

    def labs(self) -> list[FoundLab]:
        return [
            FoundLab(f"w-{n:03}", self._services(f"w-{n:03}"), Seat("w", n)) for n in self.numbers
        ]

    def _services(self, lab: str) -> tuple[ServiceStatus, ...]:
        return tuple(
            ServiceStatus(
                name,
                "alpha.test",
                "stopped" if f"{lab} {name}" in self.stopped else "running",
                f"{lab}-{name}-1",
            )
            for name in ("postfix", "dovecot")
        )

    def read_tree(self, lab: str, _service: str, _path: str) -> list[TreeFile]:
        number = int(lab[-3:])
        self.read.append(lab)
        spec = replace(a_lab(name=lab), seat=Seat("w", number, f"Person {number}"))
        state = b"{" if number in self.spoilt else dump_state(spec)
        lines = [
            TreeFile(f"evidence-{n}-x.json", json.dumps(line).encode(), 0)
            for n, line in enumerate(self.evidence.get(number, []))
        ]
        return [TreeFile("lab.json", state, 0), *lines]

    def kept_trees(self, labs: Collection[str], service: str) -> dict[str, list[TreeFile]]:
        return {lab: self.read_tree(lab, service, "") for lab in labs}

    def follow_changes(self, workshop: str, *, since: int) -> Told:
        assert (workshop, since > 0) == ("w", True)
        self.telling.append(Told())
        return self.telling[-1]

    def begins(self, number: int) -> None:
        """Somebody at that seat begins an exercise."""
        line = {"at": 1, "kind": "start", "run": "r", "exercise": "smtp-sends", "step": ""}
        self.evidence[number] = [line]

    def tell(self, number: int) -> None:
        self.telling[-1].said.put(LogLine(1, f"w-{number:03}"))


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workshop_watching, "_GATHER", 0.02)
    monkeypatch.setattr(workshop_watching, "_AGAIN", 0.02)


def watched(seats: Seats) -> RoomWatching:
    return RoomWatching(cast("Engine", seats), "w")


@pytest.mark.parametrize("count", [2, 9])
def test_the_status_of_a_room_is_followed_in_the_same_way(count: int) -> None:
    seats = Seats(*range(1, count + 1))
    with StatusWatching(cast("Engine", seats), "w") as watching:
        assert [s.state for s in watching.seats()] == ["ready"] * count
        until("it listens", lambda: bool(seats.telling))
        seats.stopped.add("w-002 postfix")
        seats.tell(2)
        until("it is seen", lambda: watching.seats()[1].state == "degraded")
    assert [lab for lab in seats.read if lab != "w-002"] == [
        f"w-{n:03}" for n in range(1, count + 1) if n != 2
    ]


def test_on_a_low_screen_the_labs_that_are_not_ready_come_first() -> None:
    seats = Seats(*range(1, 101))
    seats.stopped.add("w-077 dovecot")
    console = Console(width=80, file=io.StringIO(), height=24)
    with StatusWatching(cast("Engine", seats), "w") as watching, console.capture() as shown:
        console.print(picture("w", watching.seats(), console.height))
    lines = shown.get().splitlines()
    assert len(lines) <= 24
    assert lines[0].startswith("99 of 100 seats of w are ready")
    assert "Person 77" in lines[3] + lines[4]
    assert any("more seats" in line for line in lines)


def test_a_seat_that_changes_is_read_again_and_no_other() -> None:
    seats = Seats(1, 2, 3)
    with watched(seats) as watching:
        assert sorted(seats.read) == ["w-001", "w-002", "w-003"]
        assert [s.seat.person for s in watching.room().seats] == [f"Person {n}" for n in (1, 2, 3)]
        until("it listens", lambda: bool(seats.telling))
        seats.begins(2)
        seats.tell(2)
        until("it is seen", lambda: "smtp-sends" in watching.room().seats[1].attempts)
    assert seats.read[3:] == ["w-002"]


def test_a_service_that_is_listed_as_running_for_a_while_yet_is_seen_to_have_died() -> None:
    seats = Seats(1, 2)
    with watched(seats) as watching:
        until("it listens", lambda: bool(seats.telling))
        seats.tell(1)
        until("it is read", lambda: len(seats.read) == 3)
        seats.stopped.add("w-001 dovecot")
        until("it is seen", lambda: watching.room().seats[0].state == "degraded")
    assert "w-002" not in seats.read[2:]


def test_seats_come_and_go() -> None:
    seats = Seats(1, 3)
    with watched(seats) as watching:
        until("it listens", lambda: bool(seats.telling))
        seats.numbers = [1, 2]
        seats.tell(2)
        until("both are seen", lambda: [s.seat.number for s in watching.room().seats] == [1, 2])


def test_after_the_engine_was_away_everything_is_read() -> None:
    seats = Seats(1, 2)
    with watched(seats) as watching:
        until("it listens", lambda: bool(seats.telling))
        seats.begins(1)  # and nobody tells of it
        seats.telling[-1].said.put(NoEngine("gone"))
        until("it is seen", lambda: "smtp-sends" in watching.room().seats[0].attempts)
        until("it listens again", lambda: len(seats.telling) > 1)


def test_who_was_not_read_for_long_is_read_although_nobody_told_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workshop_watching, "_ANYWAY", 0.0)
    seats = Seats(1, 2)
    with watched(seats) as watching:
        seats.begins(2)
        until("it is seen", lambda: "smtp-sends" in watching.room().seats[1].attempts)


def test_a_seat_whose_file_is_spoilt_spoils_no_other() -> None:
    seats = Seats(1, 2)
    seats.spoilt.add(1)
    seats.begins(2)
    first, second = room(cast("Engine", seats), "w").seats
    assert first.unread
    assert second.attempts


def test_what_ends_the_reading_is_no_secret() -> None:
    seats = Seats(1)
    with watched(seats) as watching:
        until("it listens", lambda: bool(seats.telling))
        seats.telling[-1].said.put(ZeroDivisionError("a bug"))

        def told() -> bool:
            try:
                watching.room()
            except ZeroDivisionError:
                return True
            return False

        until("it is told", told)


def test_there_is_no_workshop_without_a_seat() -> None:
    with pytest.raises(NoSuchWorkshop):
        room(cast("Engine", Seats()), "w")
    with pytest.raises(NoSuchWorkshop), watched(Seats()):
        pass
