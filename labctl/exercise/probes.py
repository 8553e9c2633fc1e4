"""What an expectation can ask about. Data only: ``judge`` answers, from what was observed."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from labctl.exercise.base import Complaint, Count, Duration, Many, OneLine, Part, Some, Word
from labctl.model.lab import EndpointName, Service
from labctl.model.policy import ASPECTS

_FLAGS = re.compile(r"[DFPRST]*")  # https://cr.yp.to/proto/maildir.html


def _flags(value: str) -> str:
    if not _FLAGS.fullmatch(value):
        raise Complaint("Maildir flags are letters of D F P R S T")
    return value


class Counted(Part):
    """A probe that counts; without ``count`` and ``at_least`` it only measures (a table's cell)."""

    count: Count | None = None
    at_least: Count | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "Counted":
        if self.count is not None and self.at_least is not None:
            raise Complaint("count and at_least exclude each other")
        return self


class MaildirProbe(Counted):
    """This run's messages in one folder of one account, as files."""

    account: Word
    folder: OneLine = "INBOX"
    part: Literal["new", "cur"] | None = None
    flags: Annotated[str, AfterValidator(_flags)] | None = None  # "S": at least seen; "": none set
    at: Word | None = None  # an earlier look: "start", or the end of the step of that id


class MessageProbe(Counted):
    """This run's messages in one folder in which, as they lie there, one place holds all the words.

    The place is a field of that name, or without ``header`` the body. In the words ``{carol}``
    stands for an account's address.
    """

    account: Word
    folder: OneLine = "INBOX"
    header: OneLine | None = None
    times: Count | None = None  # how often the field stands there, whatever it says
    says: Many[OneLine] = ()
    shown: bool = False  # not as it lies there, but as a mail program shows it


class ReplyProbe(Part):
    """The last answer to a command (``RCPT``, ``greeting``) in a session."""

    session: Word
    to: OneLine
    code: Some[OneLine] | None = None  # 250, +OK, NO; "closed" when the connection ended instead
    enhanced: OneLine | None = None  # RFC 3463
    tls: bool | None = None


class CapabilityProbe(Part):
    """What a server said it can do, before TLS or under it."""

    session: Word
    tls: bool
    has: Some[OneLine] | None = None
    lacks: Some[OneLine] | None = None


class LineProbe(Counted):
    """Lines of a session's dialogue that hold all of these words."""

    session: Word
    by: Literal["client", "server"] = "server"
    says: Some[OneLine]
    tls: bool | None = None


class OrderProbe(Part):
    """Lines of a session that hold these words, one after the other, whoever said them."""

    session: Word
    lines: Annotated[tuple[OneLine, ...], Field(min_length=2, strict=False)]


class LogProbe(Counted):
    """Lines of a service's log in this step that hold all of these words."""

    service: Service
    of: Word | None = None  # the service of that account's site; else of the lab's first
    says: Some[OneLine]
    queued_by: Word | None = None  # only about messages that Postfix took over in this session

    @property
    def source(self) -> str:
        """Whose log: ``postfix``, or ``postfix of dora``."""
        return f"{self.service} of {self.of}" if self.of else self.service


class LoginsProbe(Counted):
    """Client sessions (IMAP, POP3) that Dovecot opened in this step: anybody's, or an account's."""

    account: Word | None = None


class QueueProbe(Counted):
    """This run's messages in Postfix's queue."""


class FilesProbe(Counted):
    """Files with this run's token in all places that a service can write to."""

    service: Service


class CopyProbe(Counted):
    """This run's messages in a local mbox, as a client saved them."""

    name: Word


class SameProbe(Part):
    """Whether two sessions were told the same ids: of messages, or of the mailbox."""

    sessions: Annotated[tuple[Word, Word], Field(strict=False)]
    of: Literal["uidl", "uidvalidity"]
    same: bool


class FewerProbe(Counted):
    """Unique ids that the first session was told (UIDL) and the second one no longer."""

    sessions: Annotated[tuple[Word, Word], Field(strict=False)]


class PortProbe(Part):
    """Whether somebody listens where an endpoint is published."""

    endpoint: EndpointName
    open: bool


class PolicyProbe(Part):
    """What a site's servers do, measured by labctl's own short sessions: see ``model.policy``."""

    of: Word | None = None  # the site of that account; else the lab's first
    outside: OneLine | None = None  # 25's answer to RCPT for somebody in no domain of the lab
    local: OneLine | None = None  # and for a user of the site, from a stranger
    starttls: Literal["offered", "missing", "mixed"] | None = None  # at 587 and 143
    implicit: Literal["open", "closed", "mixed"] | None = None  # 465 and 993
    certificate: Literal["valid", "expired", "none"] | None = None
    quota: Literal["ample", "tight"] | None = None
    delivery: Literal["open", "closed"] | None = None  # Dovecot's LMTP port
    mx: Literal["right", "wrong"] | None = None  # whether the DNS names the site's Postfix

    @property
    def asked(self) -> dict[str, str]:
        """Which aspects are asked about, and what each should be."""
        given = ((name, getattr(self, name)) for name in ASPECTS)
        return {name: value for name, value in given if value is not None}

    def key(self, aspect: str) -> str:
        """By which an observation knows it: ``mx of dora``."""
        return f"{aspect} of {self.of}" if self.of else aspect

    @model_validator(mode="after")
    def _something(self) -> "PolicyProbe":
        if not self.asked:
            raise Complaint("exactly one probe is needed here: {probes}", probes=", ".join(ASPECTS))
        return self


class WireProbe(Counted):
    """What a stranger beside a server could read there in this step; a ``capture`` must go before.

    Exactly one of: lines in the clear in which an account's ``password`` can be read (as it is, or
    in base64), lines in the clear that hold all the words of ``says``, all that is ``clear``, and
    records of TLS.
    """

    endpoint: EndpointName
    password: Word | None = None
    says: Many[OneLine] = ()
    clear: bool = False
    tls: bool = False

    @model_validator(mode="after")
    def _one_question(self) -> "WireProbe":
        if [bool(self.password), bool(self.says), self.clear, self.tls].count(True) != 1:
            raise Complaint("exactly one of password, says, clear and tls is needed here")
        return self


class Probe(Part):
    """Exactly one question, or a combination of them."""

    maildir: MaildirProbe | None = None
    message: MessageProbe | None = None
    reply: ReplyProbe | None = None
    capability: CapabilityProbe | None = None
    line: LineProbe | None = None
    order: OrderProbe | None = None
    log: LogProbe | None = None
    logins: LoginsProbe | None = None
    queue: QueueProbe | None = None
    files: FilesProbe | None = None
    copy_: CopyProbe | None = Field(default=None, alias="copy")
    same: SameProbe | None = None
    fewer: FewerProbe | None = None
    port: PortProbe | None = None
    policy: PolicyProbe | None = None
    wire: WireProbe | None = None
    all_: "Some[Probe] | None" = Field(default=None, alias="all")
    any_: "Some[Probe] | None" = Field(default=None, alias="any")
    not_: "Probe | None" = Field(default=None, alias="not")

    @model_validator(mode="after")
    def _exactly_one(self) -> "Probe":
        if len(_given(self)) != 1:
            raise Complaint("exactly one probe is needed here: {probes}", probes=", ".join(PROBES))
        return self


PROBES: dict[str, str] = {  # name in the file -> attribute
    "maildir": "maildir",
    "message": "message",
    "reply": "reply",
    "capability": "capability",
    "line": "line",
    "order": "order",
    "log": "log",
    "logins": "logins",
    "queue": "queue",
    "files": "files",
    "copy": "copy_",
    "same": "same",
    "fewer": "fewer",
    "port": "port",
    "policy": "policy",
    "wire": "wire",
    "all": "all_",
    "any": "any_",
    "not": "not_",
}


def _given(probe: Probe) -> list[tuple[str, object]]:
    values = ((name, getattr(probe, attribute)) for name, attribute in PROBES.items())
    return [(name, value) for name, value in values if value is not None]


def asked(probe: Probe) -> tuple[str, object]:
    """The one question: its name in the file, and its value."""
    return _given(probe)[0]


def leaves(probe: Probe) -> tuple[object, ...]:
    """All simple probes that a probe is made of, in order."""
    name, value = asked(probe)
    if name in ("all", "any"):
        assert isinstance(value, tuple)
        return tuple(leaf for inner in value for leaf in leaves(inner))
    return leaves(value) if isinstance(value, Probe) else (value,)


class Expectation(Probe):
    """A claim that must hold at the end of a step, or ``within`` some time of it.

    It must not hold before the step, for then it would prove nothing: `exercise lint` tries that.
    A claim that the step must *not* change something (the message is still there) says ``stays``;
    it must hold before.
    """

    id: Word
    within: Duration | None = None
    stays: bool = False
