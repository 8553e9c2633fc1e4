"""`labctl doctor`: what this machine has, and putting right what is missing."""

from typing import TYPE_CHECKING, Annotated

import typer

from labctl.cli.options import Json, Lang
from labctl.errors import ExitCode

if TYPE_CHECKING:
    from labctl.verbs.doctor import Finding


def doctor(
    fix: Annotated[
        bool, typer.Option("--fix", help="Install and start an engine, build the images.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Install without asking.")] = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Look at the engine, the disk, memory, images, ports, clock and subnets; say what to do."""
    from labctl.cli import doctor_screen
    from labctl.cli.console import show_json

    findings = _fixed(yes, quiet=json) if fix else _looked_at()
    if json:
        show_json(doctor_screen.as_json(findings))
    else:
        doctor_screen.show(findings)
    if doctor_screen.worst(findings) == "fail":
        raise typer.Exit(ExitCode.ENVIRONMENT)


def _looked_at() -> "tuple[Finding, ...]":
    from labctl.verbs.doctor import doctor as look

    return look()


def _fixed(yes: bool, *, quiet: bool) -> "tuple[Finding, ...]":
    from labctl.cli.progress_screen import live
    from labctl.verbs.fix import fix

    with live(quiet=quiet) as on_progress:
        return fix(confirm=lambda question: yes or asked(question), on_progress=on_progress)


def asked(question: str) -> bool:
    """The user's yes or no; without a terminal, no."""
    import sys

    if not sys.stdin.isatty():
        return False
    return typer.confirm(question, err=True)


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(doctor)
