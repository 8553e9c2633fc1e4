"""Run exercises and show them: progress on stderr while one runs, its result on stdout."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from labctl.cli.console import err, note, out, show_json
from labctl.lang import tr
from labctl.model.verdict import (
    Done,
    Event,
    ExerciseResult,
    Judged,
    OnEvent,
    Spoken,
    StepBegins,
    as_json,
    worst,
)

if TYPE_CHECKING:
    from labctl.engine.protocol import Engine
    from labctl.exercise.load import Exercise
    from labctl.model.status import LabStatus

_MOST_OF_A_LINE = 60  # characters


class _Telling:
    """What the line of progress says: which exercise, which step, what was last said or done."""

    def __init__(self, exercise: "Exercise", say: Callable[[str], None]) -> None:
        self._head = exercise.id
        self._say = say
        say(self._head)

    def hear(self, event: Event) -> None:
        """Something happened."""
        if isinstance(event, StepBegins):
            step = tr("Step {number} of {of}", number=event.number, of=event.of)
            self._head = f"{event.exercise}: {step}"
        self._say(f"{self._head}  {_tail(event)}".rstrip())


def _tail(event: Event) -> str:
    if isinstance(event, Spoken):
        return f"{event.line.sender}: {event.line.text}"[:_MOST_OF_A_LINE]
    if isinstance(event, Done):
        return str(event.text)[:_MOST_OF_A_LINE]
    if isinstance(event, Judged):
        return f"{'✔' if event.result.holds else '✘'} {event.result.id}"
    return ""


@contextmanager
def _telling(exercise: "Exercise") -> Iterator[OnEvent]:
    """A line on stderr that changes; on no terminal, nothing."""
    console = err()
    if not console.is_terminal:
        yield lambda _: None
        return
    from rich.text import Text

    def _one_line(words: str) -> Text:
        return Text(words, no_wrap=True, overflow="ellipsis")

    with console.status("") as status:
        yield _Telling(exercise, lambda words: status.update(_one_line(words))).hear


def _run(engine: "Engine", status: "LabStatus", exercise: "Exercise") -> ExerciseResult:
    from labctl.verbs.exercise_run import run_exercise

    with _telling(exercise) as on_event:
        return run_exercise(engine, status, exercise, on_event)


def run_one(engine: "Engine", lab: str | None, exercise: "Exercise") -> ExerciseResult:
    """One exercise, to be shown by somebody else."""
    from labctl.verbs.status import status

    return _run(engine, status(engine, lab), exercise)


def run_and_show(
    engine: "Engine",
    lab: str | None,
    exercises: "Sequence[Exercise]",
    *,
    as_json: bool,
    every: bool = False,
) -> bool:
    """`labctl exercise run`: whether every claim was proved; of all, those that the lab fits."""
    from labctl.cli.exercise_screen import show_result, show_summary
    from labctl.verbs.status import status

    there = status(engine, lab)
    wanted = exercises
    if every and there.state == "ready":  # else the first exercise says what is amiss
        exercises = _fitting(exercises, there)
    results: list[ExerciseResult] = []
    for exercise in exercises:
        results.append(_run(engine, there, exercise))
        if not as_json:
            show_result(out(), exercise, results[-1])
    if as_json:
        left = [{"id": e.id, "needs": e.logic.lab} for e in wanted if e not in exercises]
        show_json(_json(results) | {"left_out": left})
    elif len(results) > 1:
        show_summary(out(), exercises, results)
    return worst(tuple(results)) == "pass"


def _fitting(exercises: "Sequence[Exercise]", status: "LabStatus") -> "list[Exercise]":
    from labctl.verbs.exercise_run import fits

    for exercise in exercises:
        if not fits(exercise, status):
            note(
                "{id} is left out: it needs labctl up {wanted}",
                id=exercise.id,
                wanted=exercise.logic.lab,
            )
    return [exercise for exercise in exercises if fits(exercise, status)]


def _json(results: Sequence[ExerciseResult]) -> dict[str, object]:
    return as_json(tuple(results))


def _in_short(result: ExerciseResult) -> dict[str, object]:
    return {"id": result.id, "verdict": tr(result.verdict), "seconds": result.seconds}


def run_tour(status: "LabStatus") -> bool:
    """`make lab`: every core exercise's verdict, a line each; in full what was not proved."""
    from labctl.cli.exercise_screen import show_result, show_summary
    from labctl.cli.session import engine
    from labctl.exercise.load import load_all
    from labctl.shipped import built_in_exercises

    core = [exercise for exercise in load_all(built_in_exercises()) if exercise.logic.tour]
    results = []
    for exercise in core:
        result = _run(engine(), status, exercise)
        if not err().is_terminal:
            note("{id}: {verdict} ({seconds:.1f} s)", **_in_short(result))
        if result.verdict != "pass":
            show_result(out(), exercise, result)
        results.append(result)
    show_summary(out(), core, results)
    return worst(tuple(results)) == "pass"
