"""How far a seat has come, from the evidence that its lab keeps. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from labctl.model.handson import Course, Standing
from labctl.model.room import Attempt, Now
from labctl.verbs.handson_store import EVIDENCE, lines_of

Line = Mapping[str, Any]

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)  # of an exercise
_LATEST = 2**63  # nanoseconds: more are no time
_BEGINS_A_STEP = {"start", "demo", "pass", "skip"}  # each is the end of the one before
_WRONG = {"near_miss", "fail"}
_RANK: dict[Standing, int] = {"done": 0, "shown": 1, "begun": 2}


def evidence_of(files: Mapping[str, bytes]) -> list[Line]:
    """The lines of evidence among the files of a lab, in the order of their times."""
    names = sorted(name for name in files if name.rpartition("/")[2].startswith(EVIDENCE))
    return [line for name in names for line in lines_of(files[name]) if _is_one(line)]


def _is_one(line: Line) -> bool:
    """Whoever may write into a lab's volume may write anything there."""
    at, words = line.get("at"), [line.get(key) for key in ("kind", "run", "step")]
    return (
        isinstance(at, int)
        and 0 < at < _LATEST
        and all(isinstance(word, str) for word in words)
        and isinstance(line.get("exercise"), str)
        and _ID.fullmatch(line["exercise"]) is not None
    )


def attempts_of(lines: Iterable[Line]) -> dict[str, Attempt]:
    """The best attempt at each exercise: done before shown before begun; of equals, the first.

    Of attempts that came to no end it is the last one: that is where somebody still is.
    """
    found: dict[str, Attempt] = {}
    for attempt in _runs(lines):
        old = found.get(attempt.exercise)
        if old is None or _better(attempt, old):
            found[attempt.exercise] = attempt
    return found


def marked(course: Course, attempts: Mapping[str, Attempt]) -> dict[str, Attempt]:
    """The same, and what only the progress knows: a seat that caught up has no evidence of it."""
    only = {
        name: Attempt(name, progress.standing, 0, progress.at)
        for name, progress in course.progress.items()
        if progress.standing != "begun" and 0 < progress.at < _LATEST and _ID.fullmatch(name)
    }
    return {**only, **attempts}


def _better(new: Attempt, old: Attempt) -> bool:
    newer, older = _RANK[new.standing], _RANK[old.standing]
    return newer < older or (newer == older and not new.done)


def _runs(lines: Iterable[Line]) -> Iterator[Attempt]:
    runs: dict[str, list[Line]] = {}
    for line in lines:
        runs.setdefault(line["run"], []).append(line)
    for said in runs.values():
        first, last = said[0], said[-1]
        shown = tuple(dict.fromkeys(x["step"] for x in said if _is_shown(x)))
        over = last["kind"] == "end"
        standing: Standing = "begun" if not over else "shown" if shown else "done"
        yield Attempt(
            first["exercise"],
            standing,
            first["at"],
            last["at"] if over else 0,
            sum(x["kind"] == "hint" for x in said),
            shown,
        )


def _is_shown(line: Line) -> bool:
    return line["kind"] == "skip" or line.get("shown") is True


def now_of(course: Course, lines: Sequence[Line]) -> Now | None:
    """Where the run under way is; none when no exercise is, or it is at its end."""
    run = course.run
    mine = [line for line in lines if run and line["run"] == run.id]
    if run is None or (mine and mine[-1]["kind"] == "end"):
        return None
    begun = [line["at"] for line in mine if line["kind"] in _BEGINS_A_STEP]
    since = max(begun, default=run.begun)
    kinds = [line["kind"] for line in mine if line["at"] >= since]
    wrong = sum(kind in _WRONG for kind in kinds)
    return Now(run.exercise, run.step + 1, since, kinds.count("hint"), wrong)
