"""What is said on one connection: no secrets, no control characters, no long bodies."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from labctl.mail.excerpt import Excerpt
from labctl.model.dialogue import Line, Transcript


class Recorder:
    """Collects the lines; ``tls`` says whether those that follow go under TLS."""

    def __init__(self) -> None:
        self.tls = False
        self._lookup = False
        self._lines: list[Line] = []

    @property
    def transcript(self) -> Transcript:
        """What was said so far."""
        return tuple(self._lines)

    def record(self, sender: Literal["C", "S"], text: str) -> None:
        """Add one line to the transcript, control characters made visible."""
        kind: Literal["talk", "lookup"] = "lookup" if self._lookup else "talk"
        self._lines.append(Line(sender, visible(text), self.tls, kind=kind))

    @contextmanager
    def lookup(self) -> Iterator[None]:
        """What is said in here only finds out which messages are meant; a screen may fold it."""
        self._lookup = True
        try:
            yield
        finally:
            self._lookup = False

    def record_message(self, sender: Literal["C", "S"], message: bytes) -> None:
        """Add a message to the transcript: first lines, essentials, how long all of it is."""
        text = message.decode("utf-8", "replace").replace("\r\n", "\n")
        lines = text.removesuffix("\n").split("\n")
        excerpt = Excerpt()
        shown = [line for line in lines if excerpt.shows(line, 0)]
        if len(shown) < len(lines):
            shown.append(f"… ({len(message)} bytes)")
        kind: Literal["message", "lookup"] = "lookup" if self._lookup else "message"
        self._lines += (Line(sender, visible(line), self.tls, kind=kind) for line in shown)

    def note(self, template: str, **values: object) -> None:
        """Add to the transcript what happened to the connection itself."""
        self._lines.append(Line.note(template, tls=self.tls, **values))


def visible(text: str) -> str:
    """``text`` with its control characters written out, so that no server can drive a terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\t" else f"\\x{ord(c):02x}" for c in text)
