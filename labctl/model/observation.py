"""What was seen while an exercise ran: sessions, files, queue, logs. Nothing is judged here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from labctl.model.dialogue import Transcript
from labctl.model.lab import EndpointName
from labctl.model.maildir import Maildir
from labctl.model.stored import Stored

Protocol = Literal["smtp", "imap", "pop3"]


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer to one command."""

    to: str  # the command as it was said, secrets masked; "greeting" for the first words
    code: str  # 250, +OK, NO; empty when the connection ended instead
    enhanced: str = ""  # RFC 3463: 5.7.1
    text: str = ""
    tls: bool = False


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a server said it can do, in the clear or under TLS."""

    names: tuple[str, ...]
    tls: bool


@dataclass(frozen=True, slots=True)
class Session:
    """One dialogue between one client and one server, so far."""

    name: str
    protocol: Protocol
    endpoint: EndpointName
    port: int
    lines: Transcript = ()
    answers: tuple[Answer, ...] = ()
    capabilities: tuple[Capabilities, ...] = ()
    queue_ids: tuple[str, ...] = ()  # what Postfix called the messages it took over


@dataclass(frozen=True, slots=True)
class Overheard:
    """What a stranger beside a server could read at one endpoint."""

    lines: tuple[str, ...] = ()  # in the clear; secrets masked
    exposed: tuple[tuple[str, str], ...] = ()  # address whose password stands in a line, and it
    records: int = 0  # of TLS, of which nothing but the length shows

    def with_more(self, later: "Overheard") -> "Overheard":
        """Both, one after the other."""
        return Overheard(
            self.lines + later.lines, self.exposed + later.exposed, self.records + later.records
        )


@dataclass(frozen=True, slots=True)
class Observation:
    """Everything an expectation may ask about, at one moment.

    Maildirs hold only the messages of this run, known by their token: what else is in a
    participant's boxes neither helps nor harms.
    """

    accounts: Mapping[str, str]  # the exercise's name (alice) -> address
    maildirs: tuple[Maildir, ...] = ()
    looks: Mapping[str, tuple[Maildir, ...]] = field(default_factory=dict)  # earlier moments
    sessions: Mapping[str, Session] = field(default_factory=dict)
    logs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # service -> this step's
    logins: tuple[str, ...] = ()  # client sessions that Dovecot opened in this step
    queue: tuple[str, ...] = ()  # queue ids of this run's messages
    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # service -> with the token
    stored: Mapping[str, tuple[Stored, ...]] = field(default_factory=dict)  # address -> files, read
    copies: Mapping[str, int] = field(default_factory=dict)  # local mbox -> messages of this run
    policy: Mapping[str, str] = field(default_factory=dict)  # "mx of dora" -> right
    ports: Mapping[str, bool] = field(default_factory=dict)  # endpoint -> takes connections
    wire: Mapping[str, Overheard] = field(default_factory=dict)  # endpoint -> in this step

    def maildir(self, account: str, look: str = "") -> Maildir:
        """An account's Maildir now, or at an earlier look (``start``, or a step's id)."""
        address = self.accounts.get(account, account)
        boxes = self.looks.get(look, ()) if look else self.maildirs
        return next((box for box in boxes if box.address == address), Maildir(address))
