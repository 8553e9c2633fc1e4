"""Commands on the seats of a workshop: up, status, down, reset, restart, profile."""

from pathlib import Path
from typing import Annotated

import typer

from labctl.cli.complete import complete_definition, complete_profile
from labctl.cli.lab_commands import Bind, OwnDomain
from labctl.cli.options import Json, Lang
from labctl.cli.session import engine
from labctl.cli.workshop_options import (
    Checkpoints,
    EngineName,
    Seats,
    WithoutMail,
    WorkshopName,
    named,
    usual_folder,
)


def up(
    seats: Annotated[
        int | None,
        typer.Option("--seats", metavar="N", min=1, max=999, help="Seats 1 to N, without names."),
    ] = None,
    roster: Annotated[
        Path | None,
        typer.Option(
            "--roster",
            metavar="FILE",
            help="A CSV file with a person a line, and a pseudonym beside if you wish:"
            " whoever has a seat keeps it.",
        ),
    ] = None,
    definition: Annotated[
        str | None,
        typer.Option(
            "--definition",
            metavar="DEFINITION",
            help="What each seat gets: solo, duo, or a TOML or YAML file.",
            autocompletion=complete_definition,
        ),
    ] = None,
    base: Annotated[
        int | None,
        typer.Option(
            "--base",
            metavar="BASE",
            min=1024,
            max=65435,
            help="Seat k is published at BASE + 100·k, a duo at BASE + 200·k; by default 20000.",
        ),
    ] = None,
    bind: Bind = None,
    gateway: Annotated[
        bool,
        typer.Option(
            "--gateway",
            help="New seats reach nothing but themselves, and cost less: one gateway leads to all.",
        ),
    ] = False,
    on: EngineName = "",
    checkpoints: Checkpoints = None,
    without_mail: WithoutMail = False,
    workshop: WorkshopName = None,
    i_own_this_domain: OwnDomain = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Give each seat a lab; run again, it adds what is missing and leaves the rest alone."""
    from labctl.cli.progress_screen import live
    from labctl.cli.wish import room_wish
    from labctl.cli.workshop_screen import show_room
    from labctl.verbs.workshop_up import bring_room

    own = i_own_this_domain
    wish = room_wish(seats, roster, definition, base, bind, gateway=gateway, own_domain=own)
    name = named(workshop)
    with live(quiet=json) as on_progress:
        room = bring_room(
            engine(on),
            name,
            wish,
            checkpoints or usual_folder(name),
            on_progress,
            without_mail=without_mail,
        )
    show_room(room, as_json=json)


def status(
    watch: Annotated[
        bool, typer.Option("--watch", help="Follow it until Ctrl-C; on a terminal only.")
    ] = False,
    checkpoints: Checkpoints = None,
    workshop: WorkshopName = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show each seat: who sits there, whether its lab is ready, where it is published."""
    from labctl.cli.console import out
    from labctl.cli.workshop_screen import show_room_status
    from labctl.verbs.workshop_status import room_status

    name = named(workshop)
    folder = checkpoints or usual_folder(name)
    if watch and not json and out().is_terminal:
        _follow(name, folder)
        return
    show_room_status(name, room_status(engine(), name, folder), as_json=json)


def _follow(workshop: str, checkpoints: Path) -> None:
    from labctl.cli.console import out
    from labctl.cli.watch_screen import follow
    from labctl.cli.workshop_status_watch import picture
    from labctl.verbs.workshop_status import StatusWatching

    with StatusWatching(engine(), workshop, checkpoints) as watching:
        follow(lambda: picture(workshop, watching.seats(), out().height))


def down(workshop: WorkshopName = None, json: Json = False, lang: Lang = None) -> None:
    """Remove all seats with their mail; if anything is left, list it and fail."""
    from time import monotonic

    from labctl.cli.progress_screen import live
    from labctl.cli.workshop_screen import show_room_removed
    from labctl.verbs.workshop_down import take_down

    name, begun = named(workshop), monotonic()
    with live(quiet=json) as on_progress:
        gone = take_down(engine(), name, on_progress)
    show_room_removed(name, gone, monotonic() - begun, as_json=json)


def reset(
    seats: Seats, workshop: WorkshopName = None, json: Json = False, lang: Lang = None
) -> None:
    """Back to fresh labs at these seats: no mail, an empty queue; accounts stay."""
    from labctl.cli.progress_screen import live
    from labctl.cli.workshop_screen import show_changed
    from labctl.verbs import workshop_change

    with live(quiet=json) as on_progress:
        done = workshop_change.reset(engine(), named(workshop), seats, on_progress)
    show_changed(done, as_json=json)


def restart(
    seats: Seats, workshop: WorkshopName = None, json: Json = False, lang: Lang = None
) -> None:
    """Stop and start the servers of these seats; mail and progress stay."""
    from labctl.cli.progress_screen import live
    from labctl.cli.workshop_screen import show_changed
    from labctl.verbs import workshop_change

    with live(quiet=json) as on_progress:
        done = workshop_change.restart(engine(), named(workshop), seats, on_progress)
    show_changed(done, as_json=json)


def profile(
    seats: Seats,
    name: Annotated[
        str,
        typer.Argument(
            metavar="PROFILE", help="Which; default goes back.", autocompletion=complete_profile
        ),
    ],
    workshop: WorkshopName = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Break the servers of these seats in one known way, or mend them (default)."""
    from labctl.cli.progress_screen import live
    from labctl.cli.workshop_screen import show_changed
    from labctl.verbs import workshop_change

    with live(quiet=json) as on_progress:
        done = workshop_change.switch(engine(), named(workshop), seats, name, on_progress)
    show_changed(done, as_json=json)
