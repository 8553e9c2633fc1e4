"""All commands, in the reader's language, with an environment variable for every option."""

import os
from collections.abc import Mapping
from typing import Any

import typer
from typer.main import get_command

from labctl.cli import (
    author_commands,
    bundle_commands,
    capture_commands,
    config_commands,
    doctor_commands,
    exercise_commands,
    handson_commands,
    image_commands,
    lab_commands,
    mail_commands,
    profile_commands,
    report_commands,
    service_commands,
    watch_commands,
    workshop_commands,
)
from labctl.cli.coercion import quicken
from labctl.cli.options import Json, LabName, Lang
from labctl.lang import chosen, tr

# Options that mean the same for every verb have one variable; every other has one for each verb,
# since LABCTL_ALL, say, would be a trap for `down --all`.
_SHARED = {"LAB", "JSON", "LANG", "PORTS", "BIND", "WORKSHOP", "ENGINE"}

# A command, a group or a parameter of typer, which keeps these classes to itself.
Node = Any

_SETTINGS: dict[str, Any] = {"help_option_names": ["-h", "--help"]}

app = typer.Typer(
    name="labctl",
    help="A real Postfix and a real Dovecot on your laptop, and exercises that show what they do.",
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    context_settings=_SETTINGS,
)
for commands in (
    lab_commands,
    exercise_commands,
    handson_commands,
    author_commands,
    report_commands,
    mail_commands,
    service_commands,
    watch_commands,
    capture_commands,
    profile_commands,
    config_commands,
    image_commands,
    bundle_commands,
    doctor_commands,
    workshop_commands,
):
    commands.register(app)


@app.callback(invoke_without_command=True)
def where_things_stand(
    context: typer.Context, lab: LabName = None, json: Json = False, lang: Lang = None
) -> None:
    """A real Postfix and a real Dovecot on your laptop, and exercises that show what they do."""
    if context.invoked_subcommand is None:
        lab_commands.where(lab, json)
        return
    said = {"LABCTL_LAB": lab, "LABCTL_JSON": "1" if json else None}
    _meant_for_the_verb(context, {name: value for name, value in said.items() if value})


def _meant_for_the_verb(context: typer.Context, said: Mapping[str, str]) -> None:
    """What stands before the verb: after what stands behind it, before the environment.

    `labctl --lab red down` must never remove another lab.
    """
    before = {name: os.environ.get(name) for name in said}
    os.environ.update(said)
    context.call_on_close(lambda: _put_back(before))


def _put_back(before: Mapping[str, str | None]) -> None:
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def command() -> Node:
    """The command tree, ready to run."""
    root = get_command(app)
    _prepare(root, ())
    if chosen() == "fr":
        _french_frames()
    return root


def _prepare(node: Node, path: tuple[str, ...]) -> None:
    if (help_option := node.get_help_option(typer.Context(node, **_SETTINGS))) is not None:
        help_option.help = tr(help_option.help)
        help_option.metavar = " "
        quicken(help_option)
    if node.help:
        node.help = tr(node.help)
    for parameter in node.params:
        quicken(parameter)
        if getattr(parameter, "is_flag", False):
            parameter.metavar = " "  # a flag has no value: nothing to show in its place
        if getattr(parameter, "help", None):
            parameter.help = tr(parameter.help)
        if parameter.param_type_name == "option" and parameter.envvar is None:
            parameter.envvar = _variable(parameter, path)
    for name, child in getattr(node, "commands", {}).items():
        _prepare(child, (*path, name))


def _variable(parameter: Node, path: tuple[str, ...]) -> str | None:
    """LABCTL_PORTS wherever it means the same, LABCTL_READ_VIA and LABCTL_SEND_VIA where not."""
    longest = max((o for o in parameter.opts if o.startswith("--")), key=len, default="")
    name = longest.removeprefix("--").replace("-", "_").upper()
    if not name or name in ("HELP", "INSTALL_COMPLETION", "SHOW_COMPLETION"):
        return None
    words = () if name in _SHARED else path
    return "_".join(("LABCTL", *(word.upper() for word in words), name))


def _french_frames() -> None:
    """The titles that typer itself prints around help."""
    from typer import rich_utils

    rich_utils.ARGUMENTS_PANEL_TITLE = "Arguments"
    rich_utils.OPTIONS_PANEL_TITLE = "Options"
    rich_utils.COMMANDS_PANEL_TITLE = "Commandes"
    rich_utils.ENVVAR_STRING = "[variable : {}]"
    rich_utils.DEFAULT_STRING = "[par défaut : {}]"
    rich_utils.REQUIRED_LONG_STRING = "[obligatoire]"
