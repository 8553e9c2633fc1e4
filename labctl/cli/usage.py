"""A mistake on the command line, in one sentence and in the reader's language."""

import re

from labctl.lang import tr

# typer's sentences, as patterns -> ours. What is not here is shown as typer says it.
_SAID: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"No such command '?(?P<what>[^']*)'?\.?.*", re.S), "no such command: {what}"),
    (re.compile(r"No such option:? '?(?P<what>[^'\s]+)'?.*", re.S), "no such option: {what}"),
    (re.compile(r"Missing argument '?(?P<what>[^']*)'?\.?", re.S), "this is missing: {what}"),
    (re.compile(r"Missing option '?(?P<what>[^']*)'?\.?", re.S), "this option is missing: {what}"),
    (re.compile(r"Missing command\.?"), "a command is missing; see labctl --help"),
    (re.compile(r"Option '?(?P<what>[^' ]*)'? requires .*", re.S), "{what} needs a value"),
    (
        re.compile(r"Got unexpected extra arguments?:? \(?(?P<what>.*?)\)?\.?", re.S),
        "this is too much: {what}",
    ),
    (
        re.compile(r"Invalid value for '?(?P<what>[^:]*?)'?: (?P<why>.*)", re.S),
        "{what}: {why}",
    ),
)


def said(error: Exception) -> str:
    """``labctl: `` and the sentence."""
    words = error.format_message() if hasattr(error, "format_message") else str(error)
    for pattern, template in _SAID:
        if found := pattern.fullmatch(words):
            return tr("error: ") + tr(template, **found.groupdict())
    return tr("error: ") + words
