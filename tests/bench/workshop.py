"""A room of people beside its floor: bare Engine API calls for as many labs, in the same run.

About 12 minutes for 100 seats on two cores; ``LABCTL_BENCH_SEATS`` says how many. It has to be
alone on the machine: whoever else works there is measured, too.
"""

import os
import time
from concurrent.futures import ThreadPoolExecutor
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


def workshop(engine: DockerEngine, name: str) -> list[Figure]:
    """The floor up and down, then the plan, the room in three steps, what it costs, and down."""
    floor_up, floor_down, floor_memory = _floor(engine, name)
    _, plan = labctl_json("workshop", "plan", "--gateway", "--seats", str(_SEATS))
    planned = next(r["each"] for r in plan["requirements"] if r["resource"] == "memory")
    before = _available()
    try:
        first, middle, last = (_up(name, n) for n in (_FEW, _SEATS - _FEW, _SEATS))
        _pause(_SETTLED)
        memory = (before - _available()) / _SEATS
        idle = _idle() / _SEATS
    finally:
        down = labctl("workshop", "down", "--workshop", name)
    whole = first + middle + last

    def figure(what: str, value: float, unit: str = "s", **more: object) -> Figure:
        return Figure("workshop", what, [value], unit=unit, **more)  # type: ignore[arg-type]

    beside = f"bare API, {_SEATS} labs, {_AT_ONCE} at a time"
    return [
        figure(
            f"workshop up, {_SEATS} seats in three steps",
            whole,
            beside=beside,
            reference=[floor_up],
            at_most=1.3,
        ),
        figure(
            f"… the last {_FEW}", last, beside=f"the first {_FEW}", reference=[first], at_most=1.15
        ),
        figure("workshop down", down, beside="bare API", reference=[floor_down]),
        figure(
            "an idle seat, of MemAvailable",
            memory,
            "MiB",
            beside="the floor's",
            reference=[floor_memory],
        ),
        figure(
            "… as workshop plan said",
            planned,
            "MiB",
            beside="as measured",
            reference=[memory],
            at_most=1.15,
        ),
        figure("… of one core, all of the machine's", 100 * idle, "%"),
    ]


def _floor(engine: DockerEngine, name: str) -> tuple[float, float, float]:
    """Seconds up and down, and MiB of MemAvailable each."""
    reserving = Reserving(engine.address)
    floors = [Floor(reserving, f"{name}-floor-{n}", _BASE + 100 * n) for n in range(1, _SEATS + 1)]
    before = _available()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        begun = time.perf_counter()
        list(pool.map(lambda floor: floor.up(), floors))
        up = time.perf_counter() - begun
        _pause(_SETTLED)
        memory = (before - _available()) / _SEATS
        begun = time.perf_counter()
        list(pool.map(lambda floor: floor.down(), floors))
    return up, time.perf_counter() - begun, memory


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
