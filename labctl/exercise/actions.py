"""What labctl does itself when an exercise runs as a demo. Data only.

In ``commands`` what begins with a capital goes over the wire (``RCPT``, ``SELECT INBOX``); what
begins with a small letter the client does by itself: ``find``, ``wait EXISTS``, ``drop``.
"""

from re import fullmatch
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from labctl.exercise.base import Complaint, OneLine, Part, Some, Word
from labctl.model.lab import Service
from labctl.model.profile import ProfileName

SmtpEndpoint = Literal["smtp", "submission", "submissions"]
ImapEndpoint = Literal["imap", "imaps"]
Pop3Endpoint = Literal["pop3", "pop3s"]


def _own_words(commands: tuple[str, ...], *known: str) -> None:
    """What a client is to do by itself, it must know how to do."""
    for command in commands:
        word = command.split(" ")[0]
        if word.islower() and not any(fullmatch(pattern, command) for pattern in known):
            raise Complaint(
                "a client does not know how to {command}: by itself it can {known}",
                command=command,
                known=", ".join(pattern.replace("[A-Z]+", "EXISTS") for pattern in known),
            )


class Again(Part):
    """This run's first message in an inbox, as it lies there, but for a word of it."""

    of: Word  # whose inbox
    word: OneLine
    by: OneLine  # what stands in the word's place


class MessageText(Part):
    """What DATA carries. Who gets it is not said here: that is the envelope's affair."""

    author: Word | None = Field(default=None, alias="from")  # in the header; else the envelope's
    to: Some[Word] | None = None  # in the header; without it, the envelope's recipients
    bare: bool = False  # as typed by hand: Subject, an empty line, the body
    subject: OneLine | None = None
    body: OneLine = "This message belongs to an exercise of labctl."
    encoding: Literal["7bit", "quoted-printable", "base64"] | None = None  # of the body
    attach: OneLine | None = None  # the name of a picture that travels with it (PNG)
    again: Again | None = None  # in place of all this, one that lies there already


class Smtp(Part):
    """An SMTP session. EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, QUIT are filled in.

    After a refused MAIL, RCPT, DATA or AUTH the client goes on with QUIT, as a polite one does.
    """

    session: Word = "smtp"
    endpoint: SmtpEndpoint
    tls: Literal["none"] | None = None  # speak in the clear where TLS comes first
    login: Word | None = None
    sender: Word = Field(default="stranger", alias="from")
    to: Some[Word]
    message: MessageText = MessageText()
    commands: Some[OneLine]

    @model_validator(mode="after")
    def _known(self) -> "Smtp":
        _own_words(self.commands, "drop")
        return self


class Imap(Part):
    r"""An IMAP session; it stays open from step to step until LOGOUT or ``drop``.

    LOGIN and STARTTLS are filled in; ``{m1}`` is the UID of this run's first message, once a
    ``UID SEARCH`` has found it; ``wait EXISTS``, while IDLE is on, reads until the server says so.
    What ``APPEND Sent (\Seen)`` files is filled in: the message that this run sent last, or else
    one that is still being written, to the account's owner or ``to`` somebody.
    """

    session: Word = "imap"
    account: Word
    to: Word | None = None
    endpoint: ImapEndpoint
    commands: Some[OneLine]

    @model_validator(mode="after")
    def _known(self) -> "Imap":
        _own_words(self.commands, "wait [A-Z]+", "drop")
        return self


class Pop3(Part):
    """A POP3 session. LOGIN (USER and PASS) and STLS are filled in.

    ``find`` numbers this run's messages, and ``{m1}`` is the first of them: STAT says how many
    there are; only where a participant's own mail lies among them, TOP tells which. What RETR
    brings is saved in the local mbox ``copy``. ``take`` does as a client that leaves messages on
    the server: UIDL, then RETR of this run's that its own ``memory`` does not know, and remembers.
    """

    session: Word = "pop3"
    account: Word
    endpoint: Pop3Endpoint
    commands: Some[OneLine]
    copy_: Word | None = Field(default=None, alias="copy")
    memory: Word | None = None  # unique ids that a client keeps from one session to the next

    @model_validator(mode="after")
    def _known(self) -> "Pop3":
        _own_words(self.commands, "find", "take", "drop")
        return self


class ServiceAct(Part):
    """Stop or start a server; at the end of the run every stopped one is started again."""

    stop: Service | None = None
    start: Service | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "ServiceAct":
        if (self.stop is None) == (self.start is None):
            raise Complaint("exactly one of stop and start is needed here")
        return self


class Sentinel(Part):
    """One more message, and a wait until it is in the Maildir.

    Whatever should have happened before it has happened by then: this is how a claim that something
    did *not* happen is proved without waiting in vain. Sentinels are not counted by probes.
    """

    to: Word


class Flush(Part):
    """Ask Postfix to try all waiting messages again now."""


class Forget(Part):
    """Dovecot loses what it keeps about an INBOX beside the messages: its index, its list of UIDs.

    This is what is left after a restore of the message files alone. The messages stay.
    """

    account: Word


class Capture(Part):
    """Listen beside a server, as anybody on the way could, until the run is over.

    What listens already goes on; `wire` asks what could be read.
    """

    beside: Service


class Expire(Part):
    """This run's waiting messages have waited as long as Postfix lets them: it gives up on them."""


def _named(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


class Switch(Part):
    """Switch the lab to a profile, as ``labctl profile NAME`` does: ``profile: NAME``."""

    name: ProfileName


class Action(Part):
    """Exactly one thing to do."""

    smtp: Smtp | None = None
    imap: Imap | None = None
    pop3: Pop3 | None = None
    service: ServiceAct | None = None
    sentinel: Sentinel | None = None
    flush: Flush | None = None
    forget: Forget | None = None
    expire: Expire | None = None
    capture: Capture | None = None
    profile: Annotated[Switch, BeforeValidator(_named)] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> "Action":
        if len(_given(self)) != 1:
            raise Complaint(
                "exactly one action is needed here: {actions}", actions=", ".join(ACTIONS)
            )
        return self


ACTIONS = (
    *("smtp", "imap", "pop3", "service", "sentinel", "flush", "forget", "expire"),
    *("capture", "profile"),
)
Deed = Smtp | Imap | Pop3 | ServiceAct | Sentinel | Flush | Forget | Expire | Capture | Switch


def _given(action: Action) -> list[Deed]:
    values = (getattr(action, name) for name in ACTIONS)
    return [value for value in values if value is not None]


def deed(action: Action) -> Deed:
    """The one thing to do."""
    return _given(action)[0]


class Deliver(Part):
    """Messages that are in a box before the exercise begins."""

    to: Word
    count: Annotated[int, Field(ge=1, le=100)] = 1


class Fixture(Part):
    """The state an exercise begins with. Nothing of the participant's own mail is touched."""

    deliver: Annotated[tuple[Deliver, ...], Field(strict=False)] = ()
    # Boxes that must be empty before it: where own mail would count, as it does for a quota.
    empty: Annotated[tuple[Word, ...], Field(strict=False)] = ()
