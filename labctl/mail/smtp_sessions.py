"""SMTP sessions, folded from Postfix's log. Pure: fed line by line, asked at any time.

The log does not hold every command, but each one that matters leaves a trace: TLS begun, a login,
a queue id (so MAIL and RCPT were taken), a Message-ID (so DATA was), a refusal; and when the client
leaves, how often it said what. From these the commands are put together again.
"""

import re
from dataclasses import dataclass, field

from labctl.mail.postfix_log import (
    Connected,
    Delivery,
    Disconnected,
    Identified,
    Queued,
    Rejected,
    Submitted,
    TlsBegun,
    parse_line,
)
from labctl.model.clientsession import ClientSession, Command, End, Envelope
from labctl.model.lab import EndpointName

MOST = 2000  # sessions that are remembered; the oldest are forgotten first

_SMTPD = re.compile(r"(?:^|\s)postfix(?:/(submissions?))?/smtpd\[([0-9]+)\]: (.*)", re.DOTALL)
_REFUSED_LOGIN = re.compile(
    r"warning: \S+\[[^\]]*\]: SASL (\S+) authentication failed.*?(?:sasl_username=(\S+))?$"
)
_FROM_TO = re.compile(r"; from=<([^>]*)>(?: to=<([^>]*)>)?")
_ORDER = ("helo", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "bdat", "rset", "quit")
_CODE = {"starttls": "220", "auth": "235", "data": "250", "quit": "221"}
# How labctl asks whether the server is ready (see labctl/engine/ready.py): no session.
_READY = ("noop", "3")


@dataclass(slots=True)
class _Message:
    queue_id: str
    at: int
    sender: str = ""
    message_id: str = ""
    recipients: list[str] = field(default_factory=list)
    queued: bool = False  # the server took it over

    def frozen(self) -> Envelope:
        return Envelope(
            self.at, self.sender, tuple(self.recipients), self.queue_id, self.message_id
        )


@dataclass(slots=True)
class _Open:
    id: str
    endpoint: EndpointName
    begun: int
    client: str
    tls: bool = False
    account: str = ""
    ended: int = 0
    end: End = "open"
    refused: list[str] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    messages: list[_Message] = field(default_factory=list)
    refusals: list[Envelope] = field(default_factory=list)
    ours: bool = False

    def frozen(self) -> ClientSession:
        envelopes = [m.frozen() for m in self.messages if m.queued] + self.refusals
        return ClientSession(
            protocol="smtp",
            endpoint=self.endpoint,
            id=self.id,
            begun=self.begun,
            ended=self.ended,
            end=self.end,
            account=self.account,
            refused=tuple(self.refused),
            tls=self.tls,
            client=self.client,
            commands=tuple(self.commands),
            envelopes=tuple(sorted(envelopes, key=lambda envelope: envelope.at)),
        )

    def say(self, at: int, verb: str, code: str, arguments: str = "") -> None:
        """The client said it."""
        self.commands.append(Command(at, verb, arguments, code[:1] in ("2", "3"), code))


