"""Exercises hands-on: start, predict, check, hint, skip, reset."""

from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Annotated

import typer

from labctl.cli.complete import complete_exercise
from labctl.cli.exercise_commands import Folder, chosen_exercises, group
from labctl.cli.options import Json, LabName, Lang
from labctl.cli.session import engine
from labctl.errors import ExitCode

if TYPE_CHECKING:
    from labctl.exercise.load import Exercise
    from labctl.model.handson import Course
    from labctl.verbs.handson_place import Place


NoWait = Annotated[
    bool, typer.Option("--no-wait", help="Only prepare the step; `check` then says how it stands.")
]
NoPredict = Annotated[bool, typer.Option("--no-predict", help="Ask for no prediction beforehand.")]


def under_way(lab: str | None) -> "tuple[Place, Exercise]":
    """Where the participant is, and the exercise under way there."""
    from labctl.verbs.handson_place import kept

    # What reads exercises takes as long to import as the engine takes to answer: both at once.
    reader = Thread(target=import_module, args=("labctl.verbs.handson_look",), daemon=True)
    reader.start()
    try:
        found = kept(engine(), lab)
    finally:
        reader.join()
    place = found.place()
    folder = Path(place.run.folder) if place.run.folder else None
    (exercise,) = chosen_exercises(folder, [place.run.exercise])
    return place, exercise


def _to_do(course: "Course", folder: "Path | None", wanted: str | None) -> "tuple[Exercise, str]":
    """The exercise of that id; without one, the one under way, else the first not done yet."""
    run = course.run
    where = folder or (Path(run.folder) if run and run.folder else None)
    if not wanted and run and not folder:
        wanted = run.exercise if _goes_on(course) else None
    known = chosen_exercises(where, [wanted] if wanted else [])
    doable = [e for e in known if wanted or e.logic.hands_on]
    new = [e for e in doable if wanted or course.standing(e.id) not in ("done", "shown")]
    return (new or doable or list(known))[0], str(where.resolve()) if where else ""


def _goes_on(course: "Course") -> bool:
    run = course.run
    return run is not None and course.standing(run.exercise) == "begun"


def start(
    exercise: Annotated[
        str | None,
        typer.Argument(
            metavar="ID",
            help="Which; by default the one under way, else the next.",
            autocompletion=complete_exercise,
        ),
    ] = None,
    no_wait: NoWait = False,
    no_predict: NoPredict = False,
    folder: Folder = None,
    lab: LabName = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Do an exercise yourself, with any mail client: labctl sees what it did, and judges."""
    from labctl.verbs import handson
    from labctl.verbs.handson_place import place_of

    place = place_of(engine(), lab)
    chosen, where = _to_do(place.course, folder, exercise)
    task = handson.start(engine(), place.lab, chosen, where)
    if json:
        from labctl.cli.console import show_json
        from labctl.cli.handson_json import task_json

        show_json(task_json(task))
        return
    from labctl.cli.handson_screen import show_task

    name = place.lab
    show_task(task, () if task.over else handson.recipes(engine(), name, chosen))
    if no_wait or task.over:
        return
    from labctl.cli.handson_wait import wait
    from labctl.cli.predict_commands import ask

    if not no_predict:
        ask(engine(), name, task)
    wait(engine(), name, task)


def check(lab: LabName = None, json: Json = False, lang: Lang = None) -> None:
    """Say at once how the step under way stands: what was seen, what is missing, what holds."""
    place, exercise = under_way(lab)
    from labctl.verbs.handson_look import look, told

    checked, task = look(engine(), place, exercise), told(place, exercise)
    if json:
        from labctl.cli.console import show_json
        from labctl.cli.handson_json import checked_json

        show_json(checked_json(task, checked))
    else:
        from labctl.cli.handson_screen import show_checked

        show_checked(task, checked)
    if checked.verdict == "fail":
        raise typer.Exit(ExitCode.VERDICT_FAILED)


def hint(lab: LabName = None, json: Json = False, lang: Lang = None) -> None:
    """Give the next hint for the step under way; the last one shows the solution."""
    from labctl.verbs.handson import hint as next_hint
    from labctl.verbs.handson_look import told

    place, exercise = under_way(lab)
    given, task = next_hint(engine(), place.lab, exercise), told(place, exercise)
    if json:
        from labctl.cli.console import show_json
        from labctl.cli.handson_json import hint_json

        show_json(hint_json(task, given))
    else:
        from labctl.cli.handson_screen import show_hint

        show_hint(task, given)


def skip(lab: LabName = None, json: Json = False, lang: Lang = None) -> None:
    """Show the solution of the step under way and go on; it counts as shown, not as done."""
    from labctl.cli.handson_json import solution_json, task_json
    from labctl.verbs import handson

    place, exercise = under_way(lab)
    solutions, task = handson.skip(engine(), place.lab, exercise)
    if json:
        from labctl.cli.console import show_json

        show_json({"solution": [solution_json(s) for s in solutions], "next": task_json(task)})
        return
    from labctl.cli.handson_screen import show_solutions, show_task

    show_solutions(solutions)
    show_task(task, () if task.over else handson.recipes(engine(), place.lab, exercise))


def reset_(
    every: Annotated[
        bool, typer.Option("--all", help="Also forget all progress and evidence.")
    ] = False,
    lab: LabName = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """End the exercise under way; its messages are removed. `start` begins it anew."""
    from labctl.cli.console import note
    from labctl.errors import BadExercise, NotFound
    from labctl.verbs import handson

    try:
        exercise: Exercise | None = under_way(lab)[1]
    except (BadExercise, NotFound):
        if not every:
            raise
        exercise = None
    handson.reset(engine(), lab, exercise, everything=every)
    if json:
        from labctl.cli.console import show_json

        show_json({"reset": exercise.id if exercise else None, "forgotten": every})
    else:
        note("the exercise is over; begin it anew: labctl exercise start")


def register(_: typer.Typer) -> None:
    """Add these commands to `labctl exercise`."""
    from labctl.cli.predict_commands import predict

    for command in (start, predict, check, hint, skip):
        group.command()(command)
    group.command("reset")(reset_)
