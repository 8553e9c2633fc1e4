"""An SMTP client that says exactly what it is told, in that order, and keeps the dialogue.

    with SmtpClient(target) as smtp:
        smtp.connect(); smtp.ehlo(); smtp.starttls(); smtp.ehlo(); smtp.auth(alice)
        smtp.mail("alice@alpha.test"); smtp.rcpt("bob@alpha.test"); smtp.data(message).queue_id

A refusal is a :class:`Reply` with its code. Nothing is done unasked: no EHLO, no STARTTLS, no QUIT.
Source: RFC 5321; STARTTLS: RFC 3207; AUTH: RFC 4954.
"""

import re
from base64 import b64encode
from dataclasses import dataclass

from labctl.mail.message import crlf
from labctl.mail.wire import Session, Target
from labctl.model.lab import Account

_REPLY = re.compile(r"([0-9]{3})(?:([ -])(.*))?$", re.DOTALL)
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?:\s|$)")
_QUEUED = re.compile(r"\bqueued as ([0-9A-Za-z]+)")
_MOST_LINES = 512  # of one reply


@dataclass(frozen=True, slots=True)
class Reply:
    """An SMTP reply: ``Reply(250, ("2.0.0 Ok: queued as 4XyZ",))``."""

    code: int
    lines: tuple[str, ...]  # without the code

    @property
    def text(self) -> str:
        """All lines as one."""
        return " ".join(self.lines)

    @property
    def ok(self) -> bool:
        """Done (2xx), or go on (3xx)."""
        return 200 <= self.code < 400

    @property
    def enhanced(self) -> str:
        """The enhanced status code, e.g. ``5.7.1``; empty when there is none (RFC 2034)."""
        found = _ENHANCED.match(self.lines[-1]) if self.lines else None
        return found[1] if found else ""

    @property
    def queue_id(self) -> str:
        """Postfix's name for the message it took; empty when it took none."""
        found = _QUEUED.search(self.text)
        return found[1] if found else ""

    @property
    def extensions(self) -> dict[str, str]:
        """What an EHLO reply offers: ``{"SIZE": "10240000", "STARTTLS": "", "AUTH": "PLAIN"}``."""
        words = (line.partition(" ") for line in self.lines[1:])
        return {name.upper(): rest for name, _, rest in words}

    def __str__(self) -> str:
        return f"{self.code} {self.text}".rstrip()


class SmtpClient(Session):
    """One SMTP connection to ``target``; ``timeout`` in seconds for each line of an answer.

    Every method raises ``MailProblem`` when the connection breaks or the server is silent.
    """

    def __init__(self, target: Target, *, timeout: float = 20.0) -> None:
        super().__init__(target, timeout, protocol="smtp")

    def connect(self) -> Reply:
        """Open the connection (465: TLS first) and read the banner."""
        self.wire.connect()
        return self._reply()

    def ehlo(self, name: str = "client.example") -> Reply:
        """Say who we are; the reply's ``extensions`` say what the server offers here and now."""
        return self.command(f"EHLO {name}")

    def starttls(self) -> Reply:
        """Ask for TLS and, if the server agrees, begin it."""
        reply = self.command("STARTTLS")
        if reply.code == 220:
            self.wire.start_tls()
        return reply

    def auth(self, account: Account) -> Reply:
        """Log in by AUTH PLAIN (RFC 4616); also where it is not offered, to see the refusal."""
        words = f"\0{account.address}\0{account.password}"
        secret = b64encode(words.encode("utf-8", "surrogateescape")).decode("ascii")
        self.wire.mask.learn(secret, account.password)
        return self.command(f"AUTH PLAIN {secret}")

    def mail(self, from_: str, size: int | None = None) -> Reply:
        """Name the envelope's sender; ``size`` in bytes (RFC 1870). An empty sender is ``<>``."""
        announced = "" if size is None else f" SIZE={size}"
        return self.command(f"MAIL FROM:<{from_}>{announced}")

    def rcpt(self, to: str) -> Reply:
        """Name one recipient of the envelope."""
        return self.command(f"RCPT TO:<{to}>")

    def data(self, message: bytes) -> Reply:
        """Send a message: its lines end in CRLF on the wire, a leading dot is doubled.

        When the server refuses DATA itself, nothing is sent and its refusal is returned.
        """
        reply = self.command("DATA")
        if reply.code != 354:
            return reply
        lines = crlf(message).removesuffix(b"\r\n").split(b"\r\n")
        stuffed = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines)
        self.wire.record_message("C", stuffed + b"\r\n")
        self.wire.record("C", ".")
        self.wire.send(stuffed + b"\r\n.\r\n")
        return self._reply()

    def rset(self) -> Reply:
        """Forget the envelope."""
        return self.command("RSET")

    def noop(self) -> Reply:
        """Do nothing; the server answers that it is there."""
        return self.command("NOOP")

    def vrfy(self, who: str) -> Reply:
        """Ask whether a mailbox exists."""
        return self.command(f"VRFY {who}")

    def command(self, text: str) -> Reply:
        """Send one line as it is and read the reply."""
        self.wire.send_line(text)
        return self._reply()

    def quit(self) -> Reply:
        """Say goodbye, read 221, close."""
        reply = self.command("QUIT")
        self.wire.close()
        return reply

    def _reply(self) -> Reply:
        lines: list[str] = []
        while len(lines) < _MOST_LINES:
            raw = self.wire.read_line()
            found = _REPLY.match(raw.decode("utf-8", "replace"))
            if not found:
                raise self.wire.not_understood(raw)
            lines.append(found[3] or "")
            if found[2] != "-":
                return Reply(int(found[1]), tuple(lines))
        raise self.wire.not_understood(raw)
