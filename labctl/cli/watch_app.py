"""The microscope: a full-screen view of what happens in a lab."""

import asyncio
import signal
from contextlib import suppress
from time import monotonic
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.timer import Timer
from textual.widgets import Footer, Static

from labctl.cli.watch_grid import PANES, PaneGrid
from labctl.cli.watch_hearing import Hearing
from labctl.cli.watch_help import Accounts, Help
from labctl.cli.watch_panes import View, dialogue, queue
from labctl.cli.watch_source import Source
from labctl.cli.watch_tree import maildirs
from labctl.lang import tr

_BREATH = 0.05  # seconds that changes are gathered before the screen is drawn
_THEMES = ("ansi-dark", "textual-light", "textual-dark")  # the first: the terminal's own colours
_EMPTY = {  # English; the screen translates
    "transport": "Nobody speaks SMTP yet.",
    "queue": "The queue is empty: nothing waits.",
    "access": "Nobody reads mail yet.",
    "maildir": "No Maildir yet.",
}


class WatchApp(Hearing):
    """`labctl watch` on a terminal."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "quit", show=False, priority=True),
        Binding("tab", "next_pane(1)", show=False, priority=True),
        Binding("shift+tab", "next_pane(-1)", show=False, priority=True),
        *(Binding(str(n), f"show_pane('{name}')", show=False) for n, name in enumerate(PANES, 1)),
    ]
    CSS = "#top { height: 1; padding: 0 1; }"

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._focus = source.address  # empty: all accounts
        self._full = False
        self._due: Timer | None = None
        self._fading: Timer | None = None
        self._top = Static(id="top", markup=False)
        self._grid = PaneGrid(self.redraw)
        self._keys()

    def _keys(self) -> None:
        """What the footer offers, in the reader's language."""
        for key, action, words, shown in (
            ("space", "pause", tr("pause"), tr("space")),
            ("a", "accounts", tr("account"), None),
            ("z", "zoom", tr("zoom"), None),
            ("l", "full", tr("in full"), None),
            ("t", "colours", tr("colours"), None),
            ("question_mark", "help", tr("help"), "?"),
            ("q", "quit", tr("quit"), None),
        ):
            self.bind(key, action, description=words, key_display=shown)

    def compose(self) -> ComposeResult:
        """A line of state, the panes, the keys."""
        yield self._top
        yield self._grid
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Begin to listen."""
        self.title, self.theme = "labctl watch", _THEMES[0]
        for number in (signal.SIGTERM, signal.SIGINT):
            with suppress(NotImplementedError, RuntimeError, ValueError):
                asyncio.get_running_loop().add_signal_handler(number, self.end)
        self.begin()
        self.set_interval(1.0, self._tick)

    def redraw(self) -> None:
        """Soon, with all that changes until then."""
        if self._due is None:
            self._due = self.set_timer(_BREATH, self._draw)

    def _tick(self) -> None:
        """The time that messages wait goes on."""
        if not self._paused_at and any(not row.gone for row in self._scope.queue):
            self.redraw()

    def _draw(self) -> None:
        if self._due is not None:
            self._due.stop()
            self._due = None
        if self._over.is_set():
            return
        scope, panes, now = self._scope, self._grid.panes, monotonic()
        view = View(self._focus, self._paused_at or now, self._source.sites, self._full)
        for name, rows in (
            ("transport", dialogue(scope, scope.transport, view)),
            ("queue", queue(scope, view)),
            ("access", dialogue(scope, scope.access, view)),
            ("maildir", maildirs(scope, view, panes["maildir"].size.width)),
        ):
            if panes[name].display:
                panes[name].show(rows, tr(_EMPTY[name]))
        self._top.update(self._state())
        if self._fading is not None:
            self._fading.stop()
        left = self._fresh_until - now
        self._fading = self.set_timer(left + _BREATH, self._draw) if left > 0 else None

    def _state(self) -> str:
        words = [f"labctl watch  {self._source.lab}", self._focus or tr("all accounts")]
        if self._paused_at:
            words.append("‖ " + tr("paused, {count} wait", count=len(self._waiting)))
        else:
            words.append("● " + tr("live"))
        return "  ·  ".join(words)

    async def action_quit(self) -> None:
        """Leave."""
        self.end()

    def action_pause(self) -> None:
        """Hold the picture, or let it go on with all that waited."""
        self.pause()

    def action_zoom(self) -> None:
        """The pane in focus alone, or all again."""
        self._grid.zoom()

    def action_show_pane(self, name: str) -> None:
        """Show or hide one pane."""
        self._grid.toggle(name)

    def action_next_pane(self, by: int) -> None:
        """The focus goes on."""
        self._grid.step(by)

    def action_full(self) -> None:
        """Long answers in full, or their beginning."""
        self._full = not self._full
        self._draw()

    def action_colours(self) -> None:
        """The terminal's own colours, then a light screen, then a dark one."""
        self.theme = _THEMES[(_THEMES.index(self.theme) + 1) % len(_THEMES)]

    def action_help(self) -> None:
        """What the keys do and what the signs mean."""
        self.push_screen(Help())

    def action_accounts(self) -> None:
        """Choose the account in focus."""
        self.push_screen(Accounts(self._source.accounts, self._focus), self._focus_on)

    def _focus_on(self, address: str | None) -> None:
        if address is None:
            return
        self._focus = address
        if address:
            self.look(address)
        self._draw()
