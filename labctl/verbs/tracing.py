"""One message's life, told by the servers' logs and by the Maildirs' files."""

from dataclasses import dataclass, replace

from labctl.engine.protocol import Engine
from labctl.errors import NotFound
from labctl.mail.life import life, message_ids
from labctl.mail.life_stages import Logged
from labctl.model.event import Happening
from labctl.model.lab import LabSpec
from labctl.model.life import Life, Stage, Stopped
from labctl.model.maildir import MaildirEntry
from labctl.verbs.labs import spec_of
from labctl.verbs.mailbox import maildir_of
from labctl.verbs.sensing import client_sessions, heard_so_far, services_of

LAST = "last"  # stands for the newest message
_RECENT = 2000  # lines of a log in which the shell's completion looks


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that holds the message now."""

    account: str
    folder: str
    entry: MaildirEntry


@dataclass(frozen=True, slots=True)
class Trace:
    """What became of one message, in the order of time."""

    message_id: str  # empty: it was refused before the server read its header
    sender: str  # of the envelope; empty: it is a report
    recipients: tuple[str, ...]
    queue_ids: tuple[str, ...]
    stages: tuple[Stage, ...]
    stopped: tuple[Stopped, ...]  # none: it went all its way
    files: tuple[Kept, ...]
    events: tuple[Happening, ...]
    sites: dict[str, str]  # service -> domain, in a lab of several sites


def trace(engine: Engine, lab: str, given: str = LAST) -> Trace:
    """The life of the message with this Message-ID (with or without ``<>``) or queue id.

    ``last``: of the newest one, were it refused at once.

    Raises:
        NoSuchLab: there is none.
        NotFound: no log tells of such a message.
    """
    spec = spec_of(engine, lab)
    lines = [
        Logged(line.time, service, line.text)
        for service in services_of(engine, lab)
        for line in engine.logs(lab, service)
    ]
    found = life(lines, client_sessions(engine, spec, 0), None if given == LAST else given)
    if found is None:
        raise _unknown(lab, given)
    events, _ = heard_so_far(engine, spec)
    mine = [
        e
        for e in events
        if e.queue_id in found.queue_ids or (e.message_id and e.message_id in found.message_ids)
    ]
    mine.sort(key=lambda event: event.at)
    return Trace(
        message_id=min(found.message_ids, default=""),
        sender=found.sender,
        recipients=found.recipients,
        queue_ids=found.queue_ids,
        stages=found.stages,
        stopped=found.stopped,
        files=_files(engine, spec, found),
        events=tuple(replace(event, order=n) for n, event in enumerate(mine, start=1)),
        sites={n: d for n, _, d in spec.services if d} if len(spec.sites) > 1 else {},
    )


def known_messages(engine: Engine, lab: str) -> tuple[str, ...]:
    """The Message-IDs of the newest messages, without ``<`` and ``>``; the newest first."""
    lines = [
        line
        for service in services_of(engine, lab)
        if service.startswith("postfix")
        for line in engine.logs(lab, service, tail=_RECENT)
    ]
    return message_ids(line.text for line in sorted(lines, key=lambda line: line.time))


def _files(engine: Engine, spec: LabSpec, found: Life) -> tuple[Kept, ...]:
    """In the Maildirs of all whom the logs name."""
    whose = {*found.recipients, *(stage.account for stage in found.stages)}
    return tuple(
        Kept(account.address, folder.name, entry)
        for account in spec.accounts
        if found.message_ids and account.address in whose
        for folder in maildir_of(
            engine, spec.name, account, spec.service("dovecot", account.domain)
        ).folders
        for entry in folder.entries
        if entry.message_id in found.message_ids
    )


def _unknown(lab: str, given: str) -> NotFound:
    if given == LAST:
        return NotFound(
            "the lab {lab} has had no message yet", remedy="send one: labctl send", lab=lab
        )
    return NotFound(
        "the lab {lab} knows no message {given}",
        remedy="the newest message, also a refused one: labctl trace; all: labctl logs postfix",
        lab=lab,
        given=ascii(given[:80]),
    )
