"""Lines of the microscope's panes: wrapped to a width, marked while they are fresh."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.cells import cell_len, chop_cells
from rich.text import Text as Rich

from labctl.mail.recorder import visible

FRESH_MARK = "▌"
FRESH_STYLE = "bold yellow"


@dataclass(frozen=True, slots=True)
class Part:
    """Some words and how they look."""

    words: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One logical line; what does not fit goes on below, ``hang`` cells further in."""

    parts: tuple[Part, ...]
    fresh: bool = False
    hang: int = 0
    most: int = 0  # lines that it may take; 0: as many as it needs


def clean(text: str) -> str:
    """What a server or a client wrote, unable to drive the terminal or to break the columns."""
    return visible(text.replace("\t", "    "))


def short(text: str, cells: int) -> str:
    """``text`` cut to so many cells; ``…`` says that there is more."""
    if cell_len(text) <= cells:
        return text
    return (chop_cells(text, cells - 1)[0] if cells > 1 else "") + "…"


def drawn(rows: Iterable[Row], width: int) -> Rich:
    """All rows, one below the other, each line at most ``width`` cells wide."""
    lines = [line for row in rows for line in _wrapped(row, max(8, width - 1))]
    return Rich("\n").join(lines)


def _wrapped(row: Row, width: int) -> list[Rich]:
    mark = Part(FRESH_MARK, FRESH_STYLE) if row.fresh else Part(" ")
    lines: list[list[Part]] = [[]]
    left = width
    hang = min(row.hang, width // 3)
    for part in row.parts:
        for word in _words(part.words, width - hang):
            fits = cell_len(word) <= left
            if not fits and word.isspace():
                continue
            if not fits:
                lines.append([Part(" " * hang)])
                left = width - hang
            said = word if fits else word.lstrip()
            lines[-1].append(Part(said, part.style))
            left -= cell_len(said)
    if row.most and len(lines) > row.most:
        lines = lines[: row.most]
        lines[-1] = _ellipsis(lines[-1], width)
    return [Rich.assemble(*((p.words, p.style) for p in (mark, *line))) for line in lines]


def _ellipsis(line: list[Part], width: int) -> list[Part]:
    """The last line that is shown of something longer."""
    used = sum(cell_len(part.words) for part in line)
    if used < width or not line:
        return [*line, Part("…")]
    return [
        *line[:-1],
        Part(short(line[-1].words + "  ", cell_len(line[-1].words)), line[-1].style),
    ]


def _words(text: str, width: int) -> list[str]:
    """The words with the blanks before them; one longer than a line in pieces."""
    found: list[str] = []
    blank = ""
    for number, word in enumerate(text.split(" ")):
        blank += " " if number else ""
        if not word:
            continue
        whole = blank + word
        pieces = [whole] if cell_len(whole) <= width else [blank, *chop_cells(word, width)]
        found += [piece for piece in pieces if piece]
        blank = ""
    return [*found, blank] if blank else found
