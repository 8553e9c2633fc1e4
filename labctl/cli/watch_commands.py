"""Commands that show what happens: watch, trace."""

import os
import sys
from typing import Annotated

import typer

from labctl.cli.complete import complete_account, complete_message
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
    plain: Annotated[
        bool, typer.Option("--plain", help="A line an event, also on a terminal.")
    ] = False,
    lab: LabName = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """The microscope: dialogues, queue and Maildir side by side, live, as the servers see them."""
    from labctl.verbs.labs import which

    name = which(engine(), lab)
    if plain or json or not _full_screen():
        from labctl.cli.event_screen import show_events
        from labctl.verbs.watching import watch as verb

        show_events(verb(engine(), name, account), as_json=json)
        return
    from labctl.verbs.watching import Watching

    with Watching(engine(), name, account) as watching:
        from labctl.cli.watch_app import WatchApp

        WatchApp(watching).run()


def _full_screen() -> bool:
    """Whether there is a terminal that can be drawn on, and keys can be read from."""
    there = sys.stdin.isatty() and sys.stdout.isatty()
    return there and os.environ.get("TERM", "dumb") != "dumb"


def trace(
    message: Annotated[
        str,
        typer.Argument(
            metavar="MESSAGE-ID|QUEUE-ID",
            help="Which message; < and > may be left out. By default the newest one.",
            autocompletion=complete_message,
        ),
    ] = "last",
    lab: LabName = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show one message's life on one timeline, where it stopped and why, and its file now."""
    from labctl.cli.trace_screen import show_trace
    from labctl.verbs.labs import which
    from labctl.verbs.tracing import trace as verb

    show_trace(verb(engine(), which(engine(), lab), message), as_json=json)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for function in (watch, trace):
        app.command()(function)
