"""Which rawlog belongs to which session of Dovecot's. Pure.

What is said before that is known waits.

After the login a process serves one session: its number is in the log's line about the login and
in the rawlog's name. Before it, the session's name helps: it begins with the time of the greeting.
"""

from base64 import b64decode
from collections import deque
from dataclasses import dataclass, field, replace

from labctl.mail.dovecot_log import LoggedIn
from labctl.mail.ear_lines import LeftOut, LogKey, Shut, Written
from labctl.mail.rawlog import Rawlog
from labctl.mail.spoken import MOST_TALKERS
from labctl.model.dialogue import Line

MOST = 200  # rawlogs and logins that are remembered
_MOST_HELD = 100  # lines that wait until their session is known
_NEAR = 5 * 10**9  # nanoseconds between a login and the rawlog that begins with it
_GREETED = 3 * 10**7  # nanoseconds between a session's name and its greeting
_WRAPS = 2**48  # microseconds: as much of the time is in a session's name


@dataclass(frozen=True, slots=True)
class Heard:
    """A line of a dialogue, and whose."""

    at: int  # nanoseconds since the epoch
    session: str  # Dovecot's name for it; before the login a name of our own
    line: Line
    protocol: str = ""


@dataclass(slots=True)
class _Log:
    rawlog: Rawlog = field(default_factory=Rawlog)
    session: str = ""
    tls: bool = False
    held: list[Heard] = field(default_factory=list)  # after the login: until the session is known
    early: list[Heard] = field(default_factory=list)  # before the login: the same
    shut: int = 0


@dataclass(frozen=True, slots=True)
class _Login:
    at: int
    session: str
    tls: bool


class BoxDialogue:
    """The rawlogs of one Dovecot."""

    def __init__(self) -> None:
        self._logs: dict[LogKey, _Log] = {}
        self._logins: dict[str, deque[_Login]] = {}  # by the number of the process
        self._names: dict[str, int] = {}  # sessions, and when they were greeted

    def logged_in(self, at: int, event: LoggedIn) -> list[Heard]:
        """A session begins; what was held back for it."""
        if not event.pid:
            return []
        if len(self._logins) >= MOST:
            del self._logins[next(iter(self._logins))]
        login = _Login(at, event.session, event.tls)
        self._logins.setdefault(event.pid, deque(maxlen=3)).append(login)
        heard: list[Heard] = []
        for key, log in self._logs.items():
            if key.pid == event.pid and not log.session and not log.rawlog.before_login:
                heard += self._linked(key, log)
        return heard

    def wrote(self, event: Written | LeftOut | Shut) -> list[Heard]:
        """What is to be told of one line."""
        if isinstance(event, Shut):
            self._shut(event.log)
            return []
        log = self._logs.get(event.log) or self._new(event.log)
        if isinstance(event, LeftOut):
            log.rawlog.skip(event.sender, event.size)
            return []
        lines = log.rawlog.feed(event.sender, event.text, event.size)
        protocol = log.rawlog.protocol
        if log.rawlog.before_login:
            return self._early(event, log, lines)
        heard = [Heard(event.at, log.session, line, protocol) for line in lines]
        if log.session:
            return [_secured(each, log) for each in heard]
        log.held += heard[: _MOST_HELD - len(log.held)]
        return self._linked(event.log, log)

    def _new(self, key: LogKey) -> _Log:
        if len(self._logs) >= MOST:
            del self._logs[next(iter(self._logs))]
        self._logs[key] = _Log()
        return self._logs[key]

    def _shut(self, key: LogKey) -> None:
        """One side has ended; when both have, only what still waits is remembered."""
        if log := self._logs.get(key):
            log.shut += 1
            if log.shut > 1 and not log.held and not log.early:
                del self._logs[key]

    def greeted(self, session: str) -> list[Heard]:
        """A session is known now; what was said in it before the login, and had to wait."""
        if (begun := _begun(session)) is None:
            return []
        for log in self._logs.values():
            if log.early and not log.session and _apart(log.early[0].at, begun) < _GREETED:
                log.session = session
                told = [replace(each, session=session) for each in log.early]
                log.early.clear()
                return told
        if len(self._names) >= MOST_TALKERS:
            del self._names[next(iter(self._names))]
        self._names[session] = begun
        return []

    def _early(self, event: Written, log: _Log, lines: list[Line]) -> list[Heard]:
        """What is said in the clear, before the login."""
        protocol = log.rawlog.protocol
        if not log.session:
            apart = {name: _apart(event.at, begun) for name, begun in self._names.items()}
            nearest = min(apart, key=lambda name: apart[name], default="")
            if not log.early and nearest and apart[nearest] < _GREETED:
                del self._names[nearest]
                log.session = nearest
        name = log.session or f"{protocol}-login-{event.log.pid}"
        heard = [Heard(event.at, name, line, protocol) for line in lines]
        if not log.session:
            log.early += heard[: _MOST_HELD - len(log.early)]
        return heard

    def _linked(self, key: LogKey, log: _Log) -> list[Heard]:
        """What was held back, once it is known whose it is."""
        begun = key.begun * 10**9
        near = [each for each in self._logins.get(key.pid, ()) if abs(each.at - begun) < _NEAR]
        if not near:
            return []
        login = min(near, key=lambda each: abs(each.at - begun))
        log.session, log.tls = login.session, login.tls
        told = [_secured(replace(each, session=login.session), log) for each in log.held]
        log.held.clear()
        return told


def _secured(heard: Heard, log: _Log) -> Heard:
    return replace(heard, line=replace(heard.line, tls=log.tls))


def _begun(session: str) -> int | None:
    """When a session was greeted, in microseconds, as far as its name tells."""
    try:
        raw = b64decode(session + "=" * (-len(session) % 4), validate=True)
    except ValueError:
        return None
    return int.from_bytes(raw[:6], "little") if len(raw) >= 8 else None


def _apart(at: int, begun: int) -> int:
    """Nanoseconds between a time and one of which only the lower part is known."""
    apart = (at // 1000 - begun) % _WRAPS
    return min(apart, _WRAPS - apart) * 1000
