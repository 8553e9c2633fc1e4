"""Predictions: what a participant says beforehand; asked at the terminal, or given as words."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from labctl.cli.options import Json, LabName, Lang
from labctl.cli.session import engine
from labctl.errors import BadUsage
from labctl.lang import tr

if TYPE_CHECKING:
    from labctl.engine.protocol import Engine
    from labctl.exercise.load import Exercise
    from labctl.verbs.handson_place import Task


def ask(engine: "Engine", lab: str, task: "Task") -> None:
    """Ask what will happen, before it does; Enter leaves a question out."""
    logic = task.exercise.logic
    if not sys.stdin.isatty() or task.run.predictions or task.run.step > len(task.done):
        return
    from labctl.verbs.handson import predict

    said: dict[str, str] = {}
    for prediction in logic.predict:
        options = list(prediction.truth)
        _show(task, prediction.id, options)
        answer = input(tr("your guess (a number; Enter for none): ")).strip()
        if answer.isdecimal() and 1 <= int(answer) <= len(options):
            said[prediction.id] = options[int(answer) - 1]
    if said:
        predict(engine, lab, said)


def _show(task: "Task", question: str, options: list[str], *, ids: bool = False) -> None:
    from labctl.cli.console import out

    texts = task.exercise.text.predict[question]
    head = f"{question}: " if ids else ""
    words = texts.question.strip().format_map(task.names)
    out().print(f"{head}{words}", style="bold", markup=False)
    wide = max(map(len, options)) if ids else 0
    for number, option in enumerate(options, start=1):
        name = option.ljust(wide) if ids else f"{number}."
        out().print(
            f"  {name} {texts.options[option].strip().format_map(task.names)}", markup=False
        )


def questions_json(task: "Task") -> list[dict[str, object]]:
    """The questions, their answers in words, and what was said."""
    texts = task.exercise.text.predict
    return [
        {
            "id": each.id,
            "question": texts[each.id].question.strip().format_map(task.names),
            "options": {
                name: texts[each.id].options[name].strip().format_map(task.names)
                for name in each.truth
            },
            "said": task.run.predictions.get(each.id, ""),
        }
        for each in task.exercise.logic.predict
    ]


def _answers(exercise: "Exercise", known: "dict[str, str]", given: list[str]) -> dict[str, str]:
    """``the-way=smtp-lmtp`` as a question and its answer.

    Raises:
        BadUsage: there is no such question or answer, or it was measured already.
    """
    questions = {each.id: list(each.truth) for each in exercise.logic.predict}
    said = {}
    for words in given:
        question, _, answer = words.partition("=")
        if question not in questions:
            raise BadUsage(
                "the exercise {id} asks no question {question}: it asks {known}",
                id=exercise.id,
                question=question,
                known=", ".join(questions),
            )
        if answer not in questions[question]:
            raise BadUsage(
                "{question} has no answer {answer}: its answers are {known}",
                question=question,
                answer=answer or "''",
                known=", ".join(questions[question]),
            )
        if question in known:
            raise BadUsage(
                "what {question} asks has been measured already: a prediction comes before it",
                question=question,
            )
        said[question] = answer
    return said


def predict(
    answers: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[QUESTION=ANSWER]...", help="What you expect; without one, the questions."
        ),
    ] = None,
    lab: LabName = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Say beforehand what will happen in the exercise under way; the end tells who was right."""
    from labctl.cli.handson_commands import under_way
    from labctl.verbs import handson
    from labctl.verbs.handson_look import told

    place, exercise = under_way(lab)
    if said := _answers(exercise, dict(place.run.truths), answers or []):
        handson.predict(engine(), place.lab, said)
        place, exercise = under_way(lab)
    task = told(place, exercise)
    if json:
        from labctl.cli.console import show_json

        show_json({"exercise": exercise.id, "questions": questions_json(task)})
        return
    from labctl.cli.console import note

    for each in exercise.logic.predict:
        _show(task, each.id, list(each.truth), ids=True)
        if guess := task.run.predictions.get(each.id):
            note("you said {answer}", answer=guess)
        elif each.id not in place.run.truths:
            note(
                "say it: labctl exercise predict {question}={answer}",
                question=each.id,
                answer=next(iter(each.truth)),
            )
