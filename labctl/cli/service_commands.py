"""Commands on one service: logs, shell, start, stop, restart."""

from typing import Annotated

import typer

from labctl.cli.complete import complete_service, complete_shell
from labctl.cli.lending import Lending
from labctl.cli.options import Json, LabName, Lang, ServiceName
from labctl.cli.session import engine


def logs(
    service: Annotated[
        str | None,
        typer.Argument(
            metavar="SERVICE", help="postfix or dovecot.", autocompletion=complete_service
        ),
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")] = False,
    tail: Annotated[
        int, typer.Option("--tail", metavar="N", min=0, help="Only the last N lines of each.")
    ] = 0,
    lab: LabName = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show the servers' own logs, since the lab's last reset."""
    from labctl.cli.log_screen import show_logs
    from labctl.verbs.labs import which
    from labctl.verbs.service import logs as read

    show_logs(read(engine(), which(engine(), lab), service, follow=follow, tail=tail), as_json=json)


def shell(
    service: Annotated[
        str,
        typer.Argument(
            metavar="SERVICE",
            help="postfix, dovecot, or client: the mail clients.",
            autocompletion=complete_shell,
        ),
    ],
    command: Annotated[
        list[str] | None,
        typer.Argument(metavar="COMMAND", help="What to run there; by default a shell."),
    ] = None,
    root: Annotated[
        bool, typer.Option("--root", help="As root, who may edit what stands in /etc/labctl.")
    ] = False,
    lab: LabName = None,
    lang: Lang = None,
) -> None:
    """A shell in a service's container, or in that of mail clients, all set up for this lab."""
    from labctl.verbs.labs import CLIENT, which
    from labctl.verbs.service import running

    name = which(engine(), lab)
    if service == CLIENT:
        from labctl.cli.client_shell import prepare

        prepare(name, greet=not command)
    else:
        running(engine(), name, service)
    user = "0" if root else ""
    raise typer.Exit(engine().shell(name, service, command or ["bash"], user=user))


def start(service: ServiceName, lab: LabName = None, json: Json = False, lang: Lang = None) -> None:
    """Start one stopped service and wait until it greets."""
    _change("start", service, lab, json)


def stop(service: ServiceName, lab: LabName = None, json: Json = False, lang: Lang = None) -> None:
    """Stop one service; its mail and its queue stay."""
    _change("stop", service, lab, json)


def restart(
    service: ServiceName, lab: LabName = None, json: Json = False, lang: Lang = None
) -> None:
    """Stop and start one service."""
    _change("restart", service, lab, json)


def _change(verb: str, service: str, lab: str | None, json: bool) -> None:
    from labctl.verbs import service as verbs
    from labctl.verbs.labs import which

    action = {"start": verbs.start, "stop": verbs.stop, "restart": verbs.restart}[verb]
    status = action(engine(), which(engine(), lab), service)
    if json:
        from labctl.cli.console import show_json
        from labctl.cli.lab_json import status_json

        show_json(status_json(status))
    else:
        from labctl.cli.lab_screen import show_services

        show_services(status)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for function in (logs, start, stop, restart):
        app.command()(function)
    app.command(cls=Lending)(shell)
