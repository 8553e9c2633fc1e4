"""A room at work: read once from all seats, or kept up to date while it is watched.

A seat's progress lies in its lab, beside the lab's state and the evidence, and is read in one
request of about 80 ms of the engine's time, whether the seat runs or not. Who watches reads each
seat once; then the engine itself tells, on one connection for the whole room, into which lab a file
was put, and only that one is read again. So a room costs as much as is done in it, and a silent one
nothing.
"""

import time
from collections.abc import Container, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Condition, Event, Thread
from types import TracebackType
from typing import Self

from labctl.engine.protocol import Engine
from labctl.engine.values import Following, FoundLab
from labctl.errors import LabError
from labctl.model.room import Room, SeatWork
from labctl.verbs.handson_place import kept_in
from labctl.verbs.status import status_of
from labctl.verbs.workshop_seats import labs_of_seats, seats_there
from labctl.verbs.workshop_work import attempts_of, evidence_of, now_of

_AT_ONCE = 4  # reads; more than that only wait for each other
_GATHER = 0.5  # seconds: what a seat writes comes as several files, and is read once
_AGAIN = 1.0  # seconds until an engine that went away is asked again
_ANYWAY = 300.0  # seconds after which a seat that nobody told of is read, one at a time


def room(engine: Engine, workshop: str) -> Room:
    """How far everybody is, at this moment.

    Raises:
        NoSuchWorkshop: it has no seat here.
    """
    found = read(engine, seats_there(engine, workshop).values())
    return Room(workshop, engine.now(), tuple(found[n] for n in sorted(found)))


def read(engine: Engine, labs: Iterable[FoundLab]) -> dict[int, SeatWork]:
    """What some seats keep, by their numbers."""
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        return {w.seat.number: w for w in pool.map(lambda lab: _work(engine, lab), labs)}


def _work(engine: Engine, there: FoundLab) -> SeatWork:
    assert there.seat is not None
    try:
        kept = kept_in(engine, there)
        place = kept.place()
    except LabError:  # it is being made, or removed, or somebody spoilt a file of it
        return SeatWork(there.seat, status_of(there.name, there, None).state, unread=True)
    lines = evidence_of(kept.files)
    return SeatWork(
        place.spec.seat or there.seat,
        place.status.state,
        attempts_of(lines),
        now_of(place.course, lines),
    )


class Watching:
    """Follows a room while it is used with ``with``."""

    def __init__(self, engine: Engine, workshop: str) -> None:
        self._engine, self._workshop = engine, workshop
        self._ahead = engine.now() - time.time_ns()  # of the engine's clock
        self._work: Mapping[int, SeatWork] = {}
        self._read_at: dict[int, float] = {}
        self._changed: set[str] = set()  # names of labs
        self._news = Condition()
        self._over = Event()
        self._open: Following | None = None
        self._threads: list[Thread] = []

    def __enter__(self) -> Self:
        """Read every seat once.

        Raises:
            NoSuchWorkshop: there is none.
        """
        since = self._now()  # before the first look: what happens during it is told of
        self._take(seats_there(self._engine, self._workshop))
        for work in (lambda: self._listen(since), self._keep_up):
            self._threads.append(Thread(target=work, daemon=True))
            self._threads[-1].start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        with self._news:
            if self._open:
                self._open.close()
            self._news.notify_all()
        for thread in self._threads:
            thread.join(timeout=2)

    def room(self) -> Room:
        """How far everybody is, as far as is known; asks nothing of the engine."""
        work = self._work
        return Room(self._workshop, self._now(), tuple(work[n] for n in sorted(work)))

    def _now(self) -> int:
        return time.time_ns() + self._ahead

    def _listen(self, since: int) -> None:
        """Hear which labs change; an engine that went away may have kept something from us."""
        while not self._over.is_set():
            with suppress(LabError):
                following = self._engine.follow_changes(self._workshop, since=since)
                with self._news:
                    self._open = following
                    if self._over.is_set():
                        following.close()
                for line in following:
                    since = line.time + 1
                    self._tell({line.text})
            if not self._over.wait(_AGAIN):
                self._tell({work.seat.lab for work in self._work.values()})

    def _tell(self, labs: set[str]) -> None:
        with self._news:
            self._changed |= labs
            self._news.notify_all()

    def _keep_up(self) -> None:
        """Read what has changed; when nothing has, who was not read for long."""
        while not self._over.is_set():
            with self._news:
                self._news.wait_for(lambda: self._changed or self._over.is_set(), _AGAIN)
            if self._over.wait(_GATHER):
                return
            with suppress(LabError):  # the engine is away; whoever listens to it tells us again
                self._take_changed()

    def _take_changed(self) -> None:
        with self._news:
            changed, self._changed = self._changed, set()
        oldest = min(self._read_at, key=lambda n: self._read_at[n], default=None)
        if oldest is not None and time.monotonic() - self._read_at[oldest] > _ANYWAY:
            changed |= {self._work[oldest].seat.lab}
        if not changed:
            return
        there = labs_of_seats(self._engine, self._workshop)
        self._take(there, changed)

    def _take(self, there: Mapping[int, FoundLab], changed: Container[str] = ()) -> None:
        """Read the seats that changed and the new ones; forget those that are gone."""
        fresh = [lab for n, lab in there.items() if lab.name in changed or n not in self._work]
        found = read(self._engine, fresh)
        at = {**self._read_at, **dict.fromkeys(found, time.monotonic())}
        self._read_at = {n: at[n] for n in at if n in there}
        self._work = {n: w for n, w in {**self._work, **found}.items() if n in there}
