"""Which language: ``--lang`` anywhere on the line, ``LABCTL_LANG``, else the locale's."""

from collections.abc import Mapping, Sequence

from labctl.errors import BadUsage
from labctl.lang import choose, from_environment


def wanted(arguments: Sequence[str]) -> str | None:
    """What ``--lang`` says, before the line is parsed: help and errors are texts, too."""
    for number, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            return argument.partition("=")[2]
        if argument == "--lang" and number + 1 < len(arguments):
            return arguments[number + 1]
        if argument == "--":
            break
    return None


def choose_from(arguments: Sequence[str], environ: Mapping[str, str]) -> None:
    """Show every text in the language that is meant.

    Raises:
        BadUsage: ``--lang`` or ``LABCTL_LANG`` names another one.
    """
    choose(from_environment(environ))
    given = wanted(arguments) or environ.get("LABCTL_LANG")
    if not given:
        return
    if given not in ("en", "fr"):
        raise BadUsage("--lang is en or fr, not {given}", given=ascii(given[:20]))
    choose("fr" if given == "fr" else "en")
