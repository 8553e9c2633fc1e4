"""What a client and Dovecot say, line by line, from a rawlog: no secrets, no long bodies. Pure.

Dovecot writes one for what is said before the login and another for what is said after it; each is
two files, ``DATE-TIME.PID.N.in`` for the client and ``….out`` for the server.
Source: https://doc.dovecot.org/2.4.1/core/admin/rawlog.html and what Dovecot 2.4.1 writes.
"""

import re
from collections import deque
from typing import Literal

from labctl.mail.excerpt import Excerpt
from labctl.mail.mask import HIDDEN, Mask
from labctl.mail.spoken import spoken_line
from labctl.model.dialogue import Line

_LITERAL = re.compile(r"~?\{([0-9]{1,12})\+?\}$")
_ASKS = {
    "imap": re.compile(r"\s*\S+\s+(?:LOGIN|AUTHENTICATE)\b", re.IGNORECASE),
    "pop3": re.compile(r"\s*(?:PASS|APOP|AUTH)\b", re.IGNORECASE),
}
_COMPRESS = re.compile(r"\s*\S+\s+COMPRESS\b", re.IGNORECASE)  # RFC 4978
_BODY = re.compile(r"\s*(?:RETR|TOP)\b", re.IGNORECASE)
_WORDS = re.compile(
    r"\s*(?:USER|PASS|APOP|AUTH|CAPA|STLS|STAT|LIST|UIDL|RETR|TOP|DELE|RSET|NOOP|QUIT)\b",
    re.IGNORECASE,
)
_BEFORE = ("* OK", "+OK")


class Rawlog:
    """One rawlog, fed line by line in the order of time."""

    def __init__(self) -> None:
        self.protocol: Literal["imap", "pop3", ""] = ""
        self.before_login = False
        self.over = False  # TLS or compression begins: nothing more can be read
        self._mask = Mask("imap")
        self._login = False  # until the server has said how it ended, every word may be a secret
        self._compress = False
        self._literal = {"C": 0, "S": 0}  # bytes that are still to come
        self._body: dict[str, Excerpt] = {}
        self._asked: deque[bool] = deque(maxlen=100)  # POP3: whether the answer is a message

    def feed(self, sender: Literal["C", "S"], text: str, size: int) -> list[Line]:
        """What is to be shown of one line; ``size`` is its length on the wire, in bytes."""
        if self.over or text.startswith("\\x16\\x03"):
            self.over = True
            return []
        if not self.protocol:
            self._begin(sender, text)
        body = self._body.get(sender)
        if body is not None:
            return self._more(sender, body, text, size)
        return self._client(text) if sender == "C" else self._server(text)

    def skip(self, sender: Literal["C", "S"], size: int) -> None:
        """So many bytes were left out."""
        if (body := self._body.get(sender)) is not None:
            body.skip(size)
            self._literal[sender] -= size

    def _begin(self, sender: str, text: str) -> None:
        if sender == "S":
            self.protocol = "pop3" if text.startswith(("+OK", "-ERR")) else "imap"
            logged_in = text.startswith("+OK Logged in")
            self.before_login = text.startswith(_BEFORE) and not logged_in
        else:
            self.protocol = "pop3" if _WORDS.match(text) else "imap"
        self._mask = Mask(self.protocol)

    def _more(self, sender: Literal["C", "S"], body: Excerpt, text: str, size: int) -> list[Line]:
        """A line of a message."""
        if self.protocol == "pop3":
            if text == ".":
                return [*self._end(sender, body), spoken_line(sender, text)]
            return [spoken_line(sender, text, kind="message")] if body.shows(text, size) else []
        left = self._literal[sender]
        if left <= 0:
            return [*self._end(sender, body), *self.feed(sender, text, size)]
        self._literal[sender] = left - size
        shown = (
            [spoken_line(sender, text, kind="message")] if body.shows(text, min(size, left)) else []
        )
        if size < left:
            return shown
        after = text.encode("utf-8", "replace")[left:].decode("utf-8", "replace")
        rest = self.feed(sender, after, size - left) if after.strip() else []
        return [*shown, *self._end(sender, body), *rest]

    def _end(self, sender: Literal["C", "S"], body: Excerpt) -> list[Line]:
        self._body.pop(sender, None)
        self._literal[sender] = 0
        return [spoken_line(sender, body.end, kind="message")] if body.end else []

    def _client(self, text: str) -> list[Line]:
        protocol = self.protocol or "imap"
        if self._login:
            return [spoken_line("C", text if text in ("*", "") else HIDDEN)]
        masked = self._mask.client(text)
        self._login = bool(_ASKS[protocol].match(text))
        self._compress = protocol == "imap" and bool(_COMPRESS.match(text))
        if protocol == "pop3":
            self._asked.append(bool(_BODY.match(text)))
        elif not self._login:
            self._expect("C", text)
        return [spoken_line("C", masked)]

    def _server(self, text: str) -> list[Line]:
        final = text.startswith(("+OK", "-ERR")) if self.protocol == "pop3" else _is_final(text)
        if self._login and final:
            self._login = False
        self.over = self._compress and final
        if self.protocol == "pop3":
            if final and self._asked and self._asked.popleft() and text.startswith("+OK"):
                self._body["S"] = Excerpt()
        else:
            self._expect("S", text)
        return [spoken_line("S", self._mask.server(text))]

    def _expect(self, sender: Literal["C", "S"], text: str) -> None:
        """After ``{310}``, so many bytes are no line of the dialogue."""
        if (found := _LITERAL.search(text)) and int(found[1]):
            self._literal[sender] = int(found[1])
            self._body[sender] = Excerpt()


def _is_final(text: str) -> bool:
    return not text.startswith(("*", "+"))
