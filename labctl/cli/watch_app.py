"""The microscope: a full-screen view of what happens in a lab. The only user of Textual."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Event
from time import monotonic
from typing import ClassVar, Protocol

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.events import DescendantFocus
from textual.timer import Timer
from textual.widgets import Footer, Static

from labctl.cli.watch_help import Accounts, Help
from labctl.cli.watch_lines import FRESH_MARK, Row, drawn
from labctl.cli.watch_panes import View, dialogue, queue
from labctl.cli.watch_tree import maildirs
from labctl.errors import LabError
from labctl.lang import tr
from labctl.mail.microscope import FRESH, heard, looked, queued_before, touches
from labctl.mail.queue import QueueEntry
from labctl.model.event import Happening
from labctl.model.maildir import Maildir
from labctl.model.microscope import Scope

_LISTEN = 0.25  # seconds; how late the end is noticed at most
_BREATH = 0.05  # seconds that changes are gathered before the screen is drawn
_FIRST = 6  # Maildirs that are looked at when the watching begins
_WIDE = 120  # columns from which on there are three columns of panes

PANES = ("transport", "queue", "access", "maildir")


class Source(Protocol):
    """Where the microscope looks: a lab that is watched."""

    @property
    def lab(self) -> str:
        """Its name."""
        ...

    @property
    def address(self) -> str:
        """The account in focus at first; empty: all."""
        ...

    @property
    def accounts(self) -> tuple[str, ...]:
        """All addresses."""
        ...

    @property
    def sites(self) -> dict[str, str]:
        """Service -> domain, in a lab of several sites."""
        ...

    def news(self, timeout: float) -> tuple[Happening, ...]:
        """What happened since this was last asked."""
        ...

    def maildir(self, address: str) -> Maildir:
        """A Maildir as it is now."""
        ...

    def queue(self) -> tuple[QueueEntry, ...]:
        """What waits in the queues now."""
        ...


class Pane(VerticalScroll):
    """One pane: its lines; ``follows``: at their end, unless somebody scrolled up."""

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


class WatchApp(App[None]):
    """`labctl watch` on a terminal."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "quit", show=False, priority=True),
        Binding("tab", "next_pane(1)", show=False, priority=True),
        Binding("shift+tab", "next_pane(-1)", show=False, priority=True),
        *(Binding(str(n), f"show_pane('{name}')", show=False) for n, name in enumerate(PANES, 1)),
    ]
    CSS = """
    Screen { layout: vertical; }
    #top { height: 1; padding: 0 1; }
    #panes { layout: grid; grid-size: 2 2; grid-gutter: 0; height: 1fr; }
    #panes.wide { grid-size: 3 2; grid-rows: 1fr 2fr; }
    #panes.wide #transport, #panes.wide #access { row-span: 2; }
    #panes.n1 { grid-size: 1 1; grid-rows: 1fr; }
    #panes.n2 { grid-size: 2 1; grid-rows: 1fr; }
    #panes.n3 { grid-size: 1 3; grid-rows: 1fr; }
    #panes.wide.n3 { grid-size: 3 1; }
    #panes.n1 .pane, #panes.n2 .pane, #panes.n3 .pane { row-span: 1; }
    .pane { border: round $foreground 35%; scrollbar-size-vertical: 1; scrollbar-gutter: stable;
            border-title-style: bold; border-title-color: $foreground; }
    .pane:focus { border: round $primary; border-title-color: $primary; }
    .pane:ansi { border: round ansi_default; }
    .pane:focus:ansi { border: round ansi_cyan; border-title-color: ansi_cyan; }
    .pane.empty .body { padding: 1 2; text-style: dim italic; }
    .body { width: 1fr; height: auto; }
    """

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source = source
        self._scope = Scope()
        self._focus = source.address
        self._waiting: list[Happening] = []
        self._paused = self._full = self._zoomed = False
        self._hidden: set[str] = set()
        self._current = PANES[0]
        self._over = Event()
        self._reading: set[str] = set()
        self._again: set[str] = set()  # accounts whose Maildir changed while it was read
        self._outdated: set[str] = set()  # of them: the state knows more than what is being read
        self._due: Timer | None = None
        self._fading: Timer | None = None
        self._fresh_until = 0.0
        self._top = Static(id="top", markup=False)
        self._grid = Container(id="panes")
        self._panes = {
            name: Pane(name, follows=name in ("transport", "access"), redraw=self._draw_soon)
            for name in PANES
        }
        self._keys()

    def _keys(self) -> None:
        """What the footer offers, in the reader's language."""
        for key, action, words in (
            ("space", "pause", tr("pause")),
            ("a", "accounts", tr("account")),
            ("z", "zoom", tr("zoom")),
            ("l", "full", tr("in full")),
            ("t", "light", tr("colours")),
            ("question_mark", "help", tr("help")),
            ("q", "quit", tr("quit")),
        ):
            self.bind(
                key,
                action,
                description=words,
                key_display={"space": tr("space"), "question_mark": "?"}.get(key),
            )

    def compose(self) -> ComposeResult:
        """A line of state, the panes, the keys."""
        yield self._top
        with self._grid:
            yield from self._panes.values()
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Begin to listen."""
        self.title, self.theme = "labctl watch", _THEMES[0]
        for number, (pane, title) in enumerate(zip(self._panes.values(), _titles(), strict=True)):
            pane.border_title = f"{number + 1} {title}"
        for number in (signal.SIGTERM, signal.SIGINT):
            with suppress(NotImplementedError, RuntimeError, ValueError):
                asyncio.get_running_loop().add_signal_handler(number, self._leave)
        self._go(PANES[0])
        self.run_worker(self._listen, thread=True, name="listen")
        self.run_worker(self._look_at_the_queue, thread=True, name="queue")
        first = self._source.accounts[:_FIRST]
        for address in dict.fromkeys((*([self._focus] if self._focus else []), *first)):
            self._look(address)
        self.set_interval(1.0, self._tick)

    async def action_quit(self) -> None:
        """Let the listening thread end, and leave."""
        self._leave()

    def on_unmount(self) -> None:
        """However it ends."""
        self._over.set()

    def _leave(self) -> None:
        self._over.set()
        self.exit()

    def on_resize(self) -> None:
        """Another size, another arrangement."""
        self._arrange()

    # ---- what is heard

    def _listen(self) -> None:
        """In a thread: hand on what happens."""
        while not self._over.is_set():
            if (events := self._source.news(_LISTEN)) and not self._over.is_set():
                self.call_from_thread(self._hear, events)

    def _hear(self, events: tuple[Happening, ...]) -> None:
        if self._paused:
            self._waiting += events
        else:
            for event in events:
                self._take(event)
        self._changed()

    def _take(self, event: Happening) -> None:
        self._scope = heard(self._scope, event, monotonic())
        if address := touches(event):
            self._look(address, outdated=event.kind == "file")

    def _look_at_the_queue(self) -> None:
        with suppress(LabError):
            entries = self._source.queue()
            self.call_from_thread(self._queued, entries)

    def _queued(self, entries: tuple[QueueEntry, ...]) -> None:
        self._scope = queued_before(self._scope, entries, monotonic())
        self._draw_soon()

    def _look(self, address: str, *, outdated: bool = False) -> None:
        """Read a Maildir, in a thread; once more when something happens in it meanwhile."""
        if address in self._reading:
            self._again.add(address)
            if outdated:
                self._outdated.add(address)
            return
        self._reading.add(address)
        self.run_worker(partial(self._read, address), thread=True, group=f"read {address}")

    def _read(self, address: str) -> None:
        found: Maildir | None = None
        with suppress(LabError):
            found = self._source.maildir(address)
        if not self._over.is_set():
            self.call_from_thread(self._seen, address, found)

    def _seen(self, address: str, found: Maildir | None) -> None:
        self._reading.discard(address)
        again, outdated = address in self._again, address in self._outdated
        self._again.discard(address)
        self._outdated.discard(address)
        held = self._paused and address in self._scope.boxes
        if found is not None and not held and not outdated:
            self._scope = looked(self._scope, found, monotonic())
            self._changed()
        if again:
            self._look(address)

    # ---- what is drawn

    def _changed(self) -> None:
        """Something stands out now, and for a moment."""
        self._fresh_until = monotonic() + FRESH
        self._draw_soon()

    def _draw_soon(self) -> None:
        if self._due is None:
            self._due = self.set_timer(_BREATH, self._draw)

    def _tick(self) -> None:
        """The time that messages wait goes on."""
        if any(not row.gone for row in self._scope.queue):
            self._draw_soon()

    def _draw(self) -> None:
        if self._due is not None:
            self._due.stop()
            self._due = None
        if self._over.is_set():
            return
        view = View(self._focus, monotonic(), self._source.sites, self._full)
        scope = self._scope
        for name, rows, empty in (
            ("transport", dialogue(scope, scope.transport, view), tr(_EMPTY["transport"])),
            ("queue", queue(scope, view), tr(_EMPTY["queue"])),
            ("access", dialogue(scope, scope.access, view), tr(_EMPTY["access"])),
            ("maildir", self._tree(view), tr(_EMPTY["maildir"])),
        ):
            pane = self._panes[name]
            if pane.display:
                pane.show(rows, empty)
        self._top.update(self._state())
        if self._fading is not None:
            self._fading.stop()
        left = self._fresh_until - view.now
        self._fading = self.set_timer(left + _BREATH, self._draw) if left > 0 else None

    def _tree(self, view: View) -> list[Row]:
        return maildirs(self._scope, view, self._panes["maildir"].size.width)

    def _state(self) -> str:
        words = [f"labctl watch  {self._source.lab}", self._focus or tr("all accounts")]
        if self._paused:
            words.append("‖ " + tr("paused, {count} wait", count=len(self._waiting)))
        else:
            words.append("● " + tr("live"))
        return "  ·  ".join(words)

    def _arrange(self) -> None:
        """Which panes are there, and how they share the screen."""
        focused = self._focused_pane()
        for name in PANES:
            away = name != focused if self._zoomed else name in self._hidden
            self._panes[name].display = not away
        count = 1 if self._zoomed else len(PANES) - len(self._hidden)
        for number in range(1, len(PANES)):
            self._grid.set_class(count == number, f"n{number}")
        self._grid.set_class(self.size.width >= _WIDE, "wide")
        self._draw_soon()

    def _focused_pane(self) -> str:
        """The pane that was focused last; another one when it is hidden."""
        shown = [n for n in PANES if n not in self._hidden]
        return self._current if self._current in shown else shown[0]

    def _go(self, name: str) -> None:
        self._current = name
        self._arrange()
        self._panes[name].focus()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Also a click moves the focus."""
        self._current = event.widget.id or self._current

    # ---- what keys do

    def action_pause(self) -> None:
        """Hold the picture, or let it go on with all that waited."""
        self._paused = not self._paused
        if not self._paused:
            waiting, self._waiting = self._waiting, []
            for event in waiting:
                self._take(event)
        self._changed()

    def action_zoom(self) -> None:
        """The focused pane alone, or all again."""
        self._zoomed = not self._zoomed
        self._arrange()

    def action_show_pane(self, name: str) -> None:
        """Show or hide one pane; the last one stays."""
        self._zoomed = False
        self._hidden ^= {name}
        if len(self._hidden) == len(PANES):
            self._hidden.discard(name)
        self._go(self._focused_pane())

    def action_next_pane(self, step: int) -> None:
        """The focus goes on to the next pane that is shown."""
        shown = [n for n in PANES if n not in self._hidden]
        here = shown.index(self._focused_pane())
        self._go(shown[(here + step) % len(shown)])

    def action_full(self) -> None:
        """Long answers in full, or their beginning."""
        self._full = not self._full
        self._draw()

    def action_light(self) -> None:
        """The terminal's own colours, then a light screen, then a dark one."""
        at = _THEMES.index(self.theme) if self.theme in _THEMES else 0
        self.theme = _THEMES[(at + 1) % len(_THEMES)]

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
            self._look(address)
        self._draw()


_THEMES = ("ansi-dark", "textual-light", "textual-dark")
_EMPTY = {  # English; the screen translates
    "transport": "Nobody speaks SMTP yet.",
    "queue": "The queue is empty: nothing waits.",
    "access": "Nobody reads mail yet.",
    "maildir": "No Maildir yet.",
}


def _titles() -> tuple[str, ...]:
    return (tr("SMTP"), tr("Queue"), "IMAP · POP3", "Maildir")
