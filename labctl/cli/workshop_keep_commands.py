"""Commands on what has been done at the seats of a workshop: catch-up, checkpoint save, restore."""

from pathlib import Path
from typing import Annotated

import typer

from labctl.cli.complete import complete_exercise
from labctl.cli.options import Json, Lang
from labctl.cli.session import engine
from labctl.cli.workshop_options import EngineName, Seats, WorkshopName, named, usual_folder

group = typer.Typer(no_args_is_help=True, help="Save seats to files, and restore them.")
MaybeSeats = Annotated[
    list[str] | None,
    typer.Argument(metavar="SEAT", help="Which: 7, a range such as 1-5; by default all."),
]
Folder = Annotated[
    Path | None,
    typer.Option(
        "--folder",
        metavar="DIR",
        help="Where the files are, one a seat; by default checkpoint-WORKSHOP here."
        " They hold passwords.",
    ),
]


def catch_up(
    seats: Seats,
    exercise: Annotated[
        str, typer.Argument(metavar="ID", help="Which exercise.", autocompletion=complete_exercise)
    ],
    workshop: WorkshopName = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Begin an exercise at these seats; what comes before it is marked as shown."""
    from labctl.cli.exercise_commands import chosen_exercises
    from labctl.cli.progress_screen import live
    from labctl.cli.workshop_screen import show_changed
    from labctl.verbs import workshop_catch_up as verb

    (wanted,) = chosen_exercises(None, [exercise])
    known, name = chosen_exercises(None, []), named(workshop)
    with live(quiet=json) as on_progress:
        done = verb.catch_up(engine(), name, seats, known, wanted, on_progress)
    show_changed(done, as_json=json)


@group.command()
def save(
    seats: MaybeSeats = None,
    folder: Folder = None,
    workshop: WorkshopName = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Write a file for each seat: its mail, its accounts and ports, its participant's progress."""
    from labctl.cli.progress_screen import live
    from labctl.cli.workshop_screen import show_changed
    from labctl.verbs import workshop_checkpoint

    name = named(workshop)
    place = folder or usual_folder(name)
    with live(quiet=json) as on_progress:
        done = workshop_checkpoint.save(engine(), name, seats or [], place, on_progress)
    show_changed(done, as_json=json, folder=place)


@group.command()
def restore(
    seats: MaybeSeats = None,
    folder: Folder = None,
    workshop: WorkshopName = None,
    on: EngineName = "",
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Make each seat what its file says; a seat that is there loses what it has now."""
    from labctl.cli.progress_screen import live
    from labctl.cli.workshop_screen import show_changed
    from labctl.verbs import workshop_checkpoint

    name = named(workshop)
    with live(quiet=json) as on_progress:
        done = workshop_checkpoint.restore(
            engine(on), name, seats or [], folder or usual_folder(name), on_progress
        )
    show_changed(done, as_json=json)
