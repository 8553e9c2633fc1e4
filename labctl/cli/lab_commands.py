"""Commands on a lab as a whole: up, down, status, reset, ca."""

from pathlib import Path
from typing import Annotated

import typer

from labctl.cli.complete import complete_definition
from labctl.cli.options import Json, LabName, Lang
from labctl.cli.session import engine, lab_meant

Definition = Annotated[
    str | None,
    typer.Argument(
        metavar="DEFINITION",
        help="A built-in definition (solo, duo) or a TOML or YAML file.",
        autocompletion=complete_definition,
    ),
]
Name = Annotated[
    str | None,
    typer.Option("--name", metavar="NAME", help="The lab's name.", callback=lab_meant),
]
Ports = Annotated[
    str | None,
    typer.Option(
        "--ports",
        metavar="documented|free|BASE",
        help="Where the endpoints are published: the documented ports, any free base, or a base"
        " such as 20000 (20025 20087 20065 20043 20093 20010 20095).",
    ),
]
Bind = Annotated[
    str | None,
    typer.Option("--bind", metavar="ADDR", help="The address of this machine to publish on."),
]
OwnDomain = Annotated[
    bool,
    typer.Option(
        "--i-own-this-domain", help="Allow a domain outside the reserved ones (.test, .example…)."
    ),
]


def up(
    definition: Definition = None,
    name: Name = None,
    lab: LabName = None,
    ports: Ports = None,
    bind: Bind = None,
    i_own_this_domain: OwnDomain = False,
    without_mail: Annotated[
        bool,
        typer.Option(
            "--without-mail",
            help="On a Swarm, when its node does not answer: anew on another, empty.",
        ),
    ] = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Bring a lab up, or make one that is there right again; mail is kept."""
    from labctl.cli import console, lab_json, lab_screen
    from labctl.cli.progress_screen import live
    from labctl.cli.wish import wish_of
    from labctl.verbs.up import up as bring_up

    wanted, lab_name = wish_of(engine(), definition, name or lab, ports, bind, i_own_this_domain)
    with live(quiet=json) as on_progress:
        brought = bring_up(engine(), lab_name, wanted, on_progress, without_mail=without_mail)
    if json:
        console.show_json(lab_json.status_json(brought.status))
    else:
        lab_screen.show_brought(brought)


def down(
    lab: LabName = None,
    keep_mail: Annotated[
        bool, typer.Option("--keep-mail", help="Keep the mail and the passwords for the next up.")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="Every lab on this engine.")] = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Remove the lab: containers, networks and, unless kept, the mail."""
    from labctl.cli import console, lab_json, lab_screen
    from labctl.cli.progress_screen import live
    from labctl.verbs import down as verb
    from labctl.verbs.labs import which

    with live(quiet=json) as on_progress:
        if every:
            gone = verb.down_all(engine(), keep_mail=keep_mail, on_progress=on_progress)
        else:
            name = which(engine(), lab)
            gone = (verb.down(engine(), name, keep_mail=keep_mail, on_progress=on_progress),)
    if json:
        console.show_json(lab_json.removed_json(gone))
    else:
        lab_screen.show_removed(gone)


def status(
    lab: LabName = None,
    watch: Annotated[bool, typer.Option("--watch", help="Follow it until Ctrl-C.")] = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show services, endpoints with their real ports, accounts with passwords, and the CA."""
    from labctl.verbs.status import status as look

    if watch:
        from labctl.cli.lab_screen import status_table
        from labctl.cli.watch_screen import follow

        follow(lambda: status_table(look(engine(), lab)))
        return
    found = look(engine(), lab)
    if json:
        from labctl.cli.console import show_json
        from labctl.cli.lab_json import status_json

        show_json(status_json(found))
    else:
        from labctl.cli.lab_screen import show_status

        show_status(found)


def reset(lab: LabName = None, json: Json = False, lang: Lang = None) -> None:
    """Back to the fresh lab: no mail, an empty queue, logs from now on; accounts stay."""
    from labctl.verbs.labs import which
    from labctl.verbs.reset import reset as clear

    done = clear(engine(), which(engine(), lab))
    if json:
        from labctl.cli.console import show_json

        show_json({"name": done.name, "seconds": round(done.seconds, 3)})
    else:
        from labctl.cli.lab_screen import show_reset

        show_reset(done)


def ca(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="Where to; by default stdout.")
    ] = None,
    lab: LabName = None,
    lang: Lang = None,
) -> None:
    """Write the lab's CA certificate (PEM), for clients that should trust it."""
    from labctl.cli.textfile import write_text
    from labctl.verbs.labs import spec_of, which

    write_text(file, spec_of(engine(), which(engine(), lab)).certificate.ca_pem)


def where(lab: str | None, json: bool) -> None:
    """`labctl` alone: where things stand and the one next thing to type."""
    from labctl.verbs.next_step import next_step

    found = next_step(engine(), lab)
    if json:
        from labctl.cli.console import show_json
        from labctl.cli.lab_json import next_json

        show_json(next_json(found))
    else:
        from labctl.cli.lab_screen import show_next

        show_next(found)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for function in (up, down, status, reset, ca):
        app.command()(function)
