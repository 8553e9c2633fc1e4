"""A participant's work is kept with the lab, in a volume: it outlives a reboot and a home folder.

In Postfix's configuration volume, readable by root alone: a file with the progress, and one file
for each line of evidence. So a line is added without reading the others, also while Postfix is
stopped, and two that are written at once are both there. `up` keeps them, `down` removes them.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from secrets import token_hex
from typing import TYPE_CHECKING

from labctl.engine.protocol import Engine
from labctl.errors import EnvironmentProblem
from labctl.model.handson import Course, Progress, Run, Standing

if TYPE_CHECKING:
    from pydantic import TypeAdapter

EVIDENCE = "evidence-"  # how the names of files with a line of evidence begin
_FOLDER = "/etc/labctl"
COURSE_FILE = f"{_FOLDER}/course.json"
_WHERE = "postfix"
_MODE = 0o600
_RANK: dict[Standing, int] = {"begun": 0, "shown": 1, "done": 2}  # what was better once, stays


@cache
def _kind() -> "TypeAdapter[Course]":
    from pydantic import TypeAdapter

    return TypeAdapter(Course)


def dump_course(course: Course) -> bytes:
    """The progress as JSON."""
    return _kind().dump_json(course)


def load_course(content: bytes) -> Course:
    """The progress that ``dump_course`` wrote.

    Raises:
        EnvironmentProblem: this is no such file, or another version's.
    """
    try:
        return _kind().validate_json(content)
    except ValueError:
        raise EnvironmentProblem(
            "the lab's record of your exercises cannot be read",
            remedy="begin anew: labctl exercise reset --all",
        ) from None


def write_course(engine: Engine, lab: str, course: Course) -> None:
    """Keep it."""
    engine.write_file(lab, _WHERE, COURSE_FILE, dump_course(course), _MODE)


def with_run(course: Course, run: Run | None) -> Course:
    """The same with another run."""
    return replace(course, run=run)


def with_standing(course: Course, exercise: str, standing: Standing, at: int) -> Course:
    """The same with another standing of one exercise; what was done once stays done."""
    old = course.progress.get(exercise)
    if old and _RANK[old.standing] > _RANK[standing]:
        standing = old.standing
    new = Progress(standing, at, old.steps if old else {})
    return replace(course, progress={**course.progress, exercise: new})


def with_step(course: Course, exercise: str, step: str, *, shown: bool, at: int) -> Course:
    """The same with one step done, or shown; a step done once stays done."""
    old = course.progress.get(exercise) or Progress("begun", at)
    steps = dict(old.steps)
    if steps.get(step) != "done":
        steps[step] = "shown" if shown else "done"
    return replace(course, progress={**course.progress, exercise: replace(old, steps=steps, at=at)})


def add_evidence(engine: Engine, lab: str, line: Mapping[str, object]) -> None:
    """Add one line; files sort by its time (``at``, nanoseconds)."""
    name = f"{EVIDENCE}{line['at']:020}-{token_hex(4)}.json"
    text = json.dumps(line, ensure_ascii=False, default=str) + "\n"
    content = text.encode("utf-8", "backslashreplace")  # half a character: JSON's own escape
    engine.write_file(lab, _WHERE, f"{_FOLDER}/{name}", content, _MODE)


def evidence(engine: Engine, lab: str) -> Iterator[dict[str, object]]:
    """All lines, in the order of their times; one that was cut off by a crash is left out."""
    files = engine.read_tree(lab, _WHERE, _FOLDER)
    for file in sorted(files, key=lambda each: each.path):
        if file.path.startswith(EVIDENCE):
            yield from lines_of(file.content)


def lines_of(content: bytes) -> Iterator[dict[str, object]]:
    """The objects in a file of JSON lines; what is none is left out."""
    for raw in content.split(b"\n"):
        try:
            line = json.loads(raw)
        except (ValueError, RecursionError):
            continue
        if isinstance(line, dict):
            yield line


def forget(engine: Engine, lab: str) -> None:
    """Progress and evidence begin anew.

    Raises:
        EnvironmentProblem: Postfix's container does not let them go.
    """
    write_course(engine, lab, Course())
    gone = engine.exec(lab, _WHERE, ["find", _FOLDER, "-name", f"{EVIDENCE}*", "-delete"])
    if gone.exit_code:
        raise EnvironmentProblem("the evidence was not removed: {why}", why=gone.stderr.strip())
