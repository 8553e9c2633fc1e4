"""On which line of a TOML text a key stands (``tomllib`` does not say). Pure.

Good enough for a complaint: it follows table headers and ``key =`` at the start of a line, and
falls back to the nearest parent it saw.
"""

import re

Path = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]\]?\s*(?:#.*)?$")
_KEY = re.compile(
    r"""\s*((?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+))*)\s*="""
)


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(p.strip().strip("\"'") for p in dotted.split("."))


class _Marks:
    """The line of each path seen so far."""

    def __init__(self) -> None:
        self.lines: dict[Path, int] = {(): 1}
        self.tables: dict[Path, int] = {}  # how often an array of tables began
        self.prefix: Path = ()

    def header(self, dotted: str, line: int, *, array: bool) -> None:
        path: Path = ()
        parts = _parts(dotted)
        for part in parts[:-1]:
            path = (*path, part)
            if path in self.tables:
                path = (*path, self.tables[path] - 1)
        path = (*path, parts[-1])
        if array:
            self.tables[path] = self.tables.get(path, 0) + 1
            self.lines.setdefault(path, line)
            path = (*path, self.tables[path] - 1)
        self.prefix = path
        self.lines.setdefault(path, line)

    def key(self, dotted: str, line: int) -> None:
        path = self.prefix
        for part in _parts(dotted):
            path = (*path, part)
            self.lines.setdefault(path, line)


def toml_lines(text: str) -> dict[Path, int]:
    """The line (from 1) of every table and key of a TOML text, by its path."""
    marks = _Marks()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            marks.header(header[2], number, array=header[1] == "[[")
        elif key := _KEY.match(line):
            marks.key(key[1], number)
    return marks.lines


def line_of(lines: dict[Path, int], path: Path) -> int:
    """The line of ``path``, or of the nearest thing around it."""
    while path not in lines:
        path = path[:-1]
    return lines[path]
