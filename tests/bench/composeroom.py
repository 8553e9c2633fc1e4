"""Thirty labs by Docker Compose, three at a time, beside a workshop of as many seats.

The same images, servers and files; Compose has its health check each second, as for one lab.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from labctl.engine.dockerengine import DockerEngine
from tests.bench.compose import Compose
from tests.bench.floor import Reserving
from tests.bench.measure import Figure, Seconds, interleaved, labctl

_LABS = 30
_AT_ONCE = 3
_BASE = 20000
_GROUP = "compose"


def composeroom(engine: DockerEngine, name: str, runs: int) -> list[Figure]:
    """Both up and down in turn; the workshop as it usually is, each seat with its own ports."""
    reserving = Reserving(engine.address)
    labs = [Compose(reserving, f"{name}-{n}", _BASE + 100 * n) for n in range(1, _LABS + 1)]
    if not labs[0].available:
        return [Figure(_GROUP, f"workshop up, {_LABS} seats", [], remark=labs[0].remark)]
    where = ("--workshop", name)
    turn = {
        "compose": lambda: _all([lab.up for lab in labs]),
        "compose down": lambda: _all([lab.down for lab in labs]),
        "labctl": lambda: labctl(
            "workshop", "up", *where, "--seats", str(_LABS), "--base", str(_BASE)
        ),
        "labctl down": lambda: labctl("workshop", "down", *where),
    }
    with ExitStack() as stack:
        for lab in labs:
            stack.enter_context(lab.directory())
        try:
            found = interleaved(turn, runs)
        except BaseException:
            _all([lab.down for lab in labs])
            raise

    def figure(what: str, value: Seconds, beside: str, reference: Seconds) -> Figure:
        return Figure(_GROUP, what, value, beside=beside, reference=reference, at_least=1.5)

    beside = f"docker compose up --wait, {_LABS} labs, {_AT_ONCE} at a time"
    return [
        figure(f"workshop up, {_LABS} seats", found["labctl"], beside, found["compose"]),
        figure("workshop down", found["labctl down"], "docker compose down", found["compose down"]),
    ]


def _all(actions: Sequence[Callable[[], float]]) -> float:
    """Seconds of all of them, three at a time."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(lambda action: action(), actions))
    return time.perf_counter() - begun
