"""Commands that show what happens: watch, trace."""

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


def trace(
    message: Annotated[
        str,
        typer.Argument(
            metavar="MESSAGE-ID|QUEUE-ID", help="Which message; < and > may be left out."
        ),
    ],
    lab: LabName = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show one message's life on one timeline, and where its file is now."""
    from labctl.cli.event_screen import show_trace
    from labctl.verbs.labs import which
    from labctl.verbs.tracing import trace as verb

    show_trace(verb(engine(), which(engine(), lab), message), as_json=json)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for function in (watch, trace):
        app.command()(function)
