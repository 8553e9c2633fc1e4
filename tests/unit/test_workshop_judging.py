"""The host's labctl looks at a seat when its servers have told of something, and else not."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Event
from time import monotonic
from types import SimpleNamespace
from typing import cast

import pytest

from labctl.engine.protocol import Engine
from labctl.engine.values import FoundLab, LogLine
from labctl.errors import BadUsage, ExitCode, NotFound, NotReady
from labctl.exercise.load import Exercise, load
from labctl.lang import Text
from labctl.model.handson import Checked
from labctl.model.room import Now, Room, SeatWork
from labctl.model.status import ServiceStatus
from labctl.model.verdict import ExpectationResult
from labctl.model.workshop import Seat
from labctl.shipped import built_in_exercises
from labctl.verbs import workshop_judging
from labctl.verbs.workshop_catch_up import catch_up
from labctl.verbs.workshop_judging import Judging, begin

_pause = Event()
EXERCISE = load(built_in_exercises() / "smtp-sends")
SETTLING = (ExpectationResult("stored", False, Text("1"), Text("0")),)


def until(what: str, holds: Callable[[], bool]) -> None:
    deadline = monotonic() + 10
    while not holds():
        assert monotonic() < deadline, f"never: {what}"
        _pause.wait(0.01)


class Servers:
    """Seats 1 and 2, their logs, and how often each was looked at."""

    def __init__(self) -> None:
        self.clock = 100
        self.said: dict[str, list[LogLine]] = {"w-001": [], "w-002": []}
        self.asked = 0
        self.looks: list[str] = []
        self.answers: dict[str, Checked] = {}

    def now(self) -> int:
        self.clock += 1
        return self.clock

    def labs(self) -> list[FoundLab]:
        return [self.find(name) for name in self.said]

    def find(self, name: str) -> FoundLab:
        services = (ServiceStatus("postfix", "alpha.test", "running", f"{name}-postfix-1"),)
        return FoundLab(name, services, Seat("w", int(name[-3:])))

    def logs(self, lab: str, _service: str, *, since: int) -> Iterator[LogLine]:
        self.asked += 1
        return (line for line in self.said[lab] if line.time >= since)

    def speaks(self, lab: str) -> None:
        self.said[lab].append(LogLine(self.now(), "connect from …"))

    def room(self) -> Room:
        now = Now("smtp-sends", 1, 50)
        seats = (SeatWork(Seat("w", n), "ready", {}, now) for n in (1, 2))
        return Room("w", self.clock, tuple(seats))

    def look(self, _engine: object, place: SimpleNamespace, _exercise: Exercise) -> Checked:
        self.looks.append(place.lab)
        return self.answers.get(place.lab, Checked("r", "smtp-sends", "submit", "waiting"))


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Servers:
    made = Servers()
    run = SimpleNamespace(folder="", exercise="smtp-sends")
    monkeypatch.setattr(workshop_judging, "_PAUSE", 0.01)
    monkeypatch.setattr(workshop_judging, "look", made.look)
    monkeypatch.setattr(
        workshop_judging, "place_of", lambda _, lab: SimpleNamespace(lab=lab, run=run)
    )
    return made


def judging(servers: Servers) -> Judging:
    return Judging(cast("Engine", servers), servers.room, lambda _folder, _id: EXERCISE)


def test_each_seat_is_looked_at_once_and_then_when_something_was_said(servers: Servers) -> None:
    with judging(servers):
        until("both are looked at", lambda: sorted(servers.looks) == ["w-001", "w-002"])
        asked = servers.asked
        until("the logs are asked again and again", lambda: servers.asked > asked + 6)
        assert len(servers.looks) == 2
        servers.speaks("w-002")
        until("it is looked at", lambda: len(servers.looks) > 2)
    assert set(servers.looks[2:]) == {"w-002"}


def test_what_settles_is_looked_at_again(servers: Servers) -> None:
    servers.answers["w-001"] = Checked(
        "r", "smtp-sends", "submit", "waiting", expectations=SETTLING
    )
    with judging(servers):
        until("again and again", lambda: servers.looks.count("w-001") > 3)
        assert servers.looks.count("w-002") == 1


def test_what_ends_the_judging_is_no_secret(servers: Servers) -> None:
    def broken(*_: object) -> Exercise:
        raise ZeroDivisionError("a bug")

    with Judging(cast("Engine", servers), servers.room, broken) as judge:

        def told() -> bool:
            try:
                judge.heed()
            except ZeroDivisionError:
                return True
            return False

        until("it is told", told)


def test_one_seat_that_cannot_begin_keeps_no_other(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(_engine: object, lab: str, _exercise: Exercise, _folder: str) -> None:
        if lab == "w-001":
            raise NotReady("its Postfix does not run")

    monkeypatch.setattr("labctl.verbs.handson.start", start)
    done = begin(cast("Engine", servers), "w", ["all"], EXERCISE, "")
    assert done.seats == (2,)
    assert [(one.seat.number, str(one.why)) for one in done.failed] == [
        (1, "its Postfix does not run")
    ]
    with pytest.raises(NotFound, match="9"):
        begin(cast("Engine", servers), "w", ["9"], EXERCISE, "")


def test_what_is_a_demo_only_is_refused_before_any_seat_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps = tuple(
        step.model_copy(update={"recognise": None, "mended": None}) for step in EXERCISE.logic.steps
    )
    demo = replace(EXERCISE, logic=EXERCISE.logic.model_copy(update={"steps": steps}))
    monkeypatch.setattr(Servers, "labs", lambda _: pytest.fail("the engine was asked"))
    engine = cast("Engine", Servers())
    with pytest.raises(BadUsage, match="is a demo only so far") as problem:
        begin(engine, "w", ["all"], demo, "")
    assert problem.value.exit_code == ExitCode.USAGE
    with pytest.raises(BadUsage, match="is a demo only so far"):
        catch_up(engine, "w", ["all"], [demo], demo)
