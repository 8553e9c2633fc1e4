"""One SMTP session while a log tells of it: what is known, and what the counts at its end add."""

import re
from dataclasses import dataclass, field, replace

from labctl.mail.peer_trace import SmtpTalk, Spoken
from labctl.mail.spoken import MOST_LINES
from labctl.model.clientsession import ClientSession, Command, End, Envelope
from labctl.model.dialogue import Line
from labctl.model.lab import EndpointName

_ORDER = ("helo", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "bdat", "rset", "quit")
_CODE = {"starttls": "220", "auth": "235", "data": "250", "quit": "221"}


@dataclass(slots=True)
class Message:
    """A message that the client hands over, by its queue id."""

    queue_id: str
    at: int
    sender: str = ""
    message_id: str = ""
    recipients: list[str] = field(default_factory=list)
    queued: bool = False  # the server took it over

    def frozen(self) -> Envelope:
        """The envelope as it is known now."""
        return Envelope(
            self.at, self.sender, tuple(self.recipients), self.queue_id, self.message_id
        )


@dataclass(slots=True)
class OpenSession:
    """What the log has told of a session so far."""

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
    messages: list[Message] = field(default_factory=list)
    refusals: list[Envelope] = field(default_factory=list)
    ours: bool = False
    talk: SmtpTalk | None = None  # where Postfix logs every line, nothing has to be put together
    lines: list[Line] = field(default_factory=list)

    @property
    def told(self) -> bool:
        """Whether anything was said in it, and not by labctl itself."""
        return not self.ours and bool(
            self.commands or self.account or self.refused or self.ended or self.messages
        )

    def frozen(self) -> ClientSession:
        """The session as it is known now."""
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
            lines=tuple(self.lines),
        )

    def hear(self, at: int, spoken: Spoken) -> Line:
        """Take in a line of the dialogue itself."""
        if self.talk is None:
            self.talk = SmtpTalk()
        line, command = self.talk.feed(at, spoken, tls=self.tls)
        if len(self.lines) < MOST_LINES:
            self.lines.append(replace(line, at=at))
        if command and len(self.commands) < MOST_LINES:
            self.commands.append(command)
        return line

    def say(self, at: int, verb: str, code: str, arguments: str = "") -> None:
        """The client said it, as the log tells in other words."""
        if self.talk is None and len(self.commands) < MOST_LINES:
            self.commands.append(Command(at, verb, arguments, code[:1] in ("2", "3"), code))


def completed(one: OpenSession, counts: dict[str, str]) -> list[Command]:
    """The commands, with those that only the count at the end tells of."""
    commands = list(one.commands)
    if one.talk:
        return commands
    for verb, count in counts.items():
        if verb == "commands":
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


def _when(one: OpenSession, verb: str, number: int) -> int:
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
