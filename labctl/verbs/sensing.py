"""What any client did, heard from the servers' own logs: nothing here opens a mail session."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Condition, Event, Thread
from types import TracebackType
from typing import Self

from labctl.engine.protocol import Engine
from labctl.engine.values import Following
from labctl.errors import LabError
from labctl.model.clientsession import ClientSession
from labctl.model.event import Happening
from labctl.model.lab import LabSpec
from labctl.verbs.dialogue import listen, written_down
from labctl.verbs.ears import Ears
from labctl.verbs.labs import found, is_kind

LOOK_BACK = 3600 * 10**9  # nanoseconds: how long before ``since`` a session may have begun
_AGAIN = 0.5  # seconds until a service that does not run is asked again
_LISTENS_WITHIN = 3.0  # seconds: what does not listen by then is away, and heard when it is back


def services_of(engine: Engine, lab: str) -> tuple[str, ...]:
    """The services that mail clients talk to."""
    names = (service.name for service in found(engine, lab).services)
    return tuple(name for name in names if name.startswith(("postfix", "dovecot")))


def client_sessions(
    engine: Engine, spec: LabSpec, since: int, *, dialogue: bool = False
) -> tuple[ClientSession, ...]:
    """All sessions that began or went on after ``since`` (the engine's nanoseconds), at once.

    ``dialogue``: also the words that Dovecot has written down, where it was asked to.

    Raises:
        NoSuchLab: it is gone.
    """
    ears = Ears(spec, services_of(engine, spec.name))
    boxes = [name for name in ears.services if dialogue and is_kind(name, "dovecot")]
    with ThreadPoolExecutor(max_workers=len(boxes) or 1) as pool:
        written = {
            name: pool.submit(lambda name: [*written_down(engine, spec.name, name, since)], name)
            for name in boxes
        }
        for service in ears.services:
            for line in engine.logs(spec.name, service, since=max(0, since - LOOK_BACK)):
                ears.hear(service, line.time, line.text)
    for name, said in written.items():
        for text in said.result():
            ears.overhear(name, 0, text)
    return ears.sessions(since)


def heard_so_far(engine: Engine, spec: LabSpec) -> tuple[tuple[Happening, ...], tuple[str, ...]]:
    """All that the logs still tell: what happened, and Postfix's lines as they are."""
    ears = Ears(spec, services_of(engine, spec.name))
    lines = []
    for service in ears.services:
        for line in engine.logs(spec.name, service):
            ears.hear(service, line.time, line.text)
            if service.startswith("postfix"):
                lines.append(line.text)
    return tuple(ears.events), tuple(lines)


class Sensing:
    """Follows a lab while it is used with ``with``: what its clients do, as they do it.

    A service that is stopped is heard again when it is back. ``dialogue``: also what is said, word
    by word, and what happens to the Maildirs' files; ``homes``: only to these (``DOMAIN/NAME``).
    """

    def __init__(
        self,
        engine: Engine,
        spec: LabSpec,
        since: int = 0,
        *,
        dialogue: bool = False,
        homes: Sequence[str] = (),
    ) -> None:
        self._engine, self._lab = engine, spec.name
        self._since = since or engine.now()
        self._ears = Ears(spec, services_of(engine, spec.name))
        self._next = dict.fromkeys(self._ears.services, max(0, self._since - LOOK_BACK))
        self._homes = homes
        self._listens = self._ears.services if dialogue else ()
        self._silent = set(self._listens)  # of which nobody knows yet whether they do
        self._news = Condition()
        self._count = self._seen = 0
        self._over = Event()
        self._open: dict[str, Following] = {}
        self._threads: list[Thread] = []

    def __enter__(self) -> Self:
        for service in self._ears.services:
            self._begin(self._hear, service)
        for service in self._listens:
            self._begin(self._listen, service)
        with self._news:  # what is said from now on is heard
            self._news.wait_for(lambda: not self._silent, _LISTENS_WITHIN)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        with self._news:
            for following in self._open.values():
                following.close()
        for thread in self._threads:
            thread.join(timeout=2)

    def changed(self, timeout: float) -> bool:
        """Wait up to ``timeout`` seconds for anything new since this was last asked."""
        with self._news:
            self._news.wait_for(lambda: self._count != self._seen, timeout)
            new, self._seen = self._count != self._seen, self._count
        return new

    def sessions(self) -> tuple[ClientSession, ...]:
        """All sessions that began or went on after ``since``."""
        with self._news:
            return self._ears.sessions(self._since)

    def events(self, after: int = 0) -> tuple[Happening, ...]:
        """What happened since ``since``, in the order in which it was heard.

        ``after``: only those of a greater ``order``, so that each is asked for once.
        """
        with self._news:
            return self._ears.after(after, self._since)

    def _begin(self, follow: Callable[[str], None], service: str) -> None:
        def again_and_again() -> None:
            while not self._over.is_set():
                # It may be stopped, or the engine away for a moment.
                with suppress(LabError):
                    follow(service)
                if follow == self._listen:
                    self._answered(service)
                self._over.wait(_AGAIN)

        thread = Thread(target=again_and_again, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _opened(self, name: str, following: Following) -> Following:
        with self._news:
            self._open[name] = following
            if self._over.is_set():
                following.close()
        return following

    def _answered(self, service: str) -> None:
        with self._news:
            self._silent.discard(service)
            self._news.notify_all()

    def _hear(self, service: str) -> None:
        """Follow one log, from where it was left, until it ends."""
        following = self._engine.follow(self._lab, service, since=self._next[service])
        for line in self._opened(service, following):
            self._next[service] = line.time + 1
            with self._news:
                if self._ears.hear(service, line.time, line.text):
                    self._count += 1
                    self._news.notify_all()

    def _listen(self, service: str) -> None:
        """Have one server write down what is said, until it ends."""
        following = listen(self._engine, self._lab, service, self._homes)
        for line in self._opened(f"{service} dialogue", following):
            if line.text == "ready":
                self._answered(service)
                continue
            with self._news:
                if is_kind(service, "dovecot") and self._ears.overhear(
                    service, line.time, line.text
                ):
                    self._count += 1
                    self._news.notify_all()
