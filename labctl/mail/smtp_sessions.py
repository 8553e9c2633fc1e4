"""SMTP sessions, folded from Postfix's log. Pure: fed line by line, asked at any time.

The log does not hold every command, but each one that matters leaves a trace: TLS begun, a login,
a queue id (so MAIL and RCPT were taken), a Message-ID (so DATA was), a refusal; and when the client
leaves, how often it said what. From these the commands are put together again; unless somebody
listens: then Postfix logs every line (see ``labctl.mail.peer_trace``).
"""

import re

from labctl.mail.peer_trace import Spoken, parse_spoken, tells_login
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
from labctl.mail.smtp_session import Message, OpenSession, completed
from labctl.mail.spoken import Known, Talkers
from labctl.model.clientsession import ClientSession, Envelope
from labctl.model.dialogue import Line
from labctl.model.lab import EndpointName

MOST = 1000  # sessions that are remembered; the oldest are forgotten first

_SMTPD = re.compile(r"(?:^|\s)postfix(?:/(submissions?))?/smtpd\[([0-9]+)\]: (.*)", re.DOTALL)
_REFUSED_LOGIN = re.compile(
    r"warning: \S+\[[^\]]*\]: SASL (\S+) authentication failed.*?(?:sasl_username=(\S+))?$"
)
_FROM_TO = re.compile(r"; from=<([^>]*)>(?: to=<([^>]*)>)?")
# How labctl asks whether the server is ready (see labctl/engine/ready.py): no session.
_READY = ("noop", "3")


class SmtpSessions:
    """Every SMTP session that a log tells of.

    ``servers`` are addresses whose connections are no client's: the lab's other mail servers.
    """

    def __init__(self, servers: frozenset[str] = frozenset()) -> None:
        self._servers = servers
        self._sessions: dict[str, OpenSession] = {}
        self._by_pid: dict[str, OpenSession] = {}  # each smtpd serves one client at a time
        self._by_queue_id: dict[str, tuple[OpenSession, Message]] = {}
        self._talkers = Talkers()
        self.said: tuple[Line, ...] = ()  # what the last line that was fed quotes

    def feed(self, time: int, line: str) -> str | None:
        """Take in one line of the log (``time`` in nanoseconds); the session that it tells of."""
        self.said = ()
        if spoken := parse_spoken(line):
            return self._spoken(time, spoken)
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
        one = self._by_pid.get(key := f"{endpoint}-{found[2]}")
        if one is None:
            return None
        self._told(time, one, found[3], event)
        if one.ended:
            del self._by_pid[key]
        return one.id

    def _spoken(self, time: int, spoken: Spoken) -> str | None:
        one = self._by_pid.get(f"{spoken.service or 'smtp'}-{spoken.pid}")
        if one is None or spoken.daemon != "smtpd":
            return None
        self.said = (one.hear(time, spoken),)
        if silenced := self._sessions.get(self._talkers.spoke(one.id)):
            silenced.lines.clear()
        return one.id

    def known(self, name: str) -> Known | None:
        """Whose session it is; ``None`` when it is unknown, or nothing was said in it yet."""
        one = self._sessions.get(name)
        return Known(one.id, one.endpoint, one.account) if one and (one.told or one.lines) else None

    def _told(self, time: int, one: OpenSession, text: str, event: object) -> None:
        if text.startswith("fatal: "):  # this smtpd has died, and with it the session
            one.ended, one.end = time, "dropped"
        elif user := tells_login(text):
            one.account = one.account or user
        elif refused := _REFUSED_LOGIN.match(text):
            one.refused.append(refused[2] or "")
            one.say(time, "AUTH", "535", refused[1])
        else:
            self._client(time, one, event)

    def sessions(self) -> tuple[ClientSession, ...]:
        """All sessions in which something was said, in the order in which they began."""
        return tuple(one.frozen() for one in self._sessions.values() if one.told)

    def session(self, name: str) -> ClientSession | None:
        """One session; ``None`` when it is unknown, or nothing was said in it yet."""
        one = self._sessions.get(name)
        return one.frozen() if one and one.told else None

    def _connected(self, time: int, endpoint: EndpointName, pid: str, client: str) -> str | None:
        key = f"{endpoint}-{pid}"
        self._by_pid.pop(key, None)
        if client in self._servers:
            return None
        if len(self._sessions) >= MOST:
            self._forget(next(iter(self._sessions)))
        one = OpenSession(f"{key}-{time}", endpoint, time, client)
        self._sessions[one.id] = self._by_pid[key] = one
        return one.id

    def _forget(self, name: str) -> None:
        gone = self._sessions.pop(name)
        self._by_pid = {key: one for key, one in self._by_pid.items() if one is not gone}
        for message in gone.messages:
            self._by_queue_id.pop(message.queue_id, None)

    def _client(self, time: int, one: OpenSession, event: object) -> None:
        match event:
            case TlsBegun():
                one.tls = True
                if one.endpoint != "submissions":
                    one.say(time, "STARTTLS", "220")
            case Submitted(queue_id=queue_id, sasl_username=user):
                self._login(time, one, user)
                one.say(time, "MAIL", "250")
                one.say(time, "RCPT", "250")
                one.messages.append(Message(queue_id, time))
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
                one.commands = completed(one, said)

    def _login(self, time: int, one: OpenSession, user: str) -> None:
        if user and not one.account:
            one.account = user
            one.say(time, "AUTH", "235")

    def _refused(self, time: int, one: OpenSession, stage: str, code: str, text: str) -> None:
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


def _taken_over(time: int, one: OpenSession, message: Message, sender: str) -> None:
    message.sender = sender
    if message.queued:
        return  # a deferred message comes back to the active queue
    message.queued = True
    if not one.ended:
        one.say(time, "DATA", "250")
