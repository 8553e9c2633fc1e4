"""IMAP and POP3 sessions, folded from Dovecot's log. Pure: fed line by line, asked at any time."""

import re
from dataclasses import dataclass, field, replace
from typing import Literal, cast

from labctl.mail.box_dialogue import BoxDialogue, Heard
from labctl.mail.dovecot_events import CommandDone, LoginTried, parse_event
from labctl.mail.dovecot_log import LoggedIn, LoggedOut, LoginRefused, parse_line
from labctl.mail.ear_lines import LeftOut, Shut, Written
from labctl.mail.spoken import MOST_LINES, Known, Talkers
from labctl.model.clientsession import ClientSession, Command, End
from labctl.model.dialogue import Line
from labctl.model.lab import DOCUMENTED_PORT, EndpointName

MOST = 1000  # sessions that are remembered; the oldest are forgotten first
MOST_COMMANDS = 2000  # of one session

_NAMES: dict[str, EndpointName] = {str(p): name for name, p in DOCUMENTED_PORT.items()}
_SECONDS = re.compile(r" in ([0-9]{1,9}) secs\)")
_STARTS = re.compile(r"master: Info: Dovecot v\S+ .*starting up")
_BOX = ("imap", "pop3")
_TLS = "{version} begins"
_IN = "{user} has logged in ({how})"
# labctl's own question whether the server is ready: greeted, and left at once.
_NOBODY = "Logged out (no auth attempts in 0 secs)"


@dataclass(slots=True)
class _Open:
    """What is known of one session so far."""

    protocol: Literal["imap", "pop3"]
    id: str
    begun: int
    endpoint: EndpointName
    tls: bool = False
    client: str = ""
    account: str = ""
    ended: int = 0
    end: End = "open"
    refused: list[str] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def frozen(self) -> ClientSession:
        commands = tuple(sorted(self.commands, key=lambda command: command.at))
        return ClientSession(
            protocol=self.protocol,
            endpoint=self.endpoint,
            id=self.id,
            begun=min([self.begun, *(command.at for command in commands[:1])]),
            ended=self.ended,
            end=self.end,
            account=self.account,
            refused=tuple(self.refused),
            tls=self.tls,
            client=self.client,
            commands=commands,
            lines=tuple(sorted(self.lines, key=lambda line: line.at)) if self._spoken else (),
        )

    @property
    def _spoken(self) -> bool:
        """Whether anybody listened: notes alone are no dialogue."""
        return any(line.sender != "-" for line in self.lines)

    def hear(self, at: int, line: Line) -> None:
        """A line of the dialogue."""
        if len(self.lines) < MOST_LINES:
            self.lines.append(replace(line, at=at))


