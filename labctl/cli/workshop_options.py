"""The options that commands on workshops share."""

from typing import Annotated

import typer

from labctl.errors import BadUsage
from labctl.model.workshop import DEFAULT_WORKSHOP, WORKSHOP_NAME

WorkshopName = Annotated[
    str | None,
    typer.Option("--workshop", metavar="NAME", help="Which workshop; by default workshop."),
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
