"""The texts of one exercise in one language, under the same keys as its logic."""

import re
from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Annotated

from pydantic import AfterValidator, Field

from labctl.exercise.base import Complaint, Many, Part, Word
from labctl.lang import Text
from labctl.model.yamlmarks import shown

_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # what could steer a terminal


def _prose(value: str) -> str:
    if not value.strip() or len(value) > 10_000:
        raise Complaint("a text must not be empty, nor longer than 10,000 characters")
    if _CONTROL.search(value):
        raise Complaint("a text must not hold control characters")
    try:
        fields = [(name, spec, how) for _, name, spec, how in Formatter().parse(value)]
    except ValueError:
        raise Complaint("a brace is not closed: a name stands in {name}") from None
    for name, spec, how in fields:
        if name is not None and (spec or how or not _NAME.fullmatch(name)):
            raise Complaint("only a name may stand in braces: {name}")
    return value


Prose = Annotated[str, AfterValidator(_prose)]


class Verdicts(Part):
    """What is said when an expectation holds, and when it does not."""

    holds: Prose
    fails: Prose


class TableTexts(Part):
    """The words of the table: its title, the heads of its columns, its rows' names."""

    title: Prose
    row: Prose  # the head of the first column
    columns: dict[Word, Prose]
    rows: dict[Word, Prose]


class Question(Part):
    """A prediction: the question, and its answers."""

    question: Prose
    options: dict[Word, Prose]


class Texts(Part):
    """The whole of ``en.yaml`` or ``fr.yaml``."""

    title: Prose
    claim: Prose  # what is proved, in one sentence
    task: Prose
    steps: dict[Word, Prose]
    expect: dict[Word, Verdicts]
    table: TableTexts | None = None
    explain: Prose
    sources: Many[Prose] = ()
    predict: dict[Word, Question] = Field(default_factory=dict)
    hints: dict[Word, Prose] = Field(default_factory=dict)
    near_misses: dict[Word, Prose] = Field(default_factory=dict)
    recipes: dict[Word, Prose] = Field(default_factory=dict)


Path = tuple[str | int, ...]


def prose(data: object, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text of a text file, with its path."""
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, Mapping):
        for key, value in data.items():
            yield from prose(value, (*path, key))
    elif isinstance(data, list | tuple):
        for index, value in enumerate(data):
            yield from prose(value, (*path, index))


def placeholders(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def command_problem(command: str, known: frozenset[str]) -> Text | None:
    """Why a command's placeholders cannot be filled in; ``{m1}`` is this run's first message."""
    try:
        fields = [f for f in Formatter().parse(command) if f[1] is not None]
    except ValueError:
        return Text("a brace is not closed: a name stands in {name}")
    for _, name, spec, how in fields:
        if spec or how:
            return Text("only a name may stand in braces: {name}")
        if name not in known and not re.fullmatch(r"m[1-9][0-9]?", name or ""):
            return _nothing_called(name or "", known)
    return None


def _nothing_called(name: str, known: frozenset[str]) -> Text:
    return Text(
        "nothing is called {{{name}}}: known are {known}",
        {"name": shown(name), "known": ", ".join(sorted(known))},
    )


def unknown_placeholder(data: object, known: frozenset[str]) -> tuple[Path, Text] | None:
    """The first text that names something no lab can fill in."""
    for path, text in prose(data):
        for name in sorted(placeholders(text) - known):
            return path, _nothing_called(name, known)
    return None
