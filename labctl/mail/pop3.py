"""A POP3 client that keeps the dialogue: RETR, DELE, and QUIT only when told.

    with Pop3Client(target) as pop3:
        pop3.connect(); pop3.login(alice); pop3.retr(1).data; pop3.dele(1); pop3.quit()

A refusal (``-ERR``) is a :class:`Pop3Reply` that is not ``ok``.
Source: RFC 1939; CAPA: RFC 2449; STLS: RFC 2595.
"""

import re
from dataclasses import dataclass

from labctl.mail.wire import Session, Target
from labctl.model.lab import Account

_CODE = re.compile(r"\[([A-Z0-9/-]+)\]")
_NUMBERS = re.compile(r"\s*([0-9]{1,18})\s+([0-9]{1,18})(?:\s|$)")
_LISTED = re.compile(r"\s*([1-9][0-9]{0,9})\s+(\S+)")
_MOST_BYTES = 1 << 28  # of one multi-line answer


@dataclass(frozen=True, slots=True)
class Pop3Reply:
    """``+OK`` or ``-ERR``, what was said after it, and the lines that followed."""

    ok: bool
    text: str  # without +OK or -ERR
    data: bytes = b""  # of a multi-line answer: dots undone, CRLF line ends, without the last dot

    @property
    def code(self) -> str:
        """The response code, e.g. ``AUTH`` or ``IN-USE`` (RFC 2449); empty when there is none."""
        found = _CODE.match(self.text)
        return found[1] if found else ""

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of a multi-line answer: of CAPA, LIST, UIDL."""
        return tuple(self.data.decode("utf-8", "replace").split("\r\n")[:-1])

    @property
    def capabilities(self) -> dict[str, str]:
        """What CAPA lists: ``{"STLS": "", "SASL": "PLAIN"}``."""
        words = (line.partition(" ") for line in self.lines)
        return {name.upper(): rest for name, _, rest in words}

    @property
    def listing(self) -> dict[int, str]:
        """Message number to size in bytes (LIST) or unique id (UIDL)."""
        found = (_LISTED.match(line) for line in self.lines or (self.text,))
        return {int(pair[1]): pair[2] for pair in found if pair}

    @property
    def stat(self) -> tuple[int, int]:
        """What STAT says: number of messages, and bytes of all; (0, 0) when it says neither."""
        found = _NUMBERS.match(self.text)
        return (int(found[1]), int(found[2])) if found else (0, 0)

    def __str__(self) -> str:
        return f"{'+OK' if self.ok else '-ERR'} {self.text}".rstrip()


class Pop3Client(Session):
    """One POP3 connection to ``target``; ``timeout`` in seconds for each line of an answer.

    Every method raises ``MailProblem`` when the connection breaks or the server is silent.
    """

    def __init__(self, target: Target, *, timeout: float = 20.0) -> None:
        super().__init__(target, timeout, protocol="pop3")

    def connect(self) -> Pop3Reply:
        """Open the connection (995: TLS first) and read the greeting."""
        self.wire.connect()
        return self._status()

    def capa(self) -> Pop3Reply:
        """Ask what the server can do here and now."""
        return self._multiline("CAPA")

    def stls(self) -> Pop3Reply:
        """Ask for TLS and, if the server agrees, begin it."""
        reply = self.command("STLS")
        if reply.ok:
            self.wire.start_tls()
        return reply

    def login(self, account: Account) -> Pop3Reply:
        """USER and PASS; the first refusal ends it."""
        self.wire.mask.learn(account.password)
        reply = self.command(f"USER {account.address}")
        return self.command(f"PASS {account.password}") if reply.ok else reply

    def stat(self) -> Pop3Reply:
        """How many messages this session sees, and their bytes."""
        return self.command("STAT")

    def list(self, number: int | None = None) -> Pop3Reply:
        """The sizes in bytes, of one message or of all."""
        return self._multiline("LIST") if number is None else self.command(f"LIST {number}")

    def uidl(self, number: int | None = None) -> Pop3Reply:
        """The unique ids, by which a client remembers what it took."""
        return self._multiline("UIDL") if number is None else self.command(f"UIDL {number}")

    def top(self, number: int, lines: int = 0) -> Pop3Reply:
        """A message's header and its first lines."""
        return self._multiline(f"TOP {number} {lines}", message=True)

    def retr(self, number: int) -> Pop3Reply:
        """A whole message, in ``data``."""
        return self._multiline(f"RETR {number}", message=True)

    def dele(self, number: int) -> Pop3Reply:
        """Mark a message for removal; it goes at QUIT, not before."""
        return self.command(f"DELE {number}")

    def rset(self) -> Pop3Reply:
        """Take all such marks back."""
        return self.command("RSET")

    def noop(self) -> Pop3Reply:
        """Do nothing; the server answers that it is there."""
        return self.command("NOOP")

    def command(self, text: str) -> Pop3Reply:
        """Send one line as it is and read one line of answer."""
        self.wire.send_line(text)
        return self._status()

    def quit(self) -> Pop3Reply:
        """Say goodbye: now the server removes what was marked (the UPDATE state); then close."""
        reply = self.command("QUIT")
        self.wire.close()
        return reply

    def _multiline(self, text: str, *, message: bool = False) -> Pop3Reply:
        reply = self.command(text)
        if not reply.ok:
            return reply
        data = bytearray()
        while (line := self.wire.read_line(shown=False)) != b".":
            data += line.removeprefix(b".") + b"\r\n"
            if len(data) > _MOST_BYTES:
                raise self.wire.not_understood(line)
        if message:
            self.wire.record_message("S", bytes(data))
        else:
            for shown in data.decode("utf-8", "replace").split("\r\n")[:-1]:
                self.wire.record("S", shown)
        self.wire.record("S", ".")
        return Pop3Reply(ok=True, text=reply.text, data=bytes(data))

    def _status(self) -> Pop3Reply:
        raw = self.wire.read_line()
        status, _, text = raw.decode("utf-8", "replace").partition(" ")
        if status not in ("+OK", "-ERR", "+"):
            raise self.wire.not_understood(raw)
        return Pop3Reply(ok=status != "-ERR", text=text)
