"""Commands that show what happens: watch."""

from typing import Annotated

import typer

from labctl.cli.complete import complete_account
from labctl.cli.options import Json, LabName, Lang
from labctl.cli.session import engine


def watch(
    account: Annotated[
        str | None,
        typer.Argument(
            metavar="ADDRESS",
            help="Only what concerns this account; by default everything.",
            autocompletion=complete_account,
        ),
    ] = None,
    lab: LabName = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show what any mail client does, as the servers see it, until Ctrl-C."""
    from labctl.cli.event_screen import show_events
    from labctl.verbs.labs import which
    from labctl.verbs.watching import watch as verb

    show_events(verb(engine(), which(engine(), lab), account), as_json=json)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(watch)
