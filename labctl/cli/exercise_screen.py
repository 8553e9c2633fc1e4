"""Exercises on the terminal: their list, one of them, and what a run of one showed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text as Styled

from labctl.cli.exercise_parts import (
    dialogue,
    indented,
    maildir_diff,
    paragraphs,
    prose,
    verdict,
)
from labctl.cli.lab_screen import plain_table
from labctl.lang import tr
from labctl.model.observation import Session
from labctl.model.verdict import ExerciseResult, StepResult

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

    from labctl.exercise.load import Exercise
    from labctl.exercise.texts import Texts
    from labctl.model.status import LabStatus

_MARK = {"pass": ("✔", "bold green"), "fail": ("✘", "bold red"), "error": ("!", "bold yellow")}


def verdict_word(result: ExerciseResult) -> Styled:
    """pass, fail or error, with a sign that needs no colour."""
    sign, style = _MARK[result.verdict]
    return Styled(f"{sign} {tr(result.verdict)}", style)


# -- one result ------------------------------------------------------------------------------------


def show_result(console: "Console", exercise: "Exercise", result: ExerciseResult) -> None:
    """Task, dialogue, Maildir before and after, verdicts, explanation."""
    texts, names = exercise.text, result.names
    show_head(console, texts, exercise.id, names)
    of = len(exercise.logic.steps)
    for number, step in enumerate(result.steps, start=1):
        show_step(console, texts, step, (number, of), names)
    if result.table and texts.table:
        console.print()
        console.print(indented(measured_table(texts, result)))
    show_end(console, texts, result)


def show_head(console: "Console", texts: "Texts", name: str, names: Mapping[str, str]) -> None:
    """What is to be proved, and how."""
    console.print()
    console.print(
        Rule(prose(texts.title, names, "bold").append(f"  {name}", "not bold"), align="left")
    )
    console.print(indented(prose(texts.claim, names, "italic")))
    console.print()
    console.print(indented(prose(texts.task, names)))


def show_step(
    console: "Console",
    texts: "Texts",
    step: StepResult,
    place: tuple[int, int],
    names: Mapping[str, str],
) -> None:
    """One step: what was said and done, what became of the files, and the verdicts."""
    number, of = place
    console.print()
    label = tr("Step {number} of {of}", number=number, of=of)
    console.print(
        indented(Styled.assemble((f"{label}  ", "bold"), prose(texts.steps[step.id], names)), 0)
    )
    for part in step_parts(step, console.width):
        console.print(part)
    if step.expectations:
        console.print()
    for found in step.expectations:
        console.print(Padding(verdict(found, texts.expect.get(found.id), names), (0, 0, 0, 2)))


def step_parts(step: StepResult, width: int) -> "Iterator[RenderableType]":
    """The evidence of a step."""
    for act in step.acts:
        if isinstance(act, Session):
            yield from dialogue(act)
        else:
            yield Padding(Styled(f"» {act}", "italic"), (1, 0, 0, 2))
    before = {box.address: box for box in step.before}
    for box in step.after:
        yield from maildir_diff(before.get(box.address, box), box, width)


def show_end(console: "Console", texts: "Texts", result: ExerciseResult) -> None:
    """Why it is so, where to read on, and the verdict on the whole."""
    if result.problem:
        console.print()
        console.print(indented(Styled(result.problem, "yellow")))
    if result.verdict == "pass":
        console.print()
        for paragraph in paragraphs(texts.explain, result.names):
            console.print(paragraph)
        if texts.sources:
            console.print()
            sources = tr("To read on: {sources}", sources="; ".join(texts.sources))
            console.print(indented(Styled(sources, "dim")))
    console.print()
    seconds = tr("in {seconds:.1f} s", seconds=result.seconds)
    console.print(Styled.assemble("  ", verdict_word(result), "  ", result.id, f"  {seconds}"))


def measured_table(texts: "Texts", result: ExerciseResult) -> "Table":
    """What was measured, under the exercise's own heads."""
    words = texts.table
    assert words is not None
    assert result.table is not None
    table = plain_table(title=words.title.format_map(result.names))
    table.add_column(words.row, overflow="fold")
    for column in result.table.columns:
        table.add_column(words.columns[column], overflow="fold")
    for name, cells in result.table.rows:
        table.add_row(words.rows[name].format_map(result.names), *(str(cell) for cell in cells))
    return table


# -- several results -------------------------------------------------------------------------------


def summary_table(exercises: "Iterable[Exercise]", results: Sequence[ExerciseResult]) -> "Table":
    """One line an exercise: what it shows, its verdict, how long it took."""
    titles = {exercise.id: exercise.text.title for exercise in exercises}
    table = plain_table("exercise", "shows", "verdict")
    table.add_column(tr("seconds"), justify="right")
    for result in results:
        seconds = f"{result.seconds:.1f}"
        title = titles.get(result.id, "").format_map(result.names)
        table.add_row(result.id, title, verdict_word(result), seconds)
    return table


def show_summary(
    console: "Console", exercises: "Iterable[Exercise]", results: Sequence[ExerciseResult]
) -> None:
    """All verdicts, and a sentence."""
    console.print()
    console.print(summary_table(exercises, results))
    passed = sum(result.verdict == "pass" for result in results)
    console.print(
        Styled(tr("{passed} of {all} claims proved", passed=passed, all=len(results)), "bold")
    )


# -- exercises that nobody ran yet -----------------------------------------------------------------


def show_exercise(exercise: "Exercise", status: "LabStatus") -> None:
    """`labctl exercise show`: task, steps and what is expected; nothing is given away."""
    from labctl.cli.console import note, out
    from labctl.exercise.references import accounts
    from labctl.verbs.exercise_names import names_without_a_run

    texts, logic, console = exercise.text, exercise.logic, out()
    names = names_without_a_run(status, accounts(logic))
    show_head(console, texts, exercise.id, names)
    console.print()
    for number, step in enumerate(logic.steps, start=1):
        console.print(indented(Styled.assemble(f"{number}. ", prose(texts.steps[step.id], names))))
    if logic.requires:
        console.print()
        console.print(indented(Styled(tr("Better after: {ids}", ids=", ".join(logic.requires)))))
    note("run it: labctl exercise run {id}", id=exercise.id)


def exercise_json(exercise: "Exercise") -> dict[str, object]:
    """One exercise as plain data; its texts hold their placeholders."""
    logic, texts = exercise.logic, exercise.text
    return {
        "id": exercise.id,
        "title": texts.title,
        "claim": texts.claim,
        "claims": list(logic.claims),
        "requires": list(logic.requires),
        "minutes": logic.minutes,
        "task": texts.task,
        "steps": [
            {
                "id": step.id,
                "text": texts.steps[step.id],
                "expectations": [expectation.id for expectation in step.expect],
            }
            for step in logic.steps
        ],
    }
