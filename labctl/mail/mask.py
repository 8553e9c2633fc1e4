"""Hide what nobody should read in a transcript: passwords and the words that carry them.

Pure: :class:`Mask` sees the client's lines of one connection in order, each before it is recorded.
Sources: RFC 4954 (AUTH), RFC 1939 and RFC 5034 (PASS, APOP, AUTH), RFC 9051 (LOGIN, AUTHENTICATE).
"""

import re
from base64 import b64encode
from typing import Literal

Protocol = Literal["smtp", "imap", "pop3"]

HIDDEN = "***"

# What comes before the secret is kept, the rest of the line is hidden.
_SECRETS: dict[Protocol, tuple[re.Pattern[str], ...]] = {
    "smtp": (re.compile(r"\s*AUTH\s+\S+\s+", re.IGNORECASE),),
    "pop3": (
        re.compile(r"\s*PASS\s", re.IGNORECASE),
        re.compile(r"\s*APOP\s+\S+\s+", re.IGNORECASE),
        re.compile(r"\s*AUTH\s+\S+\s+", re.IGNORECASE),
    ),
    "imap": (
        re.compile(r'\s*\S+\s+LOGIN\s+(?:"(?:[^"\\]|\\.)*"|[^\s"{]+)\s+', re.IGNORECASE),
        re.compile(r"\s*\S+\s+AUTHENTICATE\s+\S+\s+", re.IGNORECASE),
        # A LOGIN that does not parse: hide all of it.
        re.compile(r"\s*\S+\s+LOGIN\s+", re.IGNORECASE),
    ),
}
_ASKS_FOR_MORE: dict[Protocol, re.Pattern[str]] = {
    "smtp": re.compile(r"\s*AUTH\s", re.IGNORECASE),
    "pop3": re.compile(r"\s*AUTH\s", re.IGNORECASE),
    "imap": re.compile(r"\s*\S+\s+(?:AUTHENTICATE\s|LOGIN\s.*\{\d+\+?\}$)", re.IGNORECASE),
}
_MECHANISM_ALONE = re.compile(r"\s*AUTH\s+\S+\s*", re.IGNORECASE)
_GOES_ON: dict[Protocol, re.Pattern[str]] = {
    "smtp": _MECHANISM_ALONE,
    "pop3": _MECHANISM_ALONE,
    "imap": re.compile(r"\s*\S+\s+(?:AUTHENTICATE\s+\S+\s*|LOGIN\s.*)", re.IGNORECASE),
}
_CONTINUES: dict[Protocol, tuple[str, ...]] = {
    "smtp": ("334",),
    "pop3": ("+ ", "+"),
    "imap": ("+",),
}


class Mask:
    """Masks the lines of one connection; knows when the next line answers a login's challenge."""

    def __init__(self, protocol: Protocol) -> None:
        self._protocol: Protocol = protocol
        self._in_login = False
        self._answers = False  # what the client says next belongs to a login
        self._known: tuple[str, ...] = ()

    def learn(self, *secrets: str) -> None:
        """Hide these words wherever they turn up, also if a server repeats them.

        Words under four letters are left out: they would hide half of every line.
        """
        found = [
            form for secret in secrets if len(secret) > 3 for form in (secret, _base64(secret))
        ]
        # The longest first, so that no part of one stays behind when a shorter one is hidden.
        self._known = tuple(sorted({*self._known, *found}, key=len, reverse=True))

    def client(self, text: str) -> str:
        """A line of the client, as it may be shown."""
        if self._answers:
            # "*" is how a client gives up (RFC 4954, section 4; RFC 9051, section 6.2.2).
            return text if text in ("*", "") else HIDDEN
        self._in_login = bool(_ASKS_FOR_MORE[self._protocol].match(text))
        # A client may go on before the server asks: RFC 7888's {6+}, or pasted lines.
        self._answers = self._in_login and bool(_GOES_ON[self._protocol].fullmatch(text))
        for pattern in _SECRETS[self._protocol]:
            found = pattern.match(text)
            if found and not _says_nothing(text[: found.end()], text[found.end() :]):
                return text[: found.end()] + _hidden(text[found.end() :])
        return self._hide_known(text)

    def server(self, text: str) -> str:
        """A line of the server, as it may be shown."""
        starts = _CONTINUES[self._protocol]
        self._answers = self._in_login and (text.startswith(starts[0]) or text in starts)
        return self._hide_known(text)

    def _hide_known(self, text: str) -> str:
        for secret in self._known:
            text = text.replace(secret, HIDDEN)
        return text


def _says_nothing(command: str, rest: str) -> bool:
    """No secret yet: nothing follows, or AUTH's "=", an empty first answer (RFC 4954)."""
    return not rest or (rest == "=" and "AUTH" in command.upper())


def _hidden(text: str) -> str:
    """``***``; an IMAP literal's size stays out too, for it tells the length of the password."""
    return "{***}" if re.fullmatch(r"\{\d+\+?\}", text) else HIDDEN


def _base64(secret: str) -> str:
    return b64encode(secret.encode("utf-8", "surrogateescape")).decode("ascii")
