"""One pane of the microscope: lines that wrap to its width and scroll."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from labctl.cli.watch_lines import FRESH_MARK, Row, drawn


class Pane(VerticalScroll):
    """One pane: its lines; ``follows``: at their end, unless somebody scrolled up."""

    DEFAULT_CSS = """
    Pane { border: round $foreground 35%; scrollbar-size-vertical: 1; scrollbar-gutter: stable;
           border-title-style: bold; border-title-color: $foreground; }
    Pane:focus { border: round $primary; border-title-color: $primary; }
    Pane:ansi { border: round ansi_default; }
    Pane:focus:ansi { border: round ansi_cyan; border-title-color: ansi_cyan; }
    Pane.empty .body { padding: 1 2; text-style: dim italic; }
    Pane .body { width: 1fr; height: auto; }
    """

    def __init__(self, name: str, *, follows: bool, redraw: Callable[[], None]) -> None:
        super().__init__(id=name, classes="pane")
        self._redraw = redraw
        self._follows = follows
        self._body = Static(classes="body", markup=False)
        self._lines: list[str] = []

    def compose(self) -> ComposeResult:
        """Its lines in one piece."""
        yield self._body

    def on_resize(self) -> None:
        """Another width wraps the lines elsewhere."""
        self._redraw()

    def show(self, rows: list[Row], empty: str) -> None:
        """Draw the lines; ``empty`` stands where there are none yet."""
        width = (self.scrollable_content_region.width or self.size.width) - 1
        at_the_end = self.scroll_y >= self.max_scroll_y - 1
        self.set_class(not rows, "empty")
        text = drawn(rows, width)
        self._lines = text.plain.split("\n")
        self._body.update(text if rows else empty)
        if self._follows and at_the_end:
            self.call_after_refresh(self.scroll_end, animate=False)
        elif not self._follows:
            self._show_fresh()

    def _show_fresh(self) -> None:
        """Bring what has just changed into sight."""
        height = self.scrollable_content_region.height
        fresh = [n for n, line in enumerate(self._lines) if line.startswith(FRESH_MARK)]
        if fresh and not any(0 <= line - self.scroll_y < height for line in fresh):
            self.call_after_refresh(self.scroll_to, y=max(0, fresh[0] - 1), animate=False)
