"""Commands on exercises: list, show, run."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labctl.cli.complete import complete_exercise
from labctl.cli.options import Json, LabName, Lang
from labctl.cli.session import engine
from labctl.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from labctl.exercise.load import Exercise
    from labctl.model.handson import Progress
    from labctl.model.status import LabStatus

group = typer.Typer(
    no_args_is_help=True, help="Exercises: what the course claims, proved in your own lab."
)
Folder = Annotated[
    Path | None,
    typer.Option("--folder", metavar="DIR", help="A folder of exercises; by default labctl's own."),
]
Exercises = Annotated[
    list[str] | None,
    typer.Argument(metavar="ID", help="Which; see the list.", autocompletion=complete_exercise),
]


def _known(folder: Path | None, wanted: list[str]) -> "tuple[Exercise, ...]":
    """All of a folder; of labctl's own no more than is wanted, for each takes 12 ms to read."""
    from labctl.exercise.load import load, load_all
    from labctl.shipped import built_in_exercises

    own = built_in_exercises()
    if folder or not wanted or not {path.name for path in own.iterdir()}.issuperset(wanted):
        return load_all(folder or own)
    return tuple(load(own / one) for one in wanted)


def chosen_exercises(folder: Path | None, wanted: list[str]) -> "tuple[Exercise, ...]":
    """The exercises of these ids, in the order given; all of them when none is.

    Raises:
        NotFound: there is none of that id.
    """
    from labctl.errors import NotFound

    known = {exercise.id: exercise for exercise in _known(folder, wanted)}
    for one in wanted:
        if one not in known:
            raise NotFound(
                "there is no exercise {id}",
                remedy="the exercises are: {known}",
                id=ascii(one[:80]),
                known=", ".join(known),
            )
    return tuple(known[one] for one in wanted) if wanted else tuple(known.values())


@group.command("list")
def list_(
    folder: Folder = None,
    long: Annotated[
        bool, typer.Option("--long", help="With what each claims, and what to do before it.")
    ] = False,
    lab: LabName = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """List the exercises, what each one shows, and how far you have come."""
    from labctl.cli.exercise_list import exercises_json, show_exercises

    known = chosen_exercises(folder, [])
    standings = _standings(lab)
    if json:
        from labctl.cli.console import show_json

        show_json(exercises_json(known, standings))
    else:
        show_exercises(known, standings, long=long)


def _standings(lab: str | None) -> "Mapping[str, Progress]":
    """How far each exercise has come in the lab; none where there is no lab, or no engine."""
    from labctl.errors import LabError
    from labctl.verbs.handson_place import place_of

    try:
        return place_of(engine(), lab).course.progress
    except LabError:
        return {}


@group.command()
def show(
    exercise: Annotated[
        str, typer.Argument(metavar="ID", help="Which.", autocompletion=complete_exercise)
    ],
    folder: Folder = None,
    lab: LabName = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show one exercise: its task, its steps, and what it expects."""
    from labctl.cli.exercise_screen import exercise_json, show_exercise

    (chosen,) = chosen_exercises(folder, [exercise])
    if json:
        from labctl.cli.console import show_json

        show_json(exercise_json(chosen))
    else:
        show_exercise(chosen, _status_to_read_by(lab))


def _status_to_read_by(lab: str | None) -> "LabStatus":
    """The lab whose ports and names the text shows; there need not be one to read an exercise."""
    from contextlib import suppress

    from labctl.cli.console import note
    from labctl.errors import NoEngine, NoSuchLab
    from labctl.model.status import LabStatus
    from labctl.verbs.status import status

    found = LabStatus(lab or "", "absent")
    with suppress(NoEngine, NoSuchLab):
        found = status(engine(), lab)
    if found.state == "absent":
        note("there is no lab yet: these are the documented ports")
    return found


@group.command()
def run(
    ids: Exercises = None,
    every: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    folder: Folder = None,
    lab: LabName = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Run exercises as a demo: labctl acts, shows what was said and filed, and judges the claim."""
    from labctl.cli.exercise_run_screen import run_and_show
    from labctl.errors import BadUsage

    if not ids and not every:
        raise BadUsage("say which exercise, or --all", remedy="labctl exercise list")
    chosen = chosen_exercises(folder, ids or [])
    if not run_and_show(engine(), lab, chosen, as_json=json, every=not ids):
        raise typer.Exit(ExitCode.VERDICT_FAILED)


@group.command()
def replay(
    exercise: Annotated[
        str, typer.Argument(metavar="ID", help="Which.", autocompletion=complete_exercise)
    ],
    folder: Folder = None,
    lab: LabName = None,
    lang: Lang = None,
) -> None:
    """Run an exercise, then step through it a line at a time: for a presenter."""
    import sys

    from labctl.errors import BadUsage

    (chosen,) = chosen_exercises(folder, [exercise])
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise BadUsage(
            "a replay needs a terminal: it waits for a key after each line",
            remedy="without one: labctl exercise run {id}",
            id=chosen.id,
        )
    from labctl.cli.exercise_run_screen import run_one
    from labctl.cli.replay import play

    result = run_one(engine(), lab, chosen)
    play(chosen, result)
    if result.verdict != "pass":
        raise typer.Exit(ExitCode.VERDICT_FAILED)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(group, name="exercise")
