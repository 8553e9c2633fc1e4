"""YAML as plain data that knows the line of each key. Pure; for files people write by hand.

It reads the part of YAML 1.2 that a person needs: mappings, lists, texts, whole numbers, decimals,
``true``/``false`` and nothing else. Anchors, aliases, tags and repeated keys are refused, so that
no file can blow up, hide something or mean two things.
"""

import re
from collections.abc import Callable
from typing import Any

import yaml

from labctl.lang import Text
from labctl.model.shown import shown

__all__ = ["LineOf", "Path", "YamlComplaint", "load_marked", "shown"]

Path = tuple[str | int, ...]
LineOf = Callable[[Path], int]

LARGEST = 500_000  # characters: an exercise or a definition is a page or two

_SCALARS: tuple[tuple[str, re.Pattern[str], Callable[[str], Any]], ...] = (
    ("null", re.compile(r"|~|null"), lambda _: None),
    ("bool", re.compile(r"true|false"), lambda value: value == "true"),
    ("int", re.compile(r"[-+]?[0-9]{1,18}", re.ASCII), int),
    ("float", re.compile(r"[-+]?[0-9]{1,18}\.[0-9]{1,18}", re.ASCII), float),
)


_HALF = re.compile("[\ud800-\udfff]")  # of a UTF-16 pair: no text can hold it


class YamlComplaint(ValueError):
    """The text cannot be read: ``str()`` is one sentence with file and line."""

    def __init__(self, file: str, line: int, reason: Text) -> None:
        self.line = line
        self.reason = reason
        self.text = Text("{file}:{line}: {reason}", {"file": file, "line": line, "reason": reason})
        super().__init__(file, line, reason)

    def __str__(self) -> str:
        return str(self.text)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


class _Refused(Exception):
    """A construct that is not read, at an event's mark."""

    def __init__(self, event: yaml.Event, template: str, **values: object) -> None:
        self.line = _line(event)
        self.text = Text(template, values)
        super().__init__(template)


# The C parser where PyYAML has it: it takes a fifth of the time, which `exercise check` feels.
_Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Builder:
    """Plain data from a parser's events, and the line of each path."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self._parser = _Parser(text)

    def whole(self) -> dict[str, Any]:
        """The only document, which must be a mapping."""
        try:
            self._event()  # the stream begins
            event = self._event()
            if isinstance(event, yaml.DocumentStartEvent):
                event = self._event()
            if not isinstance(event, yaml.MappingStartEvent):
                raise _Refused(event, "the file must be a table of keys and values")
            data: dict[str, Any] = self._build(event, (), _line(event))
            self._event()  # the document ends
            if not isinstance(event := self._event(), yaml.StreamEndEvent):
                words = Text("a second document")
                raise _Refused(event, "not YAML: {words}", words=words)
        finally:
            self._parser.dispose()
        return data

    def _event(self) -> Any:  # noqa: ANN401 - an event of one of PyYAML's untyped classes
        event = self._parser.get_event()
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _Refused(event, "anchors and aliases (& and *) are not read here")
        if getattr(event, "tag", None) is not None:
            raise _Refused(event, "tags (!) are not read here")
        if half := _HALF.search(getattr(event, "value", "")):
            raise _Refused(event, "{escape} is no character", escape=shown(half[0]))
        return event

    def _build(self, event: Any, path: Path, line: int) -> Any:  # noqa: ANN401 - YAML is any
        self.lines[path] = line
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return _scalar(event)

    def _mapping(self, path: Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        while not isinstance(key := self._event(), yaml.MappingEndEvent):
            if not isinstance(key, yaml.ScalarEvent):
                raise _Refused(key, "a key must be a word")
            name: str = key.value
            if name in data:
                raise _Refused(key, "the key {key} stands here twice", key=shown(name))
            data[name] = self._build(self._event(), (*path, name), _line(key))
        return data

    def _sequence(self, path: Path) -> list[Any]:
        data: list[Any] = []
        while not isinstance(event := self._event(), yaml.SequenceEndEvent):
            data.append(self._build(event, (*path, len(data)), _line(event)))
        return data


def _scalar(event: Any) -> Any:  # noqa: ANN401 - YAML is any
    text: str = event.value
    if not event.style:  # a plain scalar; a quoted one is a text
        for _, pattern, convert in _SCALARS:
            if pattern.fullmatch(text):
                return convert(text)
    return text


def _mark_of(problem: yaml.YAMLError) -> tuple[int, str]:
    mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
    words = getattr(problem, "problem", None) or getattr(problem, "reason", None) or "unreadable"
    return (mark.line + 1 if mark else 1), shown(str(words))


def load_marked(text: str, file: str) -> tuple[dict[str, Any], LineOf]:
    """The mapping that a YAML text holds, and a function from a key's path to its line (from 1).

    With ``  b: 1`` on the second line, below ``a:``, it gives ``{"a": {"b": 1}}`` and a function
    that answers 2 for ``("a", "b")``; a path that is not there has the line of what is around it.

    Raises:
        YamlComplaint: not YAML, not a mapping, a key twice, an anchor, an alias or a tag.
    """
    if len(text) > LARGEST:
        raise YamlComplaint(file, 1, Text("the file is too long"))
    try:
        builder = _Builder(text)
        data, lines = builder.whole(), builder.lines
    except _Refused as refused:
        raise YamlComplaint(file, refused.line, refused.text) from None
    except yaml.YAMLError as problem:
        line, words = _mark_of(problem)
        raise YamlComplaint(file, line, Text("not YAML: {words}", {"words": words})) from None
    except RecursionError:
        raise YamlComplaint(
            file, 1, Text("not YAML: {words}", {"words": Text("too deep")})
        ) from None
    except (ValueError, OverflowError):  # chr() in PyYAML's own parser
        why = Text("an escape that is no character")
        raise YamlComplaint(file, 1, Text("not YAML: {words}", {"words": why})) from None

    def line_of(path: Path) -> int:
        while path not in lines:
            path = path[:-1]
        return lines[path]

    return data, line_of
