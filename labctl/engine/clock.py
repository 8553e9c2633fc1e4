"""The engine's own clock, as it writes the time. Pure."""

from datetime import datetime


def read_time(stamp: str) -> datetime | None:
    """An RFC 3339 time with its zone; ``None`` for what is none.

    Go writes nanoseconds, of which Python reads six digits: ``2026-11-23T06:42:02.72386437Z``.
    """
    whole, point, rest = stamp.partition(".")
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))] if point else ""
    zone = rest[len(digits) :]
    text = f"{whole}.{digits[:6].ljust(6, '0')}{zone}" if point else stamp
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo else None
