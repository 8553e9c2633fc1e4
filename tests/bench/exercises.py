"""Exercises: how long labctl works, how long it waits for the servers; how soon `check` answers."""

from time import perf_counter

from labctl.engine.dockerengine import DockerEngine
from tests.bench.measure import (
    LABCTL,
    Figure,
    Seconds,
    added,
    interleaved,
    labctl,
    labctl_json,
    process,
    python,
)

# What no answer goes without: the commands' library, the one that reads exercises, YAML, HTTP.
_IMPORTS = "import typer, pydantic, yaml, http.client"


def exercises(lab: str, runs: int) -> list[Figure]:
    """Each exercise, and all of them as one process."""
    whole: Seconds = []
    turns: list[list[dict[str, float | str]]] = []
    for _ in range(runs):
        seconds, said = labctl_json("exercise", "run", "--all", "--lab", lab)
        whole.append(seconds)
        turns.append(said["exercises"])

    def waited(row: dict[str, float | str]) -> float:
        return float(row["seconds_waiting"])

    def worked(row: dict[str, float | str]) -> float:
        return float(row["seconds"]) - waited(row)

    beside = "waiting for the servers"
    each = [
        Figure(
            "exercises",
            f"{first['id']}: in labctl",
            [worked(turn[number]) for turn in turns],
            beside=beside,
            reference=[waited(turn[number]) for turn in turns],
        )
        for number, first in enumerate(turns[0])
    ]
    all_waited = [sum(map(waited, turn)) for turn in turns]
    return [
        *each,
        Figure(
            "exercises",
            "labctl exercise run --all, but for waiting",
            [total - w for total, w in zip(whole, all_waited, strict=True)],
            beside=beside,
            reference=all_waited,
        ),
    ]


def check(engine: DockerEngine, lab: str, runs: int) -> list[Figure]:
    """`exercise check` while the participant has not acted, beside what it cannot do without."""
    process(LABCTL, "exercise", "start", "pop3-takes", "--no-wait", "--lab", lab)
    times = interleaved(
        {
            "check": lambda: labctl("exercise", "check", "--json", "--lab", lab),
            "imports": lambda: python(_IMPORTS),
            "engine": lambda: _asked(engine, lab),
        },
        runs,
    )
    labctl("exercise", "reset", "--lab", lab)
    return [
        Figure(
            "exercises",
            "labctl exercise check --json",
            times["check"],
            beside="its imports, and the engine asked once",
            reference=added(times["imports"], times["engine"]),
            at_most=1.7,
        )
    ]


def _asked(engine: DockerEngine, lab: str) -> float:
    """Seconds in which the engine tells of a lab what `check` asks: its files, its logs."""
    begun = perf_counter()
    engine.find(lab)
    engine.read_tree(lab, "postfix", "/etc/labctl")
    for service in ("postfix", "dovecot"):
        for _ in engine.logs(lab, service):
            pass
    return perf_counter() - begun
