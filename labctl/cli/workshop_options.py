"""The options that commands on workshops share."""

from pathlib import Path
from typing import Annotated

import typer

from labctl.cli.session import workshop_meant
from labctl.errors import BadUsage
from labctl.model.workshop import DEFAULT_WORKSHOP, WORKSHOP_NAME

WorkshopName = Annotated[
    str | None,
    typer.Option(
        "--workshop",
        metavar="NAME",
        help="Which workshop; by default workshop.",
        callback=workshop_meant,
    ),
]
EngineName = Annotated[
    str,
    typer.Option(
        "--engine",
        metavar="docker|swarm",
        help="swarm: over the nodes of the Swarm that the engine manages; by default where the"
        " workshop is, else docker.",
    ),
]
Checkpoints = Annotated[
    Path | None,
    typer.Option(
        "--checkpoints",
        metavar="DIR",
        help="Where checkpoint save has put the files, for seats on a node that is down;"
        " by default checkpoint-WORKSHOP here.",
    ),
]
WithoutMail = Annotated[
    bool,
    typer.Option(
        "--without-mail",
        help="What is on a node that does not answer begins anew elsewhere, empty, when there is no"
        " checkpoint of it.",
    ),
]
Seats = Annotated[
    list[str], typer.Argument(metavar="SEAT", help="Which: 7, a range such as 1-5, or all.")
]


def named(given: str | None) -> str:
    """The workshop that is meant.

    Raises:
        BadUsage: nothing can be called that.
    """
    name = given or DEFAULT_WORKSHOP
    if not WORKSHOP_NAME.fullmatch(name):
        raise BadUsage(
            "{name} is no workshop's name: up to 32 of a-z, 0-9, - and _, no - or _ first",
            name=ascii(name[:40]),
        )
    return name


def usual_folder(workshop: str) -> Path:
    """Where the checkpoints of a workshop are, unless it is said."""
    return Path(f"checkpoint-{workshop}")
