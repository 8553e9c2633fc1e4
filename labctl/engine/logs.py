"""A container's log as lines with the engine's time. Pure."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from labctl.engine.values import LogLine

_SECOND = 10**9  # nanoseconds


def nanoseconds(stamp: str) -> int:
    """``2026-11-23T06:18:01.123456789Z`` as nanoseconds since the epoch (RFC 3339, UTC).

    Raises:
        ValueError: not such a stamp.
    """
    whole, _, fraction = stamp.removesuffix("Z").partition(".")
    moment = datetime.fromisoformat(whole).replace(tzinfo=UTC)
    return int(moment.timestamp()) * _SECOND + int(fraction.ljust(9, "0")[:9] or 0)


def lines_of(chunks: Iterable[bytes]) -> Iterator[LogLine]:
    """Lines from a stream whose chunks may end anywhere; what has no time is left out."""
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from filter(None, map(_line, lines))
    if rest and (last := _line(rest)):
        yield last


def not_before(lines: Iterable[LogLine], since: int) -> Iterator[LogLine]:
    """The lines from ``since`` (nanoseconds) on.

    Podman stamps whole seconds, and leaves out by itself what was logged before the moment asked.
    """
    second = since - since % _SECOND
    for line in lines:
        if line.time >= since or (line.time >= second and line.time % _SECOND == 0):
            yield line


def _line(raw: bytes) -> LogLine | None:
    stamp, _, text = raw.decode("utf-8", "replace").partition(" ")
    try:
        return LogLine(nanoseconds(stamp), text.rstrip("\r"))
    except ValueError:
        return None
