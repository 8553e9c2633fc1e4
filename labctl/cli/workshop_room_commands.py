"""Commands on a workshop that runs: handout, begin, grid, results."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labctl.cli.complete import complete_exercise
from labctl.cli.exercise_commands import Folder, chosen_exercises
from labctl.cli.options import Json, Lang
from labctl.cli.session import engine
from labctl.cli.workshop_options import Seats, WorkshopName, named
from labctl.errors import BadUsage

if TYPE_CHECKING:
    from rich.console import RenderableType

    from labctl.exercise.load import Exercise
    from labctl.verbs.workshop_judging import Judging
    from labctl.verbs.workshop_room import RoomWatching

Names = Annotated[
    bool, typer.Option("--names", help="Name the persons; by default seats and pseudonyms only.")
]


def handout(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where to; what is not labctl's own there stays.")
    ],
    host: Annotated[
        str,
        typer.Option(
            "--host",
            metavar="ADDRESS|NAME",
            help="How participants reach this machine; by default the address it publishes on.",
        ),
    ] = "",
    workshop: WorkshopName = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Write what the host prints: a page for each seat, with its passwords, and a host's sheet."""
    from labctl.cli.workshop_handout_screen import show_handouts
    from labctl.verbs.workshop_handout import write

    show_handouts(write(engine(), named(workshop), folder, host), as_json=json)


def grid(
    watch: Annotated[
        bool, typer.Option("--watch", help="Follow it until Ctrl-C; on a terminal only.")
    ] = False,
    judge: Annotated[
        bool,
        typer.Option(
            "--judge",
            help="With --watch: judge what mail clients do at each seat, where nobody has labctl.",
        ),
    ] = False,
    names: Names = False,
    workshop: WorkshopName = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show who has done what: exercises by seats, the median time, and who waits longest."""
    from labctl.verbs.workshop_room import room

    on_screen = watch and not json and _is_terminal()
    if judge and not on_screen:
        raise BadUsage("--judge goes with --watch, on a terminal")
    if json:
        from labctl.cli.console import show_json
        from labctl.cli.workshop_results import grid_json

        show_json(grid_json(room(engine(), named(workshop)), names=names))
        return
    from labctl.cli.console import out
    from labctl.cli.workshop_grid import grid as draw

    if on_screen:
        _follow(named(workshop), names, judge)
    else:
        out().print(draw(out(), room(engine(), named(workshop)), names=names))


def _is_terminal() -> bool:
    from labctl.cli.console import out

    return out().is_terminal


def _follow(workshop: str, names: bool, judge: bool) -> None:
    from contextlib import ExitStack

    from labctl.cli.console import out
    from labctl.cli.watch_screen import follow
    from labctl.cli.workshop_grid import grid as draw
    from labctl.verbs.workshop_room import RoomWatching

    with ExitStack() as all_of_it:
        watching = all_of_it.enter_context(RoomWatching(engine(), workshop))
        judging = all_of_it.enter_context(_judging(watching)) if judge else None

        def picture() -> "RenderableType":
            if judging:
                judging.heed()
            return draw(out(), watching.room(), names=names, height=out().height)

        follow(picture)


def _judging(watching: "RoomWatching") -> "Judging":
    from labctl.verbs.workshop_judging import Judging

    @cache
    def exercise_of(folder: str, name: str) -> "Exercise":
        (exercise,) = chosen_exercises(Path(folder) if folder else None, [name])
        return exercise

    return Judging(engine(), watching.room, exercise_of)


def begin(
    seats: Seats,
    exercise: Annotated[
        str, typer.Argument(metavar="ID", help="Which exercise.", autocompletion=complete_exercise)
    ],
    folder: Folder = None,
    workshop: WorkshopName = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Begin an exercise at these seats; `grid --watch --judge` then sees who does it."""
    from labctl.cli.progress_screen import live
    from labctl.cli.workshop_screen import show_changed
    from labctl.verbs.workshop_judging import begin as verb

    (chosen,) = chosen_exercises(folder, [exercise])
    where = str(folder.resolve()) if folder else ""
    with live(quiet=json) as on_progress:
        done = verb(engine(), named(workshop), seats, chosen, where, on_progress)
    show_changed(done, as_json=json)


def results(
    csv: Annotated[
        bool, typer.Option("--csv", help="A table for a spreadsheet; so it is by default.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Where; by default stdout.")
    ] = None,
    names: Names = False,
    workshop: WorkshopName = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Write each seat's verdicts and times by exercise, as CSV or JSON."""
    from json import dumps

    from labctl.cli.textfile import write_text
    from labctl.cli.workshop_results import results_csv, results_json
    from labctl.verbs.workshop_room import room

    if csv and json:
        raise BadUsage("--csv and --json exclude each other")
    found = room(engine(), named(workshop))
    if json:
        text = dumps(results_json(found, names=names), indent=2, ensure_ascii=False) + "\n"
    else:
        text = results_csv(found, names=names)
    write_text(output, text)
