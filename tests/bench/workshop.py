"""A room of people beside its floor: bare Engine API calls for as many labs, in the same run.

About 12 minutes for 100 seats on two cores; ``LABCTL_BENCH_SEATS`` says how many. It has to be
alone on the machine: whoever else works there is measured, too.
"""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

import psutil

from labctl.engine.dockerengine import DockerEngine
from tests.bench.floor import Floor, Reserving
from tests.bench.measure import Figure, labctl, labctl_json

_SEATS = int(os.environ.get("LABCTL_BENCH_SEATS", "100"))
_AT_ONCE = 3
_FEW = 10  # the first and the last seats
_SETTLED = 5.0  # seconds
_IDLE = 30.0  # seconds in which nobody does anything
_BASE = 20000
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Room:
    """What as many labs cost: seconds of each step, of their end, MiB and cores of each."""

    first: float
    middle: float
    last: float
    down: float
    memory: float
    idle: float

    @property
    def up(self) -> float:
        return self.first + self.middle + self.last


def workshop(engine: DockerEngine, name: str) -> list[Figure]:
    """The floor up and down, then the plan, the room, both in three steps and with their cost."""
    floor = _floor(engine, name)
    _, plan = labctl_json("workshop", "plan", "--gateway", "--seats", str(_SEATS))
    memory = next(r["each"] for r in plan["requirements"] if r["resource"] == "memory")
    room = _seats(name)
    try:
        at_once = _up(name, _SEATS)
    finally:
        labctl("workshop", "down", "--workshop", name)

    def figure(
        what: str,
        value: float,
        beside: str,
        reference: float,
        at_most: float | None = None,
        unit: str = "s",
    ) -> Figure:
        return Figure("workshop", what, [value], unit, beside, [reference], at_most)

    def planned(what: str, said: float, found: float, unit: str) -> Figure:
        """How far off it was, to whichever side: the larger of the two beside the smaller."""
        least, most = sorted((said, found))
        words = f"… {what} as workshop plan said ({said:.1f}) or as measured: the larger"
        return figure(words, most, "the smaller", least, 1.15, unit)

    beside = f"bare API, {_SEATS} labs, {_AT_ONCE} at a time"
    first, last = f"the first {_FEW}", f"… the last {_FEW}"
    return [
        figure(f"workshop up, {_SEATS} seats in three steps", room.up, beside, floor.up, 1.3),
        figure(last, room.last, first, room.first, 1.15),
        figure(f"{last} of bare API", floor.last, first, floor.first),
        figure(last, room.last, "the last of bare API", floor.last),
        figure("workshop down", room.down, "bare API", floor.down),
        figure("an idle seat, of MemAvailable", room.memory, "bare API", floor.memory, unit="MiB"),
        planned("memory", memory, room.memory, "MiB"),
        planned("seconds", plan["start_seconds"], at_once, "s"),
        figure(
            "… of one core, all of the machine's, less what it takes without",
            100 * room.idle,
            "bare API",
            100 * floor.idle,
            unit="%",
        ),
    ]


def _floor(engine: DockerEngine, name: str) -> _Room:
    reserving = Reserving(engine.address)
    floors = [Floor(reserving, f"{name}-floor-{n}", _BASE + 100 * n) for n in range(1, _SEATS + 1)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:

        def up(first: int, end: int) -> float:
            begun = time.perf_counter()
            list(pool.map(lambda floor: floor.up(), floors[first:end]))
            return time.perf_counter() - begun

        def down() -> float:
            begun = time.perf_counter()
            list(pool.map(lambda floor: floor.down(), floors))
            return time.perf_counter() - begun

        return _measured(up, down)


def _seats(name: str) -> _Room:
    return _measured(
        lambda _, end: _up(name, end), lambda: labctl("workshop", "down", "--workshop", name)
    )


def _measured(up: Callable[[int, int], float], down: Callable[[], float]) -> _Room:
    """Make the labs in three steps, let them be for a while, remove them.

    Args:
        up: makes the labs from one number on up to another, and says in how many seconds.
        down: removes them all.
    """
    before, without = _available(), _idle()
    try:
        first, middle, last = (
            up(done, end)
            for done, end in ((0, _FEW), (_FEW, _SEATS - _FEW), (_SEATS - _FEW, _SEATS))
        )
        _pause(_SETTLED)
        memory = (before - _available()) / _SEATS
        idle = (_idle() - without) / _SEATS
    finally:
        seconds = down()
    return _Room(first, middle, last, seconds, memory, idle)


def _up(name: str, seats: int) -> float:
    where = ("--workshop", name, "--base", str(_BASE))
    return labctl("workshop", "up", "--gateway", "--seats", str(seats), *where)


def _available() -> float:
    return float(psutil.virtual_memory().available) / _MIB


def _pause(seconds: float) -> None:
    Event().wait(seconds)


def _idle() -> float:
    """Cores that all of the machine takes."""

    def busy() -> float:
        times = psutil.cpu_times()
        return float(sum(times[:8]) - times.idle - times.iowait)

    before, begun = busy(), time.perf_counter()
    _pause(_IDLE)
    return (busy() - before) / (time.perf_counter() - begun)
