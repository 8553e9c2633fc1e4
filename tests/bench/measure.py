"""What is measured: whole processes, interleaved with their references, and medians of both."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from tests.engine.running import CLEAN

LABCTL = str(Path(sys.executable).with_name("labctl"))
Seconds = list[float]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: what was measured, beside what, and the aim for their ratio."""

    group: str
    what: str
    value: Seconds
    unit: str = "s"
    beside: str = ""
    reference: Seconds | None = None
    at_most: float | None = None  # value ÷ reference
    at_least: float | None = None  # reference ÷ value: how many times faster
    remark: str = ""

    @property
    def median(self) -> float:
        return median(self.value)

    @property
    def ratio(self) -> float | None:
        """Value ÷ reference, or the reverse where the aim is to be so many times faster."""
        if not self.reference or not self.value:
            return None
        ratio = self.median / median(self.reference)
        return 1 / ratio if self.at_least is not None else ratio

    @property
    def aim(self) -> str:
        if self.at_most is not None:
            return f"≤ {self.at_most:g}"
        return "" if self.at_least is None else f"{self.at_least:g}× faster"

    @property
    def met(self) -> bool | None:
        """``None``: there is no aim, or it was not measured."""
        if self.ratio is None or not self.aim:
            return None
        if self.at_most is not None:
            return self.ratio <= self.at_most
        return self.at_least is not None and self.ratio >= self.at_least

    def as_json(self) -> dict[str, Any]:
        return {
            "group": self.group,
            "what": self.what,
            "unit": self.unit,
            "median": self.median if self.value else None,
            "runs": self.value,
            "beside": self.beside,
            "reference_median": median(self.reference) if self.reference else None,
            "reference_runs": self.reference,
            "ratio": self.ratio,
            "aim": self.aim,
            "met": self.met,
            "remark": self.remark,
        }


def process(*argv: str) -> tuple[float, str]:
    """Run a whole process: its seconds and what it printed."""
    begun = perf_counter()
    done = subprocess.run(
        argv, capture_output=True, text=True, env=CLEAN, stdin=subprocess.DEVNULL, check=False
    )
    seconds = perf_counter() - begun
    if done.returncode:
        raise SystemExit(f"{' '.join(argv)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return seconds, done.stdout


def python(code: str) -> float:
    """Seconds of ``python -c CODE``."""
    return process(sys.executable, "-c", code)[0]


def labctl(*arguments: str) -> float:
    """Seconds of one labctl command."""
    return process(LABCTL, *arguments)[0]


def labctl_json(*arguments: str) -> tuple[float, Any]:
    """Seconds of one labctl command, and its JSON."""
    seconds, printed = process(LABCTL, *arguments, "--json")
    return seconds, json.loads(printed)


def interleaved(actions: Mapping[str, Callable[[], float]], runs: int) -> dict[str, Seconds]:
    """Each action in turn, ``runs`` times over: what slows this machine down slows all of them."""
    found: dict[str, Seconds] = {name: [] for name in actions}
    for _ in range(runs):
        for name, action in actions.items():
            found[name].append(action())
    return found


def added(one: Sequence[float], other: Sequence[float]) -> Seconds:
    """The sums of what was measured in the same turn."""
    return [a + b for a, b in zip(one, other, strict=True)]
