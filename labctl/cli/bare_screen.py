"""A screen for what runs before any library is there: Python's own library alone.

Its lines look like those of ``progress_screen``, which needs rich.
"""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread

from labctl.errors import LabError
from labctl.lang import tr
from labctl.model.progress import OnProgress, Progress

_REFRESH = 0.2  # seconds, on a terminal
_WORD_EVERY = 10.0  # seconds, elsewhere
_BACK = "\r\x1b[K"  # to the line's start, and clear it


class _Line:
    """What is being done now, on a line that changes; what was done stays above it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._now: Progress | None = None
        self._begun = self._said_at = 0.0
        # A console of Windows may not know the sequence that clears a line.
        self._terminal = sys.stderr.isatty() and os.name != "nt"

    def tell(self, progress: Progress) -> None:
        with self._lock:
            if self._now is None or self._now.step != progress.step:
                self._begun = self._said_at = time.monotonic()
                if not self._terminal:
                    write(f"… {'':8}  {_text(progress)}\n")
            self._now = progress if progress.state == "running" else None
            if progress.state == "done":
                write(f"{self._back()}✓ {progress.seconds or 0.0:6.1f} s  {_text(progress)}\n")

    def draw(self) -> None:
        """Show how long it has taken by now."""
        with self._lock:
            if self._now is None:
                return
            now = time.monotonic()
            line = f"… {now - self._begun:6.1f} s  {_text(self._now)}  {self._now.detail}"
            if self._terminal:
                write(_BACK + line[: shutil.get_terminal_size().columns - 1])
            elif now - self._said_at > _WORD_EVERY:
                self._said_at = now
                write(line + "\n")

    def clear(self) -> None:
        """Leave an empty line to whoever writes next."""
        write(self._back())

    def _back(self) -> str:
        return _BACK if self._terminal else ""


def _text(progress: Progress) -> str:
    return tr(progress.text, **progress.values)


def write(text: str) -> None:
    """On stderr."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except BrokenPipeError:  # whoever read this has gone: the work goes on unsaid
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def write_error(error: LabError) -> None:
    """The problem, then the way past it."""
    write(f"{tr('error: ')}{error.problem}\n")
    if remedy := str(error.remedy):
        write(f"  → {remedy}\n")


@contextmanager
def shown() -> Iterator[OnProgress]:
    """Show progress on stderr while the block runs."""
    line = _Line()
    with _ticking(line):
        yield line.tell


@contextmanager
def _ticking(line: _Line) -> Iterator[None]:
    ended = Event()

    def tick() -> None:
        while not ended.wait(_REFRESH):
            line.draw()

    clock = Thread(target=tick, daemon=True)
    clock.start()
    try:
        yield
    finally:
        ended.set()
        clock.join()
        line.clear()
