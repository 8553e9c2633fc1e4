"""The part of the microscope that listens: what happens becomes its state, or waits."""

import os
from contextlib import suppress
from functools import partial
from threading import Event
from time import monotonic

from textual.app import App

from labctl.cli.watch_source import Source
from labctl.errors import LabError
from labctl.mail.microscope import FRESH, heard, looked, queued_before, touches
from labctl.mail.queue import QueueEntry
from labctl.model.event import Happening
from labctl.model.maildir import Maildir
from labctl.model.microscope import Scope

_LISTEN = 0.25  # seconds; how late the end is noticed at most
_SETTLES = 0.3  # seconds: files are still on the move when the servers' logs tell of it
_PATIENCE = 5  # how often in a row a look may be in vain since files moved meanwhile
_FIRST = 6  # Maildirs that are looked at when the watching begins


class Hearing(App[None]):
    """An application whose state follows a lab; what waits on the network is done in threads."""

    def __init__(self, source: Source) -> None:
        # Told before Textual chooses how to leave colours out: its other way is black on black.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self._source = source
        self._scope = Scope()
        self._waiting: list[Happening] = []  # what happened during a pause
        self._paused_at = 0.0  # seconds of the screen's clock; 0: no pause
        self._fresh_until = 0.0
        self._over = Event()
        self._reading: set[str] = set()  # accounts whose Maildir is being read
        self._again: set[str] = set()  # of them: something happened meanwhile
        self._soon: set[str] = set()  # accounts whose Maildir will be read in a moment
        self._vain: dict[str, int] = {}  # by account: how many looks were in vain

    def redraw(self) -> None:
        """Show the state as it is now, soon."""
        raise NotImplementedError

    def begin(self) -> None:
        """Listen, and look at what is there already."""
        self.run_worker(self._listen, thread=True, name="listen")
        self.run_worker(self._look_at_the_queue, thread=True, name="queue")
        first = self._source.accounts[:_FIRST]
        focus = self._source.address
        for address in dict.fromkeys((focus, *first) if focus else first):
            self.look(address)

    def end(self) -> None:
        """Listen no more, and leave."""
        self._over.set()
        self.exit()

    def on_unmount(self) -> None:
        """However it ends."""
        self._over.set()

    def pause(self) -> None:
        """Hold the state, or let it go on with all that waited."""
        if not self._paused_at:
            self._paused_at = monotonic()
            self.redraw()
            return
        self._paused_at = 0.0
        waiting, self._waiting = self._waiting, []
        for event in waiting:
            self._take(event)
        self._changed()

    def look(self, address: str) -> None:
        """Read a Maildir; once more when something happens in it meanwhile."""
        self._soon.discard(address)
        if address in self._reading:
            self._again.add(address)
            return
        self._reading.add(address)
        self.run_worker(partial(self._read, address), thread=True, group=f"read {address}")

    def _look_soon(self, address: str) -> None:
        """Read a Maildir once its files have come to rest."""
        if address in self._reading:
            self._again.add(address)
        if address not in self._soon:
            self._soon.add(address)
            self.set_timer(_SETTLES, partial(self.look, address))

    def _changed(self) -> None:
        """Something stands out now, and for a moment."""
        self._fresh_until = monotonic() + FRESH
        self.redraw()

    def _listen(self) -> None:
        while not self._over.is_set():
            if (events := self._source.news(_LISTEN)) and not self._over.is_set():
                self.call_from_thread(self._hear, events)

    def _hear(self, events: tuple[Happening, ...]) -> None:
        if self._paused_at:
            self._waiting += events
            self.redraw()
            return
        for event in events:
            self._take(event)
        self._changed()

    def _take(self, event: Happening) -> None:
        self._scope = heard(self._scope, event, monotonic())
        if address := touches(event):
            self._look_soon(address)

    def _look_at_the_queue(self) -> None:
        with suppress(LabError):  # Postfix may be stopped: then its queue is not to be seen
            entries = self._source.queue()
            self.call_from_thread(self._queued, entries)

    def _queued(self, entries: tuple[QueueEntry, ...]) -> None:
        self._scope = queued_before(self._scope, entries, monotonic())
        self.redraw()

    def _read(self, address: str) -> None:
        found: Maildir | None = None
        with suppress(LabError):  # the engine may be away for a moment
            found = self._source.maildir(address)
        if not self._over.is_set():
            self.call_from_thread(self._seen, address, found)

    def _seen(self, address: str, found: Maildir | None) -> None:
        """Take over what was read, unless files moved meanwhile: then some may be missing in it."""
        self._reading.discard(address)
        again = address in self._again
        self._again.discard(address)
        known = address in self._scope.boxes
        moved = known and again and self._vain.get(address, 0) < _PATIENCE
        self._vain[address] = self._vain.get(address, 0) + 1 if moved else 0
        if found is not None and not moved and not (known and self._paused_at):
            self._scope = looked(self._scope, found, monotonic())
            self._changed()
        if again:
            self._look_soon(address)
