"""What is read on the wire: clear words, or TLS records, of which only the length shows.

Pure. Secrets are masked all the same. Source of the record's head: RFC 8446, section 5.1.
"""

import binascii
import re
from base64 import b64decode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal

from labctl.mail.mask import Mask, Protocol
from labctl.mail.pcap import FIN, RST, SYN, Segment

Kind = Literal["open", "text", "tls", "bytes", "close"]
Where = tuple[str, int]

_PROTOCOL: dict[int, Protocol] = {
    **dict.fromkeys((24, 25, 465, 587), "smtp"),
    **dict.fromkeys((143, 993), "imap"),
    **dict.fromkeys((110, 995), "pop3"),
}
_IMPLICIT = frozenset({465, 993, 995})
_RECORD = 5  # bytes of a record's head: type, version (2), length (2)
RECORD_TYPES = {20: "change cipher spec", 21: "alert", 22: "handshake", 23: "application data"}
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{4,}={0,2}")
_LONGEST_LINE = 65536  # without an end: then it is no text


@dataclass(frozen=True, slots=True)
class TlsRecord:
    """One record: what the wire shows of it."""

    kind: str  # of RECORD_TYPES
    size: int  # bytes of its content


@dataclass(frozen=True, slots=True)
class Heard:
    """A group of packets that say one thing, from one side to the other."""

    time: int  # nanoseconds since the epoch, of the first
    source: Where
    target: Where
    kind: Kind
    lines: tuple[str, ...] = ()  # clear text, masked
    records: tuple[TlsRecord, ...] = ()
    size: int = 0  # bytes on the wire
    exposed: tuple[tuple[str, str], ...] = ()  # whose password stands in a line, and it, masked

    def joined(self, later: "Heard") -> "Heard | None":
        """Both as one group; ``None`` when they are not of one kind and one way."""
        same = (self.source, self.target, self.kind) == (later.source, later.target, later.kind)
        if not same or self.kind in ("open", "close"):
            return None
        return replace(
            self,
            lines=self.lines + later.lines,
            records=self.records + later.records,
            size=self.size + later.size,
            exposed=self.exposed + later.exposed,
        )


@dataclass
class _Way:
    """One direction of a connection."""

    tls: bool
    expected: int | None = None  # the next byte's number
    rest: bytes = b""  # a line or a record's head that is not whole yet
    inside: int = 0  # bytes of the present record that are still to come
    closed: bool = False


@dataclass
class _Connection:
    server: Where
    mask: Mask
    ways: dict[Where, _Way] = field(default_factory=dict)  # by who speaks


