"""One message's life: the stages that it went through, and where it stopped."""

from dataclasses import dataclass
from typing import Literal, get_args

from labctl.model.lab import EndpointName

StageName = Literal[
    "offered",  # a client wanted to hand it over
    "submitted",  # a client handed it over
    "received",  # another mail server handed it over
    "refused",  # a recipient, or the whole message, was refused in the SMTP dialogue
    "queued",  # Postfix took it over and answers for it
    "deferred",  # an attempt to deliver failed for now; Postfix tries again
    "bounced",  # it failed for good
    "reported",  # the sender is told by a message of its own (a DSN, RFC 3464)
    "relayed",  # another mail server took it over
    "new",  # its file is in new/
    "delivered",  # Dovecot confirmed it by LMTP
    "fetched",  # a mail program fetched it
    "flagged",  # its flags changed: its file is in cur/
    "copied",  # it is in another mailbox, too
    "gone",  # its file was removed
]
STAGES: tuple[StageName, ...] = get_args(StageName)  # one at a time, in this order


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a message's way."""

    name: StageName
    state: Literal["done", "waiting", "stopped"]
    at: int  # nanoseconds since the epoch, the engine's clock
    service: str  # who told it
    account: str = ""  # whom it concerns: who logged in, the recipient, whose mailbox
    endpoint: EndpointName | Literal[""] = ""
    tls: bool = False
    queue_id: str = ""
    text: str = ""  # in the protocol's words: the reply, the flags, the mailbox
    relay: str = ""  # the server that was asked
    attempts: int = 1  # of "deferred": how often it was tried
    log: str = ""  # the line that tells it


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why a message went no further, for one of its recipients."""

    stage: StageName
    account: str
    why: str  # what the server said
    log: str  # the line that explains it


@dataclass(frozen=True, slots=True)
class Life:
    """All that the logs tell of one message."""

    message_ids: tuple[str, ...]  # with < and >; none: it was refused before its header came
    queue_ids: tuple[str, ...]
    sender: str  # of the envelope; empty: a report
    recipients: tuple[str, ...]
    stages: tuple[Stage, ...]
    stopped: tuple[Stopped, ...]  # none: it went all its way
