"""``python -m tests.bench [--runs N] [--only NAME] [--check]``: a table, and ``bench.json``.

A bench is no test: it ends with 0 whatever it finds, unless ``--check`` asks for the aims.
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import shuffle

from labctl.engine.dockerengine import DockerEngine
from labctl.engine.ports import is_taken
from labctl.errors import NoSuchLab
from labctl.model.lab import ENDPOINT_NAMES, shifted
from labctl.verbs.down import down
from tests.bench.composeroom import composeroom
from tests.bench.exercises import check, exercises
from tests.bench.floods import floods
from tests.bench.imports import imports
from tests.bench.measure import Figure, labctl
from tests.bench.memory import memory
from tests.bench.profiles import profiles
from tests.bench.sensing import sensing
from tests.bench.table import show
from tests.bench.whole import whole
from tests.bench.workshop import workshop

RESULT = Path("bench.json")
_FIRST, _LAST, _STEP, _LABS = 40000, 60000, 100, 4
GROUPS = ("imports", "exercises", "sensing", "profiles", "whole", "memory")
ASKED_FOR = (
    "floods",
    "workshop",
    "compose",
)  # only with --only: they take long, and all of the machine


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="turns; the median counts")
    parser.add_argument(
        "--only", action="append", choices=GROUPS + ASKED_FOR, help="one group of figures"
    )
    parser.add_argument("--check", action="store_true", help="exit 1 when an aim is missed")
    return parser.parse_args()


def _measured(engine: DockerEngine, wanted: tuple[str, ...], runs: int) -> list[Figure]:
    name, base = f"bench-{os.getpid()}", _quiet_base()
    groups: dict[str, Callable[[], list[Figure]]] = {
        "imports": lambda: imports(name, runs),
        "exercises": lambda: [*exercises(name, runs), *check(engine, name, runs)],
        "sensing": lambda: sensing(engine, name),
        "profiles": lambda: profiles(name, runs),
        "whole": lambda: whole(engine, name, base, runs),
        "memory": lambda: memory(engine, name, base),
        "floods": lambda: floods(engine),
        "workshop": lambda: workshop(engine, name),
        "compose": lambda: composeroom(engine, name, runs),
    }
    needs_a_lab = {"imports", "exercises", "sensing", "profiles"}
    figures: list[Figure] = []
    try:
        for group in wanted:
            sys.stderr.write(f"measuring: {group}\n")
            if group in needs_a_lab:
                labctl("up", "--name", name, "--ports", str(base))
            else:
                _gone(engine, name)
            figures += groups[group]()
    finally:
        _gone(engine, name)
    return figures


def _quiet_base() -> int:
    """A base with three more after it, all free, and not where `--ports free` looks first."""
    bases = list(range(_FIRST, _LAST, _STEP * _LABS))
    shuffle(bases)
    for base in bases:
        wanted = [shifted(base + _STEP * n, e) for n in range(_LABS) for e in ENDPOINT_NAMES]
        if not any(is_taken(port, "127.0.0.1") for port in wanted):
            return base
    raise SystemExit("no ports are left for the bench")


def _gone(engine: DockerEngine, name: str) -> None:
    try:
        down(engine, name)
    except NoSuchLab:
        return


def main() -> int:
    """Measure, show, write; the exit code."""
    asked = _asked()
    engine = DockerEngine()
    engine.images()  # present before anything is measured
    figures = _measured(engine, tuple(asked.only or GROUPS), asked.runs)
    show(figures, asked.runs)
    report = {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "cpus": os.cpu_count(),
            "system": platform.platform(),
            "python": platform.python_version(),
            "engine": engine.api.version()["Version"],
        },
        "runs": asked.runs,
        "figures": [figure.as_json() for figure in figures],
    }
    RESULT.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    missed = [figure for figure in figures if figure.met is False]
    sys.stdout.write(f"{len(missed)} aims missed; all figures: {RESULT}\n")
    return 1 if asked.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
