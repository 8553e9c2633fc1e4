"""What any client did, heard from the servers' own logs: nothing here opens a mail session."""

from collections import deque
from contextlib import suppress
from threading import Condition, Event, Thread
from types import TracebackType
from typing import Self

from labctl.engine.protocol import Engine
from labctl.engine.values import Following
from labctl.errors import LabError
from labctl.mail.box_sessions import BoxSessions
from labctl.mail.happenings import dovecot_told, postfix_told
from labctl.mail.smtp_sessions import SmtpSessions
from labctl.model.clientsession import ClientSession
from labctl.model.event import Happening
from labctl.model.lab import LabSpec
from labctl.verbs.labs import found

LOOK_BACK = 3600 * 10**9  # nanoseconds: how long before ``since`` a session may have begun
_MOST = 10_000  # events that are remembered
_AGAIN = 0.5  # seconds until a service that does not run is asked again


class _Ears:
    """The folds of one lab: each line of each service's log goes to the one it is for."""

    def __init__(self, spec: LabSpec, services: tuple[str, ...]) -> None:
        servers = frozenset(site.postfix.address for site in spec.sites)
        self._folds: dict[str, SmtpSessions | BoxSessions] = {
            name: SmtpSessions(servers) if name.startswith("postfix") else BoxSessions()
            for name in services
        }
        self._order = 0
        self.events: deque[Happening] = deque(maxlen=_MOST)

    @property
    def services(self) -> tuple[str, ...]:
        return tuple(self._folds)

    def hear(self, service: str, time: int, text: str) -> bool:
        """Take in a line; whether it tells of a session or anything else."""
        fold = self._folds[service]
        name = fold.feed(time, text)
        told = (postfix_told if isinstance(fold, SmtpSessions) else dovecot_told)(text)
        session = fold.session(name) if name else None
        if told is None or (told.kind == "ended" and session is None):
            return session is not None
        self._order += 1
        self.events.append(
            Happening(
                order=self._order,
                at=time,
                kind=told.kind,
                service=service,
                text=told.text,
                ok=told.ok,
                account=told.account or (session.account if session else ""),
                endpoint=session.endpoint if session else "",
                session=session.id if session else "",
                queue_id=told.queue_id,
                message_id=told.message_id,
            )
        )
        return True

    def sessions(self, since: int) -> tuple[ClientSession, ...]:
        every = [session for fold in self._folds.values() for session in fold.sessions()]
        wanted = [session for session in every if _latest(session) >= since]
        return tuple(sorted(wanted, key=lambda session: session.begun))


def _latest(session: ClientSession) -> int:
    """The last sign of a session."""
    if not session.ended:
        return 2**63
    return max(session.ended, *(envelope.at for envelope in session.envelopes), session.begun)


def services_of(engine: Engine, lab: str) -> tuple[str, ...]:
    """The services that mail clients talk to."""
    names = (service.name for service in found(engine, lab).services)
    return tuple(name for name in names if name.startswith(("postfix", "dovecot")))


def client_sessions(engine: Engine, spec: LabSpec, since: int) -> tuple[ClientSession, ...]:
    """All sessions that began or went on after ``since`` (the engine's nanoseconds), at once.

    Raises:
        NoSuchLab: it is gone.
    """
    ears = _Ears(spec, services_of(engine, spec.name))
    for service in ears.services:
        for line in engine.logs(spec.name, service, since=max(0, since - LOOK_BACK)):
            ears.hear(service, line.time, line.text)
    return ears.sessions(since)


def heard_so_far(engine: Engine, spec: LabSpec) -> tuple[tuple[Happening, ...], tuple[str, ...]]:
    """All that the logs still tell: what happened, and Postfix's lines as they are."""
    ears = _Ears(spec, services_of(engine, spec.name))
    lines = []
    for service in ears.services:
        for line in engine.logs(spec.name, service):
            ears.hear(service, line.time, line.text)
            if service.startswith("postfix"):
                lines.append(line.text)
    return tuple(ears.events), tuple(lines)


class Sensing:
    """Follows a lab while it is used with ``with``: what its clients do, as they do it.

    A service that is stopped is heard again when it is back.
    """

    def __init__(self, engine: Engine, spec: LabSpec, since: int = 0) -> None:
        self._engine, self._lab = engine, spec.name
        self._since = since or engine.now()
        self._ears = _Ears(spec, services_of(engine, spec.name))
        self._next = dict.fromkeys(self._ears.services, max(0, self._since - LOOK_BACK))
        self._news = Condition()
        self._count = self._seen = 0
        self._over = Event()
        self._open: dict[str, Following] = {}
        self._threads: list[Thread] = []

    def __enter__(self) -> Self:
        for service in self._ears.services:
            thread = Thread(target=self._follow, args=(service,), daemon=True)
            self._threads.append(thread)
            thread.start()
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
            every = tuple(self._ears.events)
        return tuple(e for e in every if e.order > after and e.at >= self._since)

    def _follow(self, service: str) -> None:
        while not self._over.is_set():
            # It may be stopped, or the engine away for a moment.
            with suppress(LabError):
                self._hear(service)
            self._over.wait(_AGAIN)

    def _hear(self, service: str) -> None:
        """Follow one log, from where it was left, until it ends."""
        following = self._engine.follow(self._lab, service, since=self._next[service])
        with self._news:
            self._open[service] = following
            if self._over.is_set():
                following.close()
        for line in following:
            self._next[service] = line.time + 1
            with self._news:
                if self._ears.hear(service, line.time, line.text):
                    self._count += 1
                    self._news.notify_all()
