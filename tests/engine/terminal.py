"""A dialogue with a server, typed at a terminal line by line as a participant types it."""

import re
import socket
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from labctl.model.lab import Account

_ANSWERED = {
    "smtp": r"(?m)^\d{3} [^\n]*\n",
    "pop3": r"(?m)^(\+OK|-ERR)[^\n]*\n",
    "imap": r"(?m)^(a\d+ (OK|NO|BAD)|\+ )[^\n]*\n",
}
_CTRL_C = "\x03"


@dataclass
class Typed:
    """Somebody at a terminal in which a dialogue with a server is open."""

    terminal: socket.socket
    protocol: str
    shown: str = ""
    _seen: int = 0
    _tags: Iterator[int] = field(default_factory=lambda: count(1))

    def wait_for(self, pattern: str) -> str:
        """Read until something is shown that was not there before; it."""
        while not (found := re.compile(pattern).search(self.shown, self._seen)):
            more = self.terminal.recv(4096)
            assert more, f"the end came before {pattern!r}:\n{self.shown}"
            self.shown += more.decode("utf-8", "replace").replace("\r", "")
        self._seen = found.end()
        return found[0]

    def say(self, line: str, *, answer: str = "") -> str:
        """Type a line, in IMAP with a tag, and wait for the server's answer to it."""
        tag = f"a{next(self._tags)} " if self.protocol == "imap" and line != "DONE" else ""
        self.terminal.sendall(f"{tag}{line}\n".encode())
        return self.wait_for(answer or _ANSWERED[self.protocol])

    def log_in(self, who: Account) -> None:
        """As each protocol does it."""
        secret = b64encode(f"\0{who.address}\0{who.password}".encode()).decode()
        if self.protocol == "smtp":
            self.say("EHLO me.example")
            assert self.say(f"AUTH PLAIN {secret}").strip().startswith("235"), self.shown
        elif self.protocol == "imap":
            assert " OK " in self.say(f"LOGIN {who.address} {who.password}"), self.shown
        else:
            self.say(f"USER {who.address}")
            assert "+OK" in self.say(f"PASS {who.password}"), self.shown

    def message(self, subject: str = "by hand", **header: str) -> str:
        """What is typed after DATA; the server's answer to the dot."""
        lines = [f"Subject: {subject}", *(f"{k}: {v}" for k, v in header.items()), "", "text"]
        self.terminal.sendall("\n".join(lines).encode() + b"\n")
        return self.say(".")

    def letter(self, sender: str, *to: str, **header: str) -> None:
        """An envelope and a message in it, all of which is taken."""
        said = [self.say(f"MAIL FROM:<{sender}>"), *(self.say(f"RCPT TO:<{a}>") for a in to)]
        said += [self.say("DATA"), self.message(**header)]
        assert [answer[0] for answer in said] == ["2", *("2" for _ in to), "3", "2"], self.shown

    def leave(self) -> None:
        """Ctrl-C: the connection breaks, without QUIT or LOGOUT."""
        self.terminal.sendall(_CTRL_C.encode())
        self._read_to_the_end()

    def _read_to_the_end(self) -> None:
        while more := self.terminal.recv(4096):
            self.shown += more.decode("utf-8", "replace")
