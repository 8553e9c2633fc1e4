"""The words on the wire: who said what, in the clear or under TLS."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a dialogue, without its CRLF, secrets masked, control characters made visible.

    ``sender`` is ``C`` for the client, ``S`` for the server, ``-`` for a note (connected, TLS
    began, connection dropped). A note's ``text`` is English; by ``template`` and ``values`` the
    screen says it in the reader's language: ``tr(line.template, **line.values)``. ``kind`` lets a
    screen fold what is long (a line of a message) or besides the point (labctl's own lookup).
    """

    sender: Literal["C", "S", "-"]
    text: str
    tls: bool
    template: str = field(default="", compare=False)
    values: dict[str, object] = field(default_factory=dict, compare=False)
    kind: Literal["talk", "message", "lookup"] = field(default="talk", compare=False)
    at: int = field(default=0, compare=False)  # nanoseconds since the epoch; 0: not known

    @classmethod
    def note(cls, template: str, *, tls: bool, **values: object) -> "Line":
        """What happened to the connection, between the lines."""
        return cls("-", template.format(**values), tls, template, values)


Transcript = tuple[Line, ...]


def transcript_json(lines: Iterable[Line]) -> list[dict[str, object]]:
    """What client and server said, as plain data; notes on the connection are left out."""
    return [{"from": x.sender, "line": x.text, "tls": x.tls} for x in lines if x.sender != "-"]
