"""A picture that follows what it shows, until Ctrl-C."""

from collections.abc import Callable
from threading import Event
from typing import TYPE_CHECKING

from labctl.cli.console import out

if TYPE_CHECKING:
    from rich.console import RenderableType

_EVERY = 1.0  # seconds


def follow(draw: "Callable[[], RenderableType]") -> None:
    """Draw again and again; when not on a terminal, print each picture that differs."""
    console = out()
    pause = Event()
    if not console.is_terminal:
        _print_changes(draw, pause)
        return
    from rich.live import Live

    with Live(draw(), console=console, auto_refresh=False, screen=True) as live:
        while not pause.wait(_EVERY):
            live.update(draw(), refresh=True)


def _print_changes(draw: "Callable[[], RenderableType]", pause: Event) -> None:
    console, last = out(), ""
    while True:
        with console.capture() as capture:
            console.print(draw())
        if (picture := capture.get()) != last:
            console.print(picture, end="", markup=False)
            console.file.flush()
            last = picture
        pause.wait(_EVERY)