class Wiretap:
    """Hears the segments of many connections, in the order of time.

    ``passwords``: of whom, and the password; it is told when one could be read, never which it is.
    """

    def __init__(self, passwords: Mapping[str, str] | None = None) -> None:
        self._passwords = dict(passwords or {})
        self._connections: dict[frozenset[Where], _Connection] = {}

    def feed(self, seen: Segment) -> list[Heard]:
        """What this segment tells; an empty one, or one that was seen before, tells nothing."""
        if seen.flags & SYN:
            return self._opened(seen)
        key = frozenset((seen.source, seen.target))
        connection = self._connections.get(key) or self._begin(seen)
        way = connection.ways[seen.source]
        heard = []
        if payload := _new(way, seen):
            heard = list(self._said(connection, way, seen, payload))
        if seen.flags & (FIN | RST) and not way.closed:
            way.closed = True
            heard.append(Heard(seen.time, seen.source, seen.target, "close"))
        if seen.flags & RST or all(one.closed for one in connection.ways.values()):
            del self._connections[key]
        return heard

    def _opened(self, seen: Segment) -> list[Heard]:
        key = frozenset((seen.source, seen.target))
        connection = self._connections.get(key)
        answer = seen.flags & 16  # ACK: the server's SYN
        if connection is None or not answer:
            again = connection is not None
            connection = self._begin(seen)
            if not answer and not again:
                connection.ways[seen.source].expected = (seen.sequence + 1) % 2**32
                return [Heard(seen.time, seen.source, seen.target, "open")]
        connection.ways[seen.source].expected = (seen.sequence + 1) % 2**32
        return []

    def _begin(self, seen: Segment) -> _Connection:
        """A connection; one that was there before us is known by its lower port."""
        server = min(seen.source, seen.target, key=lambda where: where[1])
        mask = Mask(_PROTOCOL.get(server[1], "smtp"))
        mask.learn(*self._passwords.values())
        begun = _Connection(server, mask)
        for side in (seen.source, seen.target):
            begun.ways[side] = _Way(server[1] in _IMPLICIT)
        self._connections[frozenset((seen.source, seen.target))] = begun
        return begun

    def _said(
        self, connection: _Connection, way: _Way, seen: Segment, payload: bytes
    ) -> Iterable[Heard]:
        heard = partial(Heard, seen.time, seen.source, seen.target)

        data, way.rest = way.rest + payload, b""
        if not way.tls:
            lines, data = _lines(way, data)
            if lines:
                hide = (
                    connection.mask.server
                    if seen.source == connection.server
                    else connection.mask.client
                )
                shown = tuple(hide(_readable(line)) for line in lines)
                size = sum(len(line) + 1 for line in lines)
                exposed = tuple(
                    (who, masked)
                    for line, masked in zip(lines, shown, strict=True)
                    for who, password in self._passwords.items()
                    if can_be_read(password, line)
                )
                yield heard("text", size=size, lines=shown, exposed=exposed)
        if way.tls:
            records, strange = _records(way, data)
            if strange:
                yield heard("bytes", size=strange)
            elif records or way.inside:
                yield heard("tls", size=len(payload), records=tuple(records))


def _new(way: _Way, seen: Segment) -> bytes:
    """What of a segment was not there before: some are sent twice."""
    payload = seen.payload
    if way.expected is not None:
        ahead = (seen.sequence - way.expected + 2**31) % 2**32 - 2**31
        if ahead < 0:
            payload = payload[-ahead:]
    if payload:
        way.expected = (seen.sequence + len(seen.payload)) % 2**32
    return payload


def _lines(way: _Way, data: bytes) -> tuple[list[bytes], bytes]:
    """The whole lines of clear text; then, where TLS begins, the rest."""
    lines: list[bytes] = []
    while data:
        if _is_record(data):
            way.tls = True
            return lines, data
        line, end, after = data.partition(b"\n")
        if not end and len(line) < _LONGEST_LINE:
            way.rest = data
            return lines, b""
        lines.append(line.removesuffix(b"\r"))
        data = after
    return lines, b""


def _is_record(data: bytes) -> bool:
    return data[0] in RECORD_TYPES and data[1:2] == b"\x03"


def _records(way: _Way, data: bytes) -> tuple[list[TlsRecord], int]:
    """The records that begin in ``data``; and how many bytes are none (we came in the middle)."""
    found: list[TlsRecord] = []
    while data:
        taken = min(way.inside, len(data))
        way.inside, data = way.inside - taken, data[taken:]
        if not data:
            break
        if len(data) < _RECORD:
            way.rest = data
            break
        if not _is_record(data):
            return found, len(data)
        size = int.from_bytes(data[3:5])
        found.append(TlsRecord(RECORD_TYPES[data[0]], size))
        way.inside, data = size, data[_RECORD:]
    return found, 0


def can_be_read(password: str, line: bytes) -> bool:
    """Whether a line holds a password, as it is or in base64, which hides nothing.

    AUTH PLAIN packs it behind the user's name (RFC 4616), LOGIN sends it alone.
    """
    wanted = password.encode()
    return wanted in line or any(wanted in _decoded(word) for word in _BASE64.findall(line))


def _decoded(word: bytes) -> bytes:
    try:
        return b64decode(word, validate=True)
    except binascii.Error:
        return b""


def _readable(line: bytes) -> str:
    text = line.decode("utf-8", "replace")
    return "".join(c if c.isprintable() or c == "\t" else "\N{REPLACEMENT CHARACTER}" for c in text)
