"""A long action while it runs: a line a step, with a clock on a terminal, plain lines elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING

from labctl.cli.console import aside, err, on_a_terminal
from labctl.lang import tr
from labctl.model.progress import OnProgress, Progress, silent

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
    from rich.text import Text

_SIGN = {"running": "…", "done": "✓", "failed": "✗", "note": "!"}
_STYLE = {"running": "cyan", "done": "green", "failed": "bold red", "note": "yellow"}


_WORD_EVERY = 10.0  # seconds between two lines of a step that runs, where there is no terminal
_DETAIL_WIDTH = 30  # columns that a tool's own words get at least


class _Steps:
    """The steps that run, drawn again and again; what came of the others stands above them."""

    def __init__(self, above: "Callable[[RenderableType], None] | None") -> None:
        self._above = above  # where ended steps go; None: they are drawn with the others
        self._lock = Lock()  # steps are told of from several threads
        self._steps: dict[str, tuple[Progress, float]] = {}

    def tell(self, progress: Progress) -> None:
        with self._lock:
            begun = self._steps.get(progress.step, (progress, time.monotonic()))[1]
            if self._above is None or progress.state == "running":
                self._steps[progress.step] = (progress, begun)
            else:
                self._steps.pop(progress.step, None)
        if self._above is not None and progress.state != "running":
            self._above(_wrapped(progress))

    def empty(self) -> bool:
        with self._lock:
            return not self._steps

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "RenderResult":
        from rich.text import Text

        with self._lock:
            steps = list(self._steps.values())
        room = max(5, console.height - 2)  # rich.live cannot go back over what scrolled away
        for progress, begun in steps[-room:]:
            yield _running(progress, time.monotonic() - begun, options.max_width)
        if not steps:
            yield Text("")  # rich.live cannot take away less than a line


def _clock(progress: Progress, running_for: float | None) -> str:
    seconds = running_for if progress.seconds is None else progress.seconds
    shown = progress.state in ("running", "done") and seconds is not None
    return f"{seconds:6.1f} s" if shown else " " * 8


def _head(progress: Progress, running_for: float | None) -> "Text":
    from rich.text import Text

    clock = _clock(progress, running_for)
    return Text.assemble(
        (_SIGN[progress.state] + " ", _STYLE[progress.state]), (clock + "  ", "dim")
    )


def _plain(progress: Progress, running_for: float | None) -> str:
    """The line without a screen library, which would cost 70 ms to import."""
    head = f"{_SIGN[progress.state]} {_clock(progress, running_for)}  "
    detail = f"  {progress.detail}" if progress.state == "running" and progress.detail else ""
    return head + tr(progress.text, **progress.values) + detail


def _running(progress: Progress, running_for: float, width: int) -> "Text":
    """One line, in which the tool's own words have room, too."""
    from rich.text import Text

    head = _head(progress, running_for)
    text = Text(tr(progress.text, **progress.values))
    line = head.copy().append_text(text)
    if progress.detail:
        detail = Text(progress.detail, style="dim")
        room = width - len(head) - 2
        text.truncate(room - min(detail.cell_len, _DETAIL_WIDTH), overflow="ellipsis")
        line = Text.assemble(head, text, "  ", detail)
    line.truncate(width, overflow="ellipsis")
    return line


def _wrapped(progress: Progress) -> "RenderableType":
    """As many lines as it needs, none of them below the sign and the clock."""
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid()
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(_head(progress, None), Text(tr(progress.text, **progress.values)))
    return grid


class _Plain:
    """A line where a step begins and one where it ends: for pipes, logs and CI.

    What a tool says meanwhile is for a terminal, but for a word now and then.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._begun: dict[str, float] = {}
        self._told: dict[str, float] = {}

    def tell(self, progress: Progress) -> None:
        with self._lock:
            now = time.monotonic()
            told = self._told.get(progress.step)
            running_for: float | None = now - self._begun.setdefault(progress.step, now)
            if progress.state != "running":
                self._begun.pop(progress.step)
                self._told.pop(progress.step, None)
            elif told is None or now - told > _WORD_EVERY:
                self._told[progress.step] = now
            else:
                return
            if told is None:
                progress, running_for = replace(progress, detail=""), None
            aside(_plain(progress, running_for))


@contextmanager
def live(*, quiet: bool = False) -> Iterator[OnProgress]:
    """Show progress on stderr while the block runs. ``quiet``: nothing unless it is a terminal."""
    if not (on_a_terminal() and (console := err()).is_terminal):
        yield silent if quiet else _Plain().tell
        return
    from rich.live import Live

    steps = _Steps(None if quiet else console.print)
    with Live(steps, console=console, refresh_per_second=10) as screen:
        try:
            yield steps.tell
        finally:
            screen.transient = quiet or steps.empty()