class SmtpSessions:
    """Every SMTP session that a log tells of.

    ``servers`` are addresses whose connections are no client's: the lab's other mail servers.
    """

    def __init__(self, servers: frozenset[str] = frozenset()) -> None:
        self._servers = servers
        self._sessions: dict[str, _Open] = {}
        self._by_pid: dict[str, _Open] = {}  # each smtpd serves one client at a time
        self._by_queue_id: dict[str, tuple[_Open, _Message]] = {}

    def feed(self, time: int, line: str) -> str | None:
        """Take in one line of the log (``time`` in nanoseconds); the session that it tells of."""
        found = _SMTPD.search(line)
        if not found:
            return self._of_queue(time, line)
        endpoint: EndpointName = (
            "submission"
            if found[1] == "submission"
            else "submissions"
            if found[1] == "submissions"
            else "smtp"
        )
        event = parse_line(line)
        if isinstance(event, Connected):
            return self._connected(time, endpoint, found[2], event.ip)
        one = self._by_pid.get(f"{endpoint}-{found[2]}")
        if one is None:
            return None
        if refused := _REFUSED_LOGIN.match(found[3]):
            one.refused.append(refused[2] or "")
            one.say(time, "AUTH", "535", refused[1])
        else:
            self._client(time, one, event)
        return one.id

    def sessions(self) -> tuple[ClientSession, ...]:
        """All sessions in which something was said, in the order in which they began."""
        return tuple(one.frozen() for one in self._sessions.values() if _told(one))

    def session(self, name: str) -> ClientSession | None:
        """One session; ``None`` when it is unknown, or nothing was said in it yet."""
        one = self._sessions.get(name)
        return one.frozen() if one and _told(one) else None

    def _connected(self, time: int, endpoint: EndpointName, pid: str, client: str) -> str | None:
        key = f"{endpoint}-{pid}"
        self._by_pid.pop(key, None)
        if client in self._servers:
            return None
        if len(self._sessions) >= MOST:
            self._forget(next(iter(self._sessions)))
        one = _Open(f"{key}-{time}", endpoint, time, client, tls=endpoint == "submissions")
        self._sessions[one.id] = self._by_pid[key] = one
        return one.id

    def _forget(self, name: str) -> None:
        for message in self._sessions.pop(name).messages:
            self._by_queue_id.pop(message.queue_id, None)

    def _client(self, time: int, one: _Open, event: object) -> None:
        match event:
            case TlsBegun():
                one.tls = True
                if one.endpoint != "submissions":
                    one.say(time, "STARTTLS", "220")
            case Submitted(queue_id=queue_id, sasl_username=user):
                self._login(time, one, user)
                one.say(time, "MAIL", "250")
                one.say(time, "RCPT", "250")
                one.messages.append(_Message(queue_id, time))
                self._by_queue_id[queue_id] = one, one.messages[-1]
            case Rejected(stage=stage, code=code, text=text):
                if login := re.search(r"sasl_username=([^,\s]+)", text):
                    self._login(time, one, login[1])
                self._refused(time, one, stage, str(code), text)
            case Disconnected(commands=counts):
                one.ended = time
                said = dict(counts)
                one.end = "quit" if said.get("quit", "0").partition("/")[0] != "0" else "dropped"
                one.ours = _READY in counts
                one.commands = _completed(one, said)

    def _login(self, time: int, one: _Open, user: str) -> None:
        if user and not one.account:
            one.account = user
            one.say(time, "AUTH", "235")

    def _refused(self, time: int, one: _Open, stage: str, code: str, text: str) -> None:
        found = _FROM_TO.search(text)
        sender, to = (found[1], found[2] or "") if found else ("", "")
        if stage == "RCPT" and not any(c.name == "MAIL" for c in one.commands):
            one.say(time, "MAIL", "250", f"FROM:<{sender}>")
        arguments = f"TO:<{to}>" if stage == "RCPT" else f"FROM:<{sender}>"
        one.say(time, stage, code, arguments if stage in ("RCPT", "MAIL") else "")
        one.refusals.append(Envelope(time, sender, (to,) if to else (), ""))

    def _of_queue(self, time: int, line: str) -> str | None:
        event = parse_line(line)
        if not isinstance(event, Identified | Queued | Delivery):
            self._restarted(line)
            return None
        if event.queue_id not in self._by_queue_id:
            return None
        one, message = self._by_queue_id[event.queue_id]
        if isinstance(event, Identified):
            message.message_id = event.message_id
        elif isinstance(event, Queued):
            _taken_over(time, one, message, event.sender)
        elif event.recipient not in message.recipients:
            message.recipients.append(event.recipient)
        return one.id

    def _restarted(self, line: str) -> None:
        """A server that starts anew has no session left of its life before."""
        if "/master[" in line and "daemon started" in line:
            for one in self._by_pid.values():
                one.ended = one.ended or max(one.begun, *(c.at for c in one.commands), 0)
                one.end = "dropped" if one.end == "open" else one.end
            self._by_pid.clear()


def _taken_over(time: int, one: _Open, message: _Message, sender: str) -> None:
    message.sender = sender
    if message.queued:
        return  # a deferred message comes back to the active queue
    message.queued = True
    if not one.ended:
        one.say(time, "DATA", "250")


def _told(one: _Open) -> bool:
    return not one.ours and bool(
        one.commands or one.account or one.refused or one.ended or one.messages
    )


def _completed(one: _Open, counts: dict[str, str]) -> list[Command]:
    """The commands, with those that only the count at the end tells of."""
    commands = list(one.commands)
    for verb, count in counts.items():
        if verb in ("commands", "unknown"):
            continue
        good, _, total = count.partition("/")
        for ok, number in ((True, _number(good)), (False, _number(total or good) - _number(good))):
            known = [c for c in commands if c.name == verb.upper() and c.ok == ok]
            code = _CODE.get(verb, "250") if ok else ""
            commands += [
                Command(_when(one, verb, n), verb.upper(), "", ok, code)
                for n in range(min(number, 1000) - len(known))
            ]
    return sorted(commands, key=lambda c: (c.at, _place(c.name)))


def _when(one: _Open, verb: str, number: int) -> int:
    """A time in the session's order: the greeting first, again after STARTTLS, all else at last."""
    if verb not in ("ehlo", "helo", "starttls"):
        return one.ended
    if number == 0:
        return one.begun
    return next((c.at for c in one.commands if c.name == "STARTTLS"), one.begun) + 1


def _place(name: str) -> int:
    return _ORDER.index(name.lower()) if name.lower() in _ORDER else len(_ORDER) - 2


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else 0
