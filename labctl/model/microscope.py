"""What the microscope shows: one state of the whole screen, made of values."""

from dataclasses import dataclass, field
from typing import Literal

from labctl.model.lab import EndpointName
from labctl.model.maildir import Maildir, MaildirChange


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line of a dialogue, or what the log tells in its place."""

    session: str
    # said: word for word; told: out of the log; note: what happened to the connection
    kind: Literal["said", "told", "login", "queued", "tls", "ended"]
    sender: Literal["C", "S", ""]
    text: str
    seen: float  # seconds of the screen's monotonic clock
    ok: bool = True
    tls: bool = False


@dataclass(frozen=True, slots=True)
class Talk:
    """One client's session: the heading over its lines."""

    number: int  # 1, 2, 3, … in the order in which they began to speak
    service: str
    endpoint: EndpointName | Literal[""]
    account: str = ""  # who logged in
    people: frozenset[str] = frozenset()  # all addresses that it concerns
    tls: bool = False
    words: bool = False  # the dialogue is heard word for word
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Towards:
    """A recipient of a message in the queue, and how far it got."""

    address: str
    status: str  # sent, deferred, bounced, expired; empty: not tried yet
    detail: str  # what the other side said


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One message in a queue, or one that has just left it."""

    service: str
    queue_id: str
    sender: str  # empty: a bounce
    since: float  # seconds of the screen's clock
    changed: float
    towards: tuple[Towards, ...] = ()
    gone: bool = False  # it has left the queue
    size: int = 0  # bytes


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that has just changed in a Maildir."""

    change: MaildirChange
    seen: float  # seconds of the screen's clock


@dataclass(frozen=True, slots=True)
class Box:
    """An account's Maildir, and what changed in it lately."""

    maildir: Maildir
    marks: tuple[Mark, ...] = ()
    touched: float = 0.0  # seconds of the screen's clock


@dataclass(frozen=True, slots=True)
class Scope:
    """All that the screen knows."""

    talks: dict[str, Talk] = field(default_factory=dict)  # by the session's name
    transport: tuple[Spoken, ...] = ()  # Postfix's dialogues
    access: tuple[Spoken, ...] = ()  # Dovecot's dialogues
    queue: tuple[QueueRow, ...] = ()
    boxes: dict[str, Box] = field(default_factory=dict)  # by address
    events: int = 0  # taken in so far
