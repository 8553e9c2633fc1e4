"""Postfix's log, line by line, as small values. Pure.

A line may begin with syslog's time and host name or not: what counts begins at ``postfix/…[pid]:``.
Source: https://www.postfix.org/DEBUG_README.html and what Postfix 3.10 writes.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

_LINE = re.compile(r"(?:^|\s)postfix(?:/[\w-]+)*/([\w-]+)\[[0-9]+\]: (.*)", re.DOTALL)
_QUEUED = re.compile(r"([0-9A-Za-z]{5,20}|NOQUEUE): (.*)", re.DOTALL)
_CLIENT = re.compile(r"(?:dis)?connect from (\S+)\[([^\]]*)\](?::[0-9]+)?(?: (.*))?", re.DOTALL)
_DELIVERY = re.compile(
    r"to=<([^>]*)>,(?: orig_to=<[^>]*>,)? relay=([^,]*),.*? delay=([0-9.]+),.*?"
    r" dsn=([0-9.]+), status=([\w-]+)(?: \((.*)\))?",
    re.DOTALL,
)
_REJECT = re.compile(
    r"reject: (\S+) from \S+\[([^\]]*)\](?::[0-9]+)?: ([0-9]{3}) (?:([245]\.[0-9]+\.[0-9]+) )?(.*)",
    re.DOTALL,
)
_QUEUE_ACTIVE = re.compile(r"from=<([^>]*)>, size=([0-9]+), nrcpt=([0-9]+)")
_MESSAGE_ID = re.compile(r"(?:resent-)?message-id=(.*)", re.DOTALL)
_SUBMITTED = re.compile(r"client=\S+?\[([^\]]*)\](?::[0-9]+)?(.*)", re.DOTALL)
_REPORT = re.compile(r" ([0-9A-Za-z]{5,20}): sender non-delivery notification: ([0-9A-Za-z]{5,20})")
_TLS = re.compile(r"(?:\w+ )?TLS connection established from \S+\[([^\]]*)\](?::[0-9]+)?: (\S+)")


@dataclass(frozen=True, slots=True)
class Connected:
    """A client came."""

    ip: str


@dataclass(frozen=True, slots=True)
class TlsBegun:
    """A client's connection goes on under TLS."""

    ip: str
    version: str  # e.g. TLSv1.3


@dataclass(frozen=True, slots=True)
class Disconnected:
    """A client left; ``commands`` counts what it said: ``{"ehlo": "2", "auth": "0/1"}``."""

    ip: str
    commands: tuple[tuple[str, str], ...]  # name, and how often; "0/1": none of one succeeded


@dataclass(frozen=True, slots=True)
class Submitted:
    """A client began a message; it has a queue id now."""

    queue_id: str
    ip: str
    sasl_username: str  # empty: nobody logged in


@dataclass(frozen=True, slots=True)
class Identified:
    """A message in the queue, by its Message-ID."""

    queue_id: str
    message_id: str


@dataclass(frozen=True, slots=True)
class Queued:
    """A message is in the active queue."""

    queue_id: str
    sender: str
    size: int  # bytes
    recipients: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """An attempt to deliver to one recipient."""

    queue_id: str
    recipient: str
    relay: str  # e.g. 172.30.0.3[172.30.0.3]:24; "none"
    delay: float  # seconds since the message came
    dsn: str  # e.g. 2.0.0
    status: str  # sent, deferred, bounced, expired
    detail: str  # what the other side said


@dataclass(frozen=True, slots=True)
class Removed:
    """A message has left the queue."""

    queue_id: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A client was refused."""

    stage: str  # RCPT, MAIL, CONNECT, …
    ip: str
    code: int
    enhanced: str  # e.g. 5.7.1
    text: str


PostfixEvent = (
    Connected
    | TlsBegun
    | Disconnected
    | Submitted
    | Identified
    | Queued
    | Delivery
    | Removed
    | Rejected
)


def parse_line(line: str) -> PostfixEvent | None:
    """What one line of the log says; ``None`` for what a lab does not need to know."""
    found = _LINE.search(line)
    if not found:
        return None
    queued = _QUEUED.fullmatch(found[2])
    if not queued:
        return _of_client(found[2])
    if queued[1] == "NOQUEUE" or queued[2].startswith("reject: "):
        return _rejected(queued[2])
    return next((event for read in _READERS if (event := read(queued[1], queued[2]))), None)


def on_the_way(lines: Iterable[str], queue_ids: Iterable[str]) -> frozenset[str]:
    """The messages of which the log does not say yet that Postfix is done, or that they must wait.

    A message's file may be in the Maildir before Dovecot lists it to a client: delivery is over
    only when LMTP has said 250, and Postfix logs ``removed`` after that.
    """
    events = [parse_line(line) for line in lines]
    told = {
        event.queue_id
        for event in events
        if isinstance(event, Removed)
        or (isinstance(event, Delivery) and event.status == "deferred")
    }
    return frozenset(queue_ids) - told


def reports(lines: Iterable[str], queue_ids: Iterable[str]) -> frozenset[str]:
    """The queue ids of the reports by which Postfix tells senders that their messages failed."""
    found = (_REPORT.search(line) for line in lines)
    ours = frozenset(queue_ids)
    return frozenset(match[2] for match in found if match and match[1] in ours)


def _of_client(text: str) -> PostfixEvent | None:
    if tls := _TLS.match(text):
        return TlsBegun(tls[1], tls[2])
    if not (found := _CLIENT.fullmatch(text)):
        return None
    if text.startswith("connect"):
        return Connected(found[2])
    pairs = (word.partition("=") for word in (found[3] or "").split())
    return Disconnected(found[2], tuple((name, count) for name, _, count in pairs))


def _rejected(text: str) -> Rejected | None:
    found = _REJECT.fullmatch(text)
    return found and Rejected(found[1], found[2], int(found[3]), found[4] or "", found[5])


def _submitted(queue_id: str, text: str) -> Submitted | None:
    if not (found := _SUBMITTED.fullmatch(text)):
        return None
    user = re.search(r"sasl_username=([^,\s]+)", found[2])
    return Submitted(queue_id, found[1], user[1] if user else "")


def _identified(queue_id: str, text: str) -> Identified | None:
    found = _MESSAGE_ID.fullmatch(text)
    return found and Identified(queue_id, found[1].strip())


def _queued(queue_id: str, text: str) -> Queued | None:
    found = _QUEUE_ACTIVE.match(text)
    return found and Queued(queue_id, found[1], _count(found[2]), _count(found[3]))


def _delivery(queue_id: str, text: str) -> Delivery | None:
    if not (found := _DELIVERY.fullmatch(text)):
        return None
    recipient, relay, delay, dsn, status, detail = found.groups()
    seconds = float(delay) if re.fullmatch(r"[0-9]{1,12}(?:\.[0-9]{1,12})?", delay) else 0.0
    return Delivery(queue_id, recipient, relay, seconds, dsn, status, detail or "")


def _removed(queue_id: str, text: str) -> Removed | None:
    return Removed(queue_id) if text == "removed" else None


_READERS: tuple[Callable[[str, str], PostfixEvent | None], ...] = (
    _submitted,
    _identified,
    _queued,
    _delivery,
    _removed,
)


def _count(digits: str) -> int:
    return int(digits[:18])
