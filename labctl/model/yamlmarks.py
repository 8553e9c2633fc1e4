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


class YamlComplaint(ValueError):
    """The text cannot be read: ``str()`` is one sentence with file and line."""

    def __init__(self, file: str, line: int, reason: Text) -> None:
        self.line = line
        self.reason = reason
        self.text = Text("{file}:{line}: {reason}", {"file": file, "line": line, "reason": reason})
        super().__init__(file, line, reason)

    def __str__(self) -> str:
        return str(self.text)


class _Refused(Exception):
    """A construct that is not read, at a node's or an event's mark."""

    def __init__(self, mark: yaml.Mark | None, template: str, **values: object) -> None:
        self.line = mark.line + 1 if mark else 1
        self.text = Text(template, values)
        super().__init__(template)


class _Loader(yaml.SafeLoader):
    """Composes nodes only: values are built by :class:`_Builder`."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own shape; every scalar is a text

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call] - PyYAML
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _Refused(event.start_mark, "anchors and aliases (& and *) are not read here")
        if getattr(event, "tag", None) is not None:
            raise _Refused(event.start_mark, "tags (!) are not read here")
        node: yaml.Node | None = super().compose_node(parent, index)
        return node


class _Builder:
    """Plain data from nodes, and the line of each path."""

    def __init__(self) -> None:
        self.lines: dict[Path, int] = {}

    def build(self, node: yaml.Node, path: Path, line: int) -> Any:  # noqa: ANN401 - YAML is any
        self.lines[path] = line
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [
                self.build(child, (*path, index), child.start_mark.line + 1)
                for index, child in enumerate(node.value)
            ]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _Refused(key.start_mark, "a key must be a word")
            name: str = key.value
            if name in data:
                raise _Refused(key.start_mark, "the key {key} stands here twice", key=shown(name))
            data[name] = self.build(value, (*path, name), key.start_mark.line + 1)
        return data

    @staticmethod
    def _scalar(node: yaml.Node) -> Any:  # noqa: ANN401 - YAML is any
        text: str = node.value
        if getattr(node, "style", None) is None:  # a plain scalar; a quoted one is a text
            for _, pattern, convert in _SCALARS:
                if pattern.fullmatch(text):
                    return convert(text)
        return text


def _mark_of(problem: yaml.YAMLError) -> tuple[int, str]:
    mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
    words = getattr(problem, "problem", None) or getattr(problem, "reason", None) or "unreadable"
    return (mark.line + 1 if mark else 1), shown(str(words))


def _compose(text: str) -> tuple[Any, dict[Path, int]]:
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
    finally:
        loader.dispose()
    if not isinstance(node, yaml.MappingNode):
        mark = node.start_mark if node is not None else None
        raise _Refused(mark, "the file must be a table of keys and values")
    builder = _Builder()
    return builder.build(node, (), node.start_mark.line + 1), builder.lines


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
        data, lines = _compose(text)
    except _Refused as refused:
        raise YamlComplaint(file, refused.line, refused.text) from None
    except yaml.YAMLError as problem:
        line, words = _mark_of(problem)
        raise YamlComplaint(file, line, Text("not YAML: {words}", {"words": words})) from None
    except (RecursionError, ValueError):
        raise YamlComplaint(file, 1, Text("not YAML: {words}", {"words": "too deep"})) from None

    def line_of(path: Path) -> int:
        while path not in lines:
            path = path[:-1]
        return lines[path]

    return data, line_of
