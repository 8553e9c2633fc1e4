"""An IMAP client that says what it is told, command by command, and keeps the dialogue.

    with ImapClient(target) as imap:
        imap.connect(); imap.login(alice); imap.select("INBOX").exists
        imap.fetch("1", "(FLAGS BODY.PEEK[])").fetched[0].body; imap.logout()

A refusal (NO, BAD, BYE) is an :class:`ImapResult` that is not ``ok``.
Source: RFC 3501 and RFC 9051; IDLE: RFC 2177; MOVE: RFC 6851.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from time import monotonic

from labctl.mail import imap_syntax as syntax
from labctl.mail.imap_result import ImapResult
from labctl.mail.imap_syntax import Untagged
from labctl.mail.message import crlf
from labctl.mail.wire import ConnectionLost, NoAnswer, Session, Target
from labctl.model.lab import Account

_LITERAL = re.compile(r"\{([0-9]{1,12})\+?\}$")
_STATUS = re.compile(r"(OK|NO|BAD|PREAUTH|BYE)(?: (.*))?$", re.DOTALL | re.IGNORECASE)


class ImapClient(Session):
    """One IMAP connection to ``target``; ``timeout`` in seconds for each line or literal.

    Every method raises ``MailProblem`` when the connection breaks or the server is silent.
    """

    def __init__(self, target: Target, *, timeout: float = 20.0) -> None:
        super().__init__(target, timeout, protocol="imap")
        self._tags = 0
        self._idle = ""  # the tag of the IDLE in force
        self._came: list[Untagged] = []  # untagged answers not yet handed over

    def connect(self) -> ImapResult:
        """Open the connection (993: TLS first) and read the greeting."""
        self.wire.connect()
        text, _ = self._read()
        found = _STATUS.match(text.removeprefix("* "))
        if not text.startswith("* ") or not found:
            raise self.wire.not_understood(text.encode())
        return ImapResult(found[1].upper(), found[2] or "")

    def capability(self) -> ImapResult:
        """Ask what the server can do here and now."""
        return self.command("CAPABILITY")

    def starttls(self) -> ImapResult:
        """Ask for TLS and, if the server agrees, begin it."""
        result = self.command("STARTTLS")
        if result.ok:
            self.wire.start_tls()
        return result

    def login(self, account: Account) -> ImapResult:
        """LOGIN; also where it is disabled, to see the refusal.

        A password that is not plain ASCII goes by AUTHENTICATE PLAIN, which takes any (RFC 4616).
        """
        user, password = account.address, account.password
        self.wire.mask.learn(password)
        if f"{user}{password}".isascii() and f"{user}{password}".isprintable():
            return self.command(f"LOGIN {syntax.astring(user)} {syntax.astring(password)}")
        words = f"\0{user}\0{password}".encode("utf-8", "surrogateescape")
        return self._two_steps("AUTHENTICATE PLAIN", b64encode(words))

    def select(self, folder: str = "INBOX") -> ImapResult:
        """Open a folder: its new messages are ours now, and move from ``new/`` to ``cur/``."""
        return self.command(f"SELECT {syntax.mailbox(folder)}")

    def examine(self, folder: str = "INBOX") -> ImapResult:
        """Open a folder for reading only: nothing changes."""
        return self.command(f"EXAMINE {syntax.mailbox(folder)}")

    def status(
        self, folder: str = "INBOX", items: str = "MESSAGES UNSEEN RECENT UIDNEXT UIDVALIDITY"
    ) -> ImapResult:
        """Ask for a folder's numbers (``counts``) without opening it."""
        return self.command(f"STATUS {syntax.mailbox(folder)} ({items})")

    def fetch(self, which: str, items: str = "(FLAGS)", *, uid: bool = False) -> ImapResult:
        """Fetch data of messages, e.g. ``fetch("1:*", "(UID FLAGS BODY.PEEK[])")``: ``fetched``."""
        return self.command(f"{_UID[uid]}FETCH {which} {items}")

    def store(self, which: str, change: str, *, uid: bool = False) -> ImapResult:
        r"""Change flags, e.g. ``store("1", "+FLAGS (\\Seen)")``."""
        return self.command(f"{_UID[uid]}STORE {which} {change}")

    def expunge(self) -> ImapResult:
        r"""Remove for good what is marked ``\Deleted``."""
        return self.command("EXPUNGE")

    def copy(self, which: str, folder: str, *, uid: bool = False) -> ImapResult:
        """Copy messages into another folder."""
        return self.command(f"{_UID[uid]}COPY {which} {syntax.mailbox(folder)}")

    def move(self, which: str, folder: str, *, uid: bool = False) -> ImapResult:
        """Move messages into another folder (RFC 6851)."""
        return self.command(f"{_UID[uid]}MOVE {which} {syntax.mailbox(folder)}")

    def create(self, folder: str) -> ImapResult:
        """Make a folder, on the server."""
        return self.command(f"CREATE {syntax.mailbox(folder)}")

    def delete(self, folder: str) -> ImapResult:
        """Remove a folder."""
        return self.command(f"DELETE {syntax.mailbox(folder)}")

    def list(self, pattern: str = "*") -> ImapResult:
        """List folders: ``folders``."""
        return self.command(f'LIST "" {syntax.mailbox(pattern)}')

    def append(self, folder: str, message: bytes, flags: Iterable[str] = ()) -> ImapResult:
        r"""Put a message into a folder, e.g. the copy in Sent with ``["\\Seen"]``."""
        marks = [f"({' '.join(flags)})"] if flags else []
        literal = crlf(message)
        words = ["APPEND", syntax.mailbox(folder), *marks, f"{{{len(literal)}}}"]
        return self._two_steps(" ".join(words), literal)

    def noop(self) -> ImapResult:
        """Do nothing, and hear what happened meanwhile."""
        return self.command("NOOP")

    def close(self) -> ImapResult:
        r"""Close the folder; what is marked ``\Deleted`` is removed silently."""
        return self.command("CLOSE")

    def command(self, text: str) -> ImapResult:
        """Send one command as it is, behind our tag, and read its answers."""
        tag = self._tag()
        self.wire.send_line(f"{tag} {text}")
        return self._finish(tag)

    def logout(self) -> ImapResult:
        """Say goodbye and close."""
        result = self.command("LOGOUT")
        self.wire.close()
        return result

    def idle_start(self) -> ImapResult:
        """Ask to be told at once of what happens; ``+`` says that the server does."""
        self._idle = self._tag()
        self.wire.send_line(f"{self._idle} IDLE")
        return self._finish(self._idle, stop_at_plus=True)

    def idle_wait(
        self, want: str | Callable[[Untagged], bool] = "EXISTS", *, seconds: float = 10.0
    ) -> Untagged | None:
        """Wait for an untagged answer of that word or kind; ``None`` when none came in time."""
        deadline = monotonic() + seconds
        while (left := deadline - monotonic()) > 0:
            try:
                text, parts = self._read(timeout=left)
            except NoAnswer:
                break
            if not text.startswith("* "):
                raise self.wire.not_understood(text.encode("utf-8", "replace"))
            answer = _untagged(text, parts)
            self._came.append(answer)
            if want(answer) if callable(want) else answer.word == want.upper():
                return answer
        return None

    def idle_done(self) -> ImapResult:
        """End IDLE; the result holds all that was told meanwhile."""
        self.wire.send_line("DONE")
        return self._finish(self._idle)

    def _tag(self) -> str:
        self._tags += 1
        return f"a{self._tags}"

    def _two_steps(self, text: str, rest: bytes) -> ImapResult:
        """Send a command, and its rest once the server said ``+`` (RFC 3501, section 7.5)."""
        tag = self._tag()
        self.wire.send_line(f"{tag} {text}")
        asked = self._finish(tag, stop_at_plus=True)
        if asked.status != "+":
            return asked
        if text.startswith("AUTHENTICATE"):
            self.wire.send_line(rest.decode("ascii"))
        else:
            self.wire.record_message("C", rest)
            self.wire.send(rest + b"\r\n")
        return self._finish(tag)

    def _finish(self, tag: str, *, stop_at_plus: bool = False) -> ImapResult:
        """Read answers until the one with our tag, or until the server says BYE and leaves."""
        while True:
            try:
                text, parts = self._read()
            except (ConnectionLost, NoAnswer):
                if self._came and self._came[-1].word == "BYE":
                    return self._result("BYE", self._came[-1].text.partition(" ")[2])
                raise
            if text.startswith("* "):
                self._came.append(_untagged(text, parts))
            elif stop_at_plus and text.startswith("+"):
                return self._result("+", text[1:].strip())
            elif text.startswith(f"{tag} ") and (found := _STATUS.match(text[len(tag) + 1 :])):
                return self._result(found[1].upper(), found[2] or "")
            else:
                raise self.wire.not_understood(text.encode("utf-8", "replace"))

    def _result(self, status: str, text: str) -> ImapResult:
        came, self._came = tuple(self._came), []
        return ImapResult(status, text, came)

    def _read(self, *, timeout: float | None = None) -> tuple[str, Sequence[str | bytes]]:
        """One answer: as text, and as pieces of text (str) and literals (bytes) in turn."""
        text = ""
        parts: list[str | bytes] = []
        line = self.wire.read_line(timeout=timeout)
        while True:
            piece = line.decode("utf-8", "replace")
            text += piece
            found = _LITERAL.search(piece)
            if not found or not text.startswith("* ") or _STATUS.match(text[2:]):
                return text, (*parts, piece)
            literal = self.wire.read_exactly(int(found[1]))
            self.wire.record_message("S", literal)
            parts += [piece[: found.start()], literal]
            line = self.wire.read_line()


def _untagged(text: str, parts: Sequence[str | bytes]) -> Untagged:
    values = syntax.parse(parts)
    return Untagged(text.removeprefix("* "), values[1:] if values[:1] == ("*",) else values)


_UID = {True: "UID ", False: ""}
