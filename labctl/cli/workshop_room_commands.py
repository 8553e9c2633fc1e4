"""Commands on a workshop that runs: handout, grid, results."""

from pathlib import Path
from typing import Annotated

import typer

from labctl.cli.options import Json, Lang
from labctl.cli.session import engine
from labctl.cli.workshop_options import WorkshopName, named

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
    names: Names = False,
    workshop: WorkshopName = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show who has done what: exercises by seats, the median time, and who waits longest."""
    from labctl.verbs.workshop_room import room

    if json:
        from labctl.cli.console import show_json
        from labctl.cli.workshop_results import grid_json

        show_json(grid_json(room(engine(), named(workshop)), names=names))
        return
    from labctl.cli.console import out
    from labctl.cli.workshop_grid import grid as draw

    if watch and out().is_terminal:
        _follow(named(workshop), names)
    else:
        out().print(draw(out(), room(engine(), named(workshop)), names=names))


def _follow(workshop: str, names: bool) -> None:
    from labctl.cli.console import out
    from labctl.cli.watch_screen import follow
    from labctl.cli.workshop_grid import grid as draw
    from labctl.verbs.workshop_room import Watching

    with Watching(engine(), workshop) as watching:
        follow(lambda: draw(out(), watching.room(), names=names, height=out().height))


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
    from labctl.errors import BadUsage
    from labctl.verbs.workshop_room import room

    if csv and json:
        raise BadUsage("--csv and --json exclude each other")
    found = room(engine(), named(workshop))
    if json:
        text = dumps(results_json(found, names=names), indent=2, ensure_ascii=False) + "\n"
    else:
        text = results_csv(found, names=names)
    write_text(output, text)
