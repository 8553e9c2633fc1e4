"""A dialogue on the terminal: who said what, TLS marked, readable without colour."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from labctl.cli.console import out
from labctl.lang import tr
from labctl.model.dialogue import Line

if TYPE_CHECKING:
    from rich.text import Text

_STYLE = {"C": "bold cyan", "S": "", "-": "dim italic"}


def line_text(line: Line) -> "Text":
    """One line: a lock under TLS, then who speaks, then the words."""
    from rich.text import Text

    if line.sender == "-":
        said = tr(line.template, **line.values) if line.template else line.text
        return Text(f"     — {said}", _STYLE["-"])
    lock = "🔒" if line.tls else "  "
    return Text.assemble(lock, " ", (f"{line.sender}: {line.text}", _STYLE[line.sender]))


def show_transcript(lines: Sequence[Line]) -> None:
    """All of it."""
    for line in lines:
        out().print(line_text(line), soft_wrap=True)
