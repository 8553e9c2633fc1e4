"""What a server answered to which command, and what it offered: read from a dialogue. Pure."""

import re
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable

from labctl.model.dialogue import Line
from labctl.model.observation import Answer, Capabilities, Protocol

_SMTP = re.compile(r"([0-9]{3})([ -]|$)(.*)")
_ENHANCED = re.compile(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})(?: |$)")
_CAPABILITY = re.compile(r"(?:\* |.*\[)CAPABILITY ([^\]]*)", re.IGNORECASE)
_LOGGED_IN = "Logged in"


def read_answers(
    protocol: Protocol, lines: Iterable[Line]
) -> tuple[tuple[Answer, ...], tuple[Capabilities, ...]]:
    """The answers in their order, and each list of what the server can do.

    Of a message that was sent the answer is that to ``.``; of a login that nobody was shown, that
    to ``LOGIN``.
    """
    readers: dict[Protocol, Callable[[], _Reader]]
    readers = {"smtp": _Smtp, "imap": _Imap, "pop3": _Pop3}
    reader = readers[protocol]()
    for line in lines:
        if line.sender == "-" or line.kind == "message":
            continue
        if line.sender == "C":
            reader.client(line)
        else:
            reader.server(line)
    return tuple(reader.answers), tuple(reader.offers)


class _Reader(ABC):
    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.offers: list[Capabilities] = []
        self.asked: deque[str] = deque(["greeting"])  # and not answered yet

    def heard(self, code: str, line: Line, text: str, *, to: str = "") -> None:
        if not to:
            to = self.asked.popleft() if self.asked else ""
        found = _ENHANCED.match(text)
        if to:
            self.answers.append(Answer(to, code, found[1] if found else "", text, line.tls))

    @abstractmethod
    def client(self, line: Line) -> None:
        """A line of the client's."""

    @abstractmethod
    def server(self, line: Line) -> None:
        """A line of the server's."""


class _Smtp(_Reader):
    def __init__(self) -> None:
        super().__init__()
        self._names: list[str] = []
        self._more = False  # this is not the first line of an answer
        self._login = False

    def client(self, line: Line) -> None:
        if self._login:
            return  # it answers a challenge
        name, space, rest = line.text.strip().partition(" ")
        self.asked.append(f"{name.upper()}{space}{rest}")
        self._login = name.upper() == "AUTH"

    def server(self, line: Line) -> None:
        found = _SMTP.match(line.text)
        if not found:
            return
        code, going_on, text = found[1], found[2] == "-", found[3]
        if self._more:
            self._names.append(text.partition(" ")[0].upper())
        self._more = going_on
        if going_on or code == "334":
            return
        to = self.asked[0] if self.asked else ""
        if to.startswith("EHLO") and code == "250":
            self.offers.append(Capabilities(tuple(self._names), line.tls))
        self._names = []
        self._login = self._login and not to.startswith("AUTH")
        self.heard(code, line, text)
        if code == "354":
            self.asked.appendleft(".")


class _Pop3(_Reader):
    def __init__(self) -> None:
        super().__init__()
        self._names: list[str] | None = None  # while CAPA is answered

    def client(self, line: Line) -> None:
        name, space, rest = line.text.strip().partition(" ")
        self.asked.append(f"{name.upper()}{space}{rest}")

    def server(self, line: Line) -> None:
        if self._names is not None:
            if line.text == ".":
                self.offers.append(Capabilities(tuple(self._names), line.tls))
                self._names = None
            else:
                self._names.append(line.text.partition(" ")[0].upper())
            return
        if not line.text.startswith(("+OK", "-ERR")):
            return
        code, _, text = line.text.partition(" ")
        if text.startswith(_LOGGED_IN):
            self.asked.clear()
            self.heard(code, line, text, to="LOGIN")
            return
        if code == "+OK" and self.asked and self.asked[0] == "CAPA":
            self._names = []
        self.heard(code, line, text)


class _Imap(_Reader):
    def __init__(self) -> None:
        super().__init__()
        self._tags: dict[str, str] = {}
        self._idles = False

    def client(self, line: Line) -> None:
        if line.text.upper() == "DONE":
            return
        tag, _, command = line.text.strip().partition(" ")
        if command and len(self._tags) < 1000:
            self._tags[tag] = command
            self._idles = command.upper() == "IDLE"

    def server(self, line: Line) -> None:
        if found := _CAPABILITY.match(line.text):
            self.offers.append(Capabilities(tuple(found[1].split()), line.tls))
        word, _, rest = line.text.partition(" ")
        if word == "*":
            if self.asked and rest.partition(" ")[0] in ("OK", "BYE"):
                self.heard(rest.partition(" ")[0], line, rest.partition(" ")[2])
            self.asked.clear()
            return
        if word == "+":
            if self._idles:
                self.heard("+", line, rest, to="IDLE")
            return
        status, _, text = rest.partition(" ")
        command = self._tags.pop(word, "")
        if not command and text.rpartition("] ")[2].startswith(_LOGGED_IN):
            command = "LOGIN"
        if command:
            to = "DONE" if command.upper() == "IDLE" else command
            self.heard(status, line, text, to=to)
