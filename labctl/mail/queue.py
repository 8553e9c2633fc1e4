"""Postfix's queue as ``postqueue -j`` prints it: one JSON object a line. Pure.

Source: https://www.postfix.org/postqueue.1.html
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from labctl.model.shown import legible


@dataclass(frozen=True, slots=True)
class Waiting:
    """A recipient that the message has not reached yet, and why."""

    address: str
    reason: str = ""  # e.g. "connect to 10.0.0.2[10.0.0.2]:24: No route to host"


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """One message on its way."""

    queue_id: str
    queue_name: str  # active, deferred, incoming, hold, maildrop
    sender: str  # empty: a bounce
    arrival: datetime  # UTC
    size: int  # bytes
    recipients: tuple[Waiting, ...] = ()
    service: str = "postfix"  # whose queue it is in


def read_queue(output: str) -> tuple[QueueEntry, ...]:
    """The entries in the order of ``postqueue -j``; a line that is no entry is passed over."""
    return tuple(entry for line in output.splitlines() if (entry := parse_entry(line)))


def parse_entry(line: str) -> QueueEntry | None:
    """One line of ``postqueue -j``; ``None`` when it is no entry."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or not isinstance(data.get("queue_id"), str):
        return None
    recipients = data.get("recipients")
    return QueueEntry(
        queue_id=_text(data, "queue_id"),
        queue_name=_text(data, "queue_name"),
        sender=_text(data, "sender"),
        arrival=_time(data.get("arrival_time")),
        size=_number(data.get("message_size")),
        recipients=tuple(
            Waiting(_text(each, "address"), _text(each, "delay_reason"))
            for each in (recipients if isinstance(recipients, list) else ())
            if isinstance(each, dict)
        ),
    )


def _text(data: Mapping[str, object], key: str) -> str:
    value = data.get(key)
    return legible(value) if isinstance(value, str) else ""


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _time(value: object) -> datetime:
    try:
        return datetime.fromtimestamp(_number(value), UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.fromtimestamp(0, UTC)
