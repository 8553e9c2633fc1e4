"""Commands on the rendered configuration: render, show, check, diff, schema."""

from pathlib import Path
from typing import Annotated

import typer

from labctl.cli.lab_commands import Bind, Definition, OwnDomain, Ports
from labctl.cli.options import Json, LabName, Lang
from labctl.cli.session import engine
from labctl.errors import ExitCode

group = typer.Typer(
    no_args_is_help=True, help="The rendered configuration: write, show, check, compare."
)


@group.command()
def render(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="An empty or a new folder.")],
    definition: Definition = None,
    lab: LabName = None,
    ports: Ports = None,
    bind: Bind = None,
    i_own_this_domain: OwnDomain = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Write the Compose document and its files: `docker compose up` in DIR starts the same lab."""
    from labctl.cli import config_screen
    from labctl.cli.progress_screen import live
    from labctl.cli.wish import wish_of
    from labctl.verbs.config import write

    wish, name = wish_of(engine(), definition, lab, ports, bind, i_own_this_domain)
    with live(quiet=True) as on_progress:
        written = write(engine(), name, wish, folder, on_progress)
    config_screen.show_written(folder, written, as_json=json)


@group.command()
def show(
    file: Annotated[
        str | None,
        typer.Argument(metavar="FILE", help="One file, such as postfix/main.cf; else their list."),
    ] = None,
    lab: LabName = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show what is rendered for the lab; keys and password hashes are not shown."""
    from labctl.cli import config_screen
    from labctl.verbs.config import plan_of
    from labctl.verbs.labs import which
    from labctl.verbs.up import Wish

    plan = plan_of(engine(), which(engine(), lab), Wish())
    config_screen.show_plan(plan, file, as_json=json)


@group.command()
def check(
    definition: Definition = None, lab: LabName = None, json: Json = False, lang: Lang = None
) -> None:
    """Let Postfix and Dovecot check the configuration: postfix check, postconf -n, doveconf -n."""
    from labctl.cli import config_screen
    from labctl.cli.progress_screen import live
    from labctl.cli.wish import wish_of
    from labctl.verbs.config import check as verb

    wish, name = wish_of(engine(), definition, lab, None, None, False)
    with live(quiet=True) as on_progress:
        checks = verb(engine(), name, wish, on_progress)
    config_screen.show_checks(checks, as_json=json)
    if not all(one.holds for one in checks):
        raise typer.Exit(ExitCode.VERDICT_FAILED)


@group.command()
def diff(lab: LabName = None, json: Json = False, lang: Lang = None) -> None:
    """Compare what runs with what would be rendered now; exit 1 when they differ."""
    from labctl.cli import config_screen
    from labctl.verbs.config import diff as verb
    from labctl.verbs.labs import which

    found = verb(engine(), which(engine(), lab))
    config_screen.show_diff(found, as_json=json)
    if found:
        raise typer.Exit(ExitCode.VERDICT_FAILED)


@group.command()
def schema(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="Where to; by default stdout.")
    ] = None,
    lang: Lang = None,
) -> None:
    """Write the JSON Schema of a lab definition, for your editor."""
    import json

    from labctl.cli.textfile import write_text
    from labctl.definition.load import json_schema

    write_text(file, json.dumps(json_schema(), indent=2) + "\n")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(group, name="config")
