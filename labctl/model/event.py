"""One thing that happened in a lab, as its servers told it."""

from dataclasses import dataclass
from typing import Literal, get_args

from labctl.model.lab import EndpointName

EventKind = Literal[
    "login",  # somebody logged in, or (not ok) was refused
    "command",  # a client's command, IMAP or POP3
    "refused",  # SMTP: a command that the server refused
    "queued",  # Postfix took a message over
    "delivery",  # an attempt to deliver: sent, deferred, bounced
    "removed",  # a message left the queue
    "stored",  # LMTP put a message into a mailbox
    "mailbox",  # done to a message or a mailbox: flag_change, expunge, copy, save, mailbox_create
    "ended",  # a client's session ended
    "said",  # one line of a session's dialogue
    "file",  # a Maildir's file was created, renamed or removed
]
EVENT_KINDS: tuple[EventKind, ...] = get_args(EventKind)


@dataclass(frozen=True, slots=True)
class Happening:
    """What was heard, in the order in which it was heard."""

    order: int  # 1, 2, 3, …: grows by one, whatever the clocks do
    at: int  # nanoseconds since the epoch, the engine's clock
    kind: EventKind
    service: str  # who told it: postfix, dovecot
    text: str  # in the protocol's words: "RETR 1", "status=sent (250 2.0.0 Saved)"; no secrets
    ok: bool = True
    account: str = ""
    endpoint: EndpointName | Literal[""] = ""
    session: str = ""
    queue_id: str = ""
    message_id: str = ""
    sender: Literal["C", "S", ""] = ""  # of "said": the client or the server
    tls: bool = False  # of "said": under TLS
    path: str = ""  # of "file": below the Maildir, "cur/…:2,S", ".Archive/new/…"; empty: removed
    was: str = ""  # of "file": the path before; empty: created
