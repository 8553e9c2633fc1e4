"""The seats of a workshop, kept up to date while they are watched.

What a seat keeps (its state, its progress, the evidence) lies in one folder of its lab. Who watches
reads all of them once, in one go; then the engine itself tells, on one connection for the whole
room, into which lab a file was put and which starts or ends, and only that one is read again, about
80 ms of the engine's time. So a room costs as much as is done in it, and a silent one nothing.
"""

import time
from collections.abc import Callable, Container, Mapping
from contextlib import suppress
from threading import Condition, Event, Thread
from types import TracebackType
from typing import Generic, Self, TypeVar

from labctl.engine.protocol import Engine
from labctl.engine.values import Following, FoundLab
from labctl.errors import LabError
from labctl.verbs.workshop_seats import Looked, labs_of_seats, look, look_at, seats_there

T = TypeVar("T")
States = tuple[tuple[str, str], ...]  # of a lab's services
_FEW = 3  # seats that are read one by one: a look at all takes as long as these
_GATHER = 0.5  # seconds: what a seat writes comes as several files, and is read once
_AGAIN = 1.0  # seconds until an engine that went away is asked again
_SETTLES = 10.0  # seconds: a service that "died" is listed as running until its network is gone
_ANYWAY = 300.0  # seconds after which a seat that nobody told of is read, one at a time


class Watching(Generic[T]):
    """Follows a room while it is used with ``with``; ``read`` makes sense of a seat."""

    def __init__(self, engine: Engine, workshop: str, read: Callable[[Looked], T]) -> None:
        self._engine, self.workshop, self._read = engine, workshop, read
        self._ahead = engine.now() - time.time_ns()  # of the engine's clock
        self._seats: Mapping[int, T] = {}
        self._labs: dict[int, str] = {}
        self._read_at: dict[int, float] = {}
        self._changed: set[str] = set()  # names of labs
        self._states: dict[int, States] = {}  # as they were listed last
        self._settled = 0.0  # when the list of labs need not be compared any more
        self._news = Condition()
        self._over = Event()
        self._open: Following | None = None
        self._threads: list[Thread] = []
        self._problem: Exception | None = None  # what ended a thread before its time

    def __enter__(self) -> Self:
        """Read every seat once.

        Raises:
            NoSuchWorkshop: there is none.
        """
        since = self.now()  # before the first look: what happens during it is told of
        self._take(seats_there(self._engine, self.workshop))
        for work in (lambda: self._listen(since), self._keep_up):
            self._threads.append(Thread(target=self._guarded, args=(work,), daemon=True))
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

    def seats(self) -> tuple[T, ...]:
        """What was read of each seat last, the lowest number first; asks nothing of the engine."""
        if self._problem:
            raise self._problem
        seats = self._seats
        return tuple(seats[number] for number in sorted(seats))

    def now(self) -> int:
        """The engine's clock, nanoseconds since the epoch."""
        return time.time_ns() + self._ahead

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as problem:  # noqa: BLE001 - handed to whoever asks for the seats
            self._problem = problem

    def _listen(self, since: int) -> None:
        """Hear which labs change; an engine that went away may have kept something from us."""
        while not self._over.is_set():
            with suppress(LabError):
                following = self._engine.follow_changes(self.workshop, since=since)
                with self._news:
                    self._open = following
                    if self._over.is_set():
                        following.close()
                for line in following:
                    since = line.time + 1
                    self._tell({line.text})
            if not self._over.wait(_AGAIN):
                self._tell({*self._labs.values()})

    def _tell(self, labs: set[str]) -> None:
        with self._news:
            self._changed |= labs
            self._settled = time.monotonic() + _SETTLES
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
            changed |= {self._labs[oldest]}
        if not changed and time.monotonic() > self._settled:
            return
        try:
            there = labs_of_seats(self._engine, self.workshop)
            changed |= {lab.name for n, lab in there.items() if _states(lab) != self._states.get(n)}
            self._take(there, changed)
        except LabError:
            with self._news:  # they are as unread as before
                self._changed |= changed
            raise

    def _take(self, there: Mapping[int, FoundLab], changed: Container[str] = ()) -> None:
        """Read the seats that changed and the new ones; forget those that are gone."""
        fresh = {n: lab for n, lab in there.items() if lab.name in changed or n not in self._seats}
        if len(fresh) > _FEW:
            looked = look(self._engine, fresh)
        else:
            looked = {n: look_at(self._engine, lab) for n, lab in fresh.items()}
        found = {number: self._read(one) for number, one in looked.items()}
        at = {**self._read_at, **dict.fromkeys(found, time.monotonic())}
        self._read_at = {n: at[n] for n in at if n in there}
        self._labs = {n: lab.name for n, lab in there.items()}
        self._states = {n: _states(lab) for n, lab in there.items()}
        self._seats = {n: s for n, s in {**self._seats, **found}.items() if n in there}


def _states(lab: FoundLab) -> States:
    return tuple((service.name, service.state) for service in lab.services)
