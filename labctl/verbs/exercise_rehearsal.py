"""Rehearse an exercise before anybody learns with it: in a lab of its own, or in one that is there.

The demo must pass. And no claim may be true before its step: it would be proved by doing nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from secrets import token_hex

from labctl.engine.protocol import Engine
from labctl.errors import NoSuchLab
from labctl.exercise.load import Exercise
from labctl.lang import Text
from labctl.model.progress import OnProgress, silent
from labctl.model.status import LabStatus
from labctl.model.verdict import ExerciseResult
from labctl.verbs.down import down
from labctl.verbs.exercise_run import run_exercise
from labctl.verbs.up import Wish, up


@contextmanager
def lab_for(
    engine: Engine, definition: str, on_progress: OnProgress = silent
) -> Iterator[LabStatus]:
    """A lab of that definition, on free ports; it is gone afterwards, whatever happened."""
    from labctl.definition.load import load

    name = f"lint-{token_hex(3)}"
    try:
        wish = Wish(load(definition), ports="free")
        yield up(engine, name, wish, on_progress).status
    finally:
        with suppress(NoSuchLab):
            down(engine, name)


def rehearsed(engine: Engine, status: LabStatus, exercise: Exercise) -> tuple[Text, ...]:
    """What is wrong with an exercise, as a run of it in this lab shows; nothing is best."""
    result = run_exercise(engine, status, exercise, rehearse=True)
    return (*_early(exercise, result), *_unproved(result))


def _early(exercise: Exercise, result: ExerciseResult) -> Iterator[Text]:
    begun = {step.id for step in result.steps}
    for step in exercise.logic.steps:
        for each in step.expect:
            where = {"step": step.id, "id": each.id}
            if each.id in result.early and not each.stays:
                yield Text(
                    "exercise.yaml: {step}: {id} holds before the step, so it proves nothing; "
                    "if the step must not change it, write `stays: true`",
                    where,
                )
            if step.id in begun and each.stays and each.id not in result.early:
                yield Text(
                    "exercise.yaml: {step}: {id} says `stays`, but does not hold before the step",
                    where,
                )


def _unproved(result: ExerciseResult) -> Iterator[Text]:
    if result.problem:
        yield Text("the demo did not come to its end: {problem}", {"problem": result.problem})
    for step in result.steps:
        for found in step.expectations:
            if not found.holds:
                yield Text(
                    "the demo fails: {step}: {id}: expected {expected}; observed {observed}",
                    {
                        "step": step.id,
                        "id": found.id,
                        "expected": found.expected,
                        "observed": found.observed,
                    },
                )
