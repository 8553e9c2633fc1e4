"""Step through a demo that has run, a line at a time, on a screen that a room can read."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.rule import Rule
from rich.segment import Segment
from rich.table import Table
from rich.text import Text as Styled

from labctl.cli.console import out
from labctl.cli.exercise_parts import (
    READABLE,
    maildir_diff,
    paragraphs,
    prose,
    shortened,
    verdict,
)
from labctl.lang import tr
from labctl.model.observation import Session
from labctl.model.verdict import StepResult

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

    from labctl.exercise.load import Exercise
    from labctl.exercise.texts import Texts
    from labctl.model.verdict import ExerciseResult

_KEYS = "space: next line   enter, n: next step   b: back   q: end"
_NEXT, _STEP, _BACK, _END = "next", "step", "back", "end"
_MEANS = {
    **dict.fromkeys((" ", "\x1b[C", "\x1b[B", "j"), _NEXT),
    **dict.fromkeys(("\r", "\n", "n"), _STEP),
    **dict.fromkeys(("b", "\x7f", "\x1b[D", "\x1b[A", "k"), _BACK),
    **dict.fromkeys(("q", "\x1b", "\x04"), _END),
}
_FOOT = 2  # lines below the page


@dataclass(frozen=True, slots=True)
class Beat:
    """One thing that is added to a page: a line, a change of files, a verdict."""

    page: int
    shown: "RenderableType"


def beats(exercise: "Exercise", result: "ExerciseResult", width: int) -> list[Beat]:
    """Everything a run has shown, in order: the task, each step, the explanation."""
    texts, names = exercise.text, result.names
    found = [Beat(0, prose(texts.claim, names, "italic")), Beat(0, prose(texts.task, names))]
    for page, step in enumerate(result.steps, start=1):
        found += [Beat(page, shown) for shown in _step(texts, step, result, width)]
    last = len(result.steps) + 1
    if result.problem:
        found.append(Beat(last, Styled(result.problem, "yellow")))
    found += [Beat(last, paragraph) for paragraph in paragraphs(texts.explain, names)]
    return found


def _step(
    texts: "Texts", step: StepResult, result: "ExerciseResult", width: int
) -> "Iterator[RenderableType]":
    yield prose(texts.steps[step.id], result.names, "bold")
    for act in step.acts:
        if not isinstance(act, Session):
            yield Styled(f"» {act}", "italic")
            continue
        yield Styled(f"{act.endpoint}, port {act.port}", "bold cyan")
        for line in shortened(act.lines):
            said = tr(line.template, **line.values) if line.template else line.text
            who = {"C": "C:", "S": "S:", "-": "—"}[line.sender]
            row = Table.grid(padding=(0, 1, 0, 0))
            row.add_column(width=2)
            row.add_column(overflow="fold")
            style = {"C": "bold cyan", "S": "", "-": "dim italic"}[line.sender]
            row.add_row(Styled(who, style), Styled(said, style))
            yield row
    before = {box.address: box for box in step.before}
    for box in step.after:
        yield Group(*maildir_diff(before.get(box.address, box), box, width))
    for found in step.expectations:
        yield verdict(found, texts.expect.get(found.id), result.names)


@dataclass(frozen=True, slots=True)
class Screenful:
    """A page as far as it has come; where it is too long, its end, which is what is new."""

    head: str
    parts: "tuple[RenderableType, ...]"

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "RenderResult":
        width = min(options.max_width, READABLE)
        within = options.update(width=width, height=None)
        body = Group(*(self._marked(n, part) for n, part in enumerate(self.parts)))
        lines = console.render_lines(body, within, pad=False)
        room = (options.height or console.height) - _FOOT - 2
        yield Rule(Styled(self.head, "bold"), align="left")
        yield ""
        for line in lines[-room:]:
            yield from line
            yield Segment.line()
        for _ in range(room - len(lines)):
            yield Segment.line()
        yield Styled(tr(_KEYS), "dim")

    def _marked(self, number: int, part: "RenderableType") -> "RenderableType":
        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_column(width=1)
        grid.add_column()
        new = number == len(self.parts) - 1
        grid.add_row(Styled("▶" if new else " ", "bold green"), part)
        return Padding(grid, (0, 0, 1 if number == 0 else 0, 0))


class Replay:
    """Where the presenter is."""

    def __init__(self, exercise: "Exercise", result: "ExerciseResult", width: int) -> None:
        self._exercise, self._of = exercise, len(result.steps)
        self._beats = beats(exercise, result, width)
        self._at = 0

    def press(self, key: str) -> bool:
        """Go where a key leads; False at the end."""
        wanted = _MEANS.get(key)
        if wanted == _BACK:
            self._at = max(0, self._at - 1)
        elif wanted == _NEXT:
            self._at += 1
        elif wanted == _STEP:
            here = self._beats[self._at].page
            self._at = next(
                (n for n, beat in enumerate(self._beats) if beat.page > here), len(self._beats)
            )
        return wanted != _END and self._at < len(self._beats)

    def screen(self) -> Screenful:
        """What is to be seen now."""
        page = self._beats[self._at].page
        shown = tuple(b.shown for b in self._beats[: self._at + 1] if b.page == page)
        title = self._exercise.text.title.strip()
        if 0 < page <= self._of:
            title += "   " + tr("Step {number} of {of}", number=page, of=self._of)
        return Screenful(title, shown)


def play(exercise: "Exercise", result: "ExerciseResult") -> None:
    """Until the presenter has seen all of it, or ends it."""
    console = out()
    replay = Replay(exercise, result, min(console.width, READABLE))
    with _keys() as pressed, console.screen(hide_cursor=True) as screen:
        screen.update(replay.screen())
        while replay.press(pressed()):
            screen.update(replay.screen())


@contextmanager
def _keys() -> "Iterator[Callable[[], str]]":
    """The terminal gives each key at once, an arrow as its escape sequence; Ctrl-C stays Ctrl-C."""
    if os.name == "nt":
        import msvcrt  # of Windows alone, so its names are unknown to mypy elsewhere

        yield lambda: str(msvcrt.getwch())  # type: ignore[attr-defined,unused-ignore]
        return
    import termios
    import tty

    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    tty.setcbreak(terminal)
    try:
        yield lambda: os.read(terminal, 8).decode("utf-8", "replace")
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
