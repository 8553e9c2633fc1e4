"""The panes of the microscope, and how they share the screen."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Container
from textual.events import DescendantFocus

from labctl.cli.watch_pane import Pane
from labctl.lang import tr

PANES = ("transport", "queue", "access", "maildir")
_FOLLOWING = ("transport", "access")  # their end is what counts
_WIDE = 120  # columns from which on there are three columns of panes


class PaneGrid(Container):
    """Four panes; fewer when some are hidden, one when it is zoomed."""

    DEFAULT_CSS = """
    PaneGrid { layout: grid; grid-size: 2 2; height: 1fr; }
    PaneGrid.wide { grid-size: 3 2; grid-rows: 1fr 2fr; }
    PaneGrid.wide #transport, PaneGrid.wide #access { row-span: 2; }
    PaneGrid.n1 { grid-size: 1 1; grid-rows: 1fr; }
    PaneGrid.n2 { grid-size: 2 1; grid-rows: 1fr; }
    PaneGrid.n3 { grid-size: 1 3; grid-rows: 1fr; }
    PaneGrid.wide.n3 { grid-size: 3 1; }
    PaneGrid.n1 .pane, PaneGrid.n2 .pane, PaneGrid.n3 .pane { row-span: 1; }
    """

    def __init__(self, redraw: Callable[[], None]) -> None:
        super().__init__()
        self._redraw = redraw
        self.panes = {n: Pane(n, follows=n in _FOLLOWING, redraw=redraw) for n in PANES}
        self._hidden: set[str] = set()
        self._zoomed = False
        self._current = PANES[0]

    def compose(self) -> ComposeResult:
        """All panes, each with its number."""
        titles = (tr("SMTP"), tr("Queue"), "IMAP · POP3", "Maildir")
        for number, (pane, title) in enumerate(zip(self.panes.values(), titles, strict=True), 1):
            pane.border_title = f"{number} {title}"
            yield pane

    def on_mount(self) -> None:
        """The first pane is in focus."""
        self.go(PANES[0])

    def on_resize(self) -> None:
        """Another size, another arrangement."""
        self._arrange()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Also a click moves the focus."""
        self._current = event.widget.id or self._current

    def zoom(self) -> None:
        """The pane in focus alone, or all again."""
        self._zoomed = not self._zoomed
        self._arrange()

    def toggle(self, name: str) -> None:
        """Show or hide one pane; the last one stays."""
        self._zoomed = False
        self._hidden ^= {name}
        if len(self._hidden) == len(PANES):
            self._hidden.discard(name)
        self.go(self._in_focus())

    def step(self, by: int) -> None:
        """The focus goes on to the next pane that is not hidden."""
        shown = [name for name in PANES if name not in self._hidden]
        self.go(shown[(shown.index(self._in_focus()) + by) % len(shown)])

    def go(self, name: str) -> None:
        """Put a pane in focus."""
        self._current = name
        self._arrange()
        self.panes[name].focus()

    def _in_focus(self) -> str:
        """The pane that was in focus last; another one when it is hidden."""
        shown = [name for name in PANES if name not in self._hidden]
        return self._current if self._current in shown else shown[0]

    def _arrange(self) -> None:
        focus = self._in_focus()
        for name, pane in self.panes.items():
            pane.display = name == focus if self._zoomed else name not in self._hidden
        count = 1 if self._zoomed else len(PANES) - len(self._hidden)
        for number in range(1, len(PANES)):
            self.set_class(count == number, f"n{number}")
        self.set_class(self.app.size.width >= _WIDE, "wide")
        self._redraw()