class BoxSessions:
    """Every IMAP and POP3 session that a log tells of."""

    def __init__(self) -> None:
        self._sessions: dict[str, _Open] = {}
        self._by_remote: dict[tuple[str, str], str] = {}  # protocol, address:port -> session
        self._dialogue = BoxDialogue()
        self._talkers = Talkers()
        self.said: tuple[Heard, ...] = ()  # what the last line that was fed brought to light

    def feed(self, time: int, line: str) -> str | None:
        """Take in one line of the log (``time`` in nanoseconds); the session that it tells of."""
        self.said = ()
        event = parse_event(line) or parse_line(line)
        if event is None and _STARTS.search(line):
            self._restarted()
        match event:
            case LoginTried():
                return self._tried(event)
            case CommandDone():
                return self._command(event)
            case LoggedIn(protocol=("imap" | "pop3") as protocol):
                one = self._of(protocol, event.session, time, event.local_port, tls=event.tls)
                one.account, one.client = event.user, event.remote
                self._greeted(one)
                self._tell(self._dialogue.logged_in(time, event))
                return one.id
            case LoginRefused():
                return self._left(time, event)
            case LoggedOut(protocol=("imap" | "pop3") as protocol):
                return self._ended(time, protocol, event)
        return None

    def overhear(self, event: Written | LeftOut | Shut) -> None:
        """Take in a line of the dialogue, as Dovecot wrote it down."""
        self.said = ()
        self._tell(self._dialogue.wrote(event))

    def known(self, name: str) -> Known | None:
        """Whose session it is; ``None`` when it is unknown, or nothing was said in it yet."""
        one = self._sessions.get(name)
        return Known(one.id, one.endpoint, one.account) if one and _told(one) else None

    def _tell(self, heard: list[Heard]) -> None:
        self.said = tuple(heard)
        for each in heard:
            if one := self._sessions.get(each.session):
                self._hear(one, each.at, each.line)

    def _hear(self, one: _Open, at: int, line: Line) -> None:
        one.hear(at, line)
        if silenced := self._sessions.get(self._talkers.spoke(one.id)):
            silenced.lines.clear()

    def _greeted(self, one: _Open) -> None:
        """What was said before the login, in the clear, belongs to the session, too."""
        for each in self._dialogue.greeted(one.id):
            self._hear(one, each.at, each.line)

    def sessions(self) -> tuple[ClientSession, ...]:
        """All sessions in which something was said, in the order in which they began."""
        seen = [one.frozen() for one in self._sessions.values() if _told(one)]
        return tuple(sorted(seen, key=lambda session: session.begun))

    def session(self, name: str) -> ClientSession | None:
        """One session; ``None`` when it is unknown, or nothing was said in it yet."""
        one = self._sessions.get(name)
        return one.frozen() if one and _told(one) else None

    def _restarted(self) -> None:
        """A server that starts anew has no session left of its life before."""
        for one in self._sessions.values():
            if not one.ended:
                one.ended = max([one.begun, *(command.at for command in one.commands)])
                one.end = "dropped"

    def _of(
        self, protocol: Literal["imap", "pop3"], name: str, at: int, port: str, *, tls: bool
    ) -> _Open:
        if name not in self._sessions:
            if len(self._sessions) >= MOST:
                del self._sessions[next(iter(self._sessions))]
            endpoint = _NAMES.get(port) or cast(EndpointName, f"{protocol}s" if tls else protocol)
            self._sessions[name] = _Open(protocol, name, at, endpoint)
        one = self._sessions[name]
        one.tls = one.tls or tls
        if port in _NAMES:
            one.endpoint = _NAMES[port]
        return one

    def _tried(self, event: LoginTried) -> str | None:
        if event.protocol not in _BOX or not event.session:
            return None
        protocol: Literal["imap", "pop3"] = "imap" if event.protocol == "imap" else "pop3"
        one = self._of(protocol, event.session, event.at, event.local_port, tls=event.tls)
        one.client = event.remote.rpartition(":")[0]
        self._remember(protocol, event.remote, one.id)
        if event.ok:
            one.account = event.user
            if one.tls and one.endpoint == protocol:  # not from the first byte on
                self._hear(one, event.at, Line.note(_TLS, tls=True, version="TLS"))
            note = Line.note(_IN, tls=event.tls, user=event.user, how=event.mechanism)
            self._hear(one, event.at, note)
        else:
            one.refused.append(event.user)
        return one.id

    def _remember(self, protocol: str, remote: str, name: str) -> None:
        if len(self._by_remote) >= MOST:
            del self._by_remote[next(iter(self._by_remote))]
        self._by_remote[protocol, remote] = name

    def _command(self, event: CommandDone) -> str | None:
        protocol: Literal["imap", "pop3"] = "imap" if event.protocol == "imap" else "pop3"
        name = event.session or self._by_remote.get((protocol, event.remote), "")
        if not name:
            name = f"{protocol}-{event.remote}-{event.at}"
            self._remember(protocol, event.remote, name)
        one = self._of(protocol, name, event.at, event.local_port, tls=False)
        one.account = one.account or event.user
        if len(one.commands) < MOST_COMMANDS:
            one.commands.append(_said(event))
        return one.id

    def _left(self, time: int, event: LoginRefused) -> str | None:
        if event.protocol not in _BOX or not event.session or event.reason.startswith(_NOBODY):
            return None
        seconds = _SECONDS.search(event.reason)
        begun = time - int(seconds[1] if seconds else 0) * 10**9
        protocol: Literal["imap", "pop3"] = "imap" if event.protocol == "imap" else "pop3"
        one = self._of(protocol, event.session, begun, event.local_port, tls=event.tls)
        one.client = event.remote
        if event.user and not one.refused:
            one.refused.append(event.user)
        one.ended, one.end = time, "quit" if event.reason.startswith("Logged out") else "dropped"
        self._greeted(one)
        return one.id

    def _ended(self, time: int, protocol: Literal["imap", "pop3"], event: LoggedOut) -> str | None:
        one = self._of(protocol, event.session, time, "", tls=False)
        one.account = one.account or event.user
        one.ended, one.end = time, "quit" if event.polite else "dropped"
        return one.id


def _told(one: _Open) -> bool:
    return bool(one.commands or one.account or one.refused or one.ended)


def _said(event: CommandDone) -> Command:
    good = event.reply == "OK"
    code = event.reply if event.protocol == "imap" else "+OK" if good else "-ERR"
    return Command(event.at, event.name, event.arguments, good, code)
