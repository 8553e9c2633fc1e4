"""`labctl workshop plan`: whether a workshop would fit, before anything of it is there."""

from typing import Annotated

import typer

from labctl.cli.complete import complete_definition
from labctl.cli.options import Json, Lang
from labctl.cli.session import engine
from labctl.errors import ExitCode
from labctl.model.workshop import MOST_SEATS


def plan(
    seats: Annotated[
        int,
        typer.Option("--seats", metavar="N", min=1, max=MOST_SEATS, help="How many people come."),
    ],
    nodes: Annotated[
        int,
        typer.Option("--nodes", metavar="M", min=1, help="On how many machines like this one."),
    ] = 1,
    definition: Annotated[
        str,
        typer.Option(
            "--definition",
            metavar="DEFINITION",
            help="What each seat is: solo, duo or a file.",
            autocompletion=complete_definition,
        ),
    ] = "solo",
    gateway: Annotated[
        bool, typer.Option("--gateway", help="As workshop up --gateway makes the seats.")
    ] = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Say whether memory, CPU, ports, subnets and the kernel's limits suffice; a seat is tried."""
    from labctl.cli import console
    from labctl.cli import workshop_capacity_screen as screen
    from labctl.cli.progress_screen import live
    from labctl.definition.load import load
    from labctl.verbs.workshop_capacity import capacity

    wanted = load(definition)
    with live(quiet=json) as on_progress:
        found = capacity(engine(), seats, nodes, wanted, on_progress, gateway=gateway)
    if json:
        console.show_json(screen.as_json(found))
    else:
        screen.show(found)
    if not found.fits:
        raise typer.Exit(ExitCode.ENVIRONMENT)
