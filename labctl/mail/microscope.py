"""The microscope's state, folded from what is heard. Pure; ``now`` is the screen's clock."""

import re
from dataclasses import replace
from typing import Literal

from labctl.mail.maildir import diff, parse_entry
from labctl.mail.queue import QueueEntry
from labctl.model.event import Happening
from labctl.model.maildir import Folder, Maildir, MaildirEntry
from labctl.model.microscope import Box, Mark, QueueRow, Scope, Spoken, Talk, Towards

MOST_LINES = 400  # of each dialogue pane; the oldest go first
MOST_TALKS = 400
MOST_ROWS = 100
FRESH = 4.0  # seconds for which a change stands out
LINGERS = 20.0  # seconds for which a message that left the queue is still shown

# What one of the lab's servers said to another is heard at both ends; the sender's is shown.
_OTHER_END = "smtpd-"
_ENVELOPE = re.compile(r"(?:MAIL FROM|RCPT TO):\s*<([^>\s]+)>", re.IGNORECASE)
_FROM = re.compile(r"from=<([^>]*)>, size=([0-9]{1,12})")
_DELIVERY = re.compile(r"to=<([^>]*)>, status=([\w-]+) \((.*)\)", re.DOTALL)
_MAILBOX = ("stored", "mailbox", "command", "login", "ended", "file")  # it may change files


def heard(scope: Scope, event: Happening, now: float) -> Scope:
    """The state after one more event."""
    scope = replace(scope, events=scope.events + 1)
    if event.session and not event.session.startswith(_OTHER_END):
        scope = _spoken(scope, event, now)
    if event.queue_id:
        scope = replace(scope, queue=_queue(scope.queue, event, now))
    if event.kind == "file" and event.account in scope.boxes:
        box = scope.boxes[event.account]
        return looked(scope, _renamed(box.maildir, event.path, event.was), now)
    return scope


def touches(event: Happening) -> str:
    """The account in whose Maildir this event may have changed something; empty: none."""
    dovecot = event.service.startswith("dovecot")
    return event.account if dovecot and event.kind in _MAILBOX else ""


def looked(scope: Scope, maildir: Maildir, now: float) -> Scope:
    """The state after a look at an account's Maildir: what differs from the last look stands out.

    At the first look nothing does.
    """
    known = scope.boxes.get(maildir.address)
    changes = diff(known.maildir, maildir) if known else ()
    marks = known.marks if known else ()
    box = Box(
        maildir,
        (*(m for m in marks if now - m.seen < FRESH), *(Mark(c, now) for c in changes)),
        now if changes else known.touched if known else 0.0,
    )
    return replace(scope, boxes={**scope.boxes, maildir.address: box})


def queued_before(scope: Scope, entries: tuple[QueueEntry, ...], now: float) -> Scope:
    """The state with what was in the queues when the watching began."""
    known = {(row.service, row.queue_id) for row in scope.queue}
    before = tuple(
        QueueRow(
            service=entry.service,
            queue_id=entry.queue_id,
            sender=entry.sender,
            since=now,
            changed=now - FRESH,
            towards=tuple(
                Towards(r.address, "deferred" if r.reason else "", r.reason)
                for r in entry.recipients
            ),
            size=entry.size,
        )
        for entry in entries
        if (entry.service, entry.queue_id) not in known
    )
    return replace(scope, queue=(*before, *scope.queue))


def concerns(talk: Talk, address: str) -> bool:
    """Whether a session is shown while ``address`` is in focus; of an unknown one it may be."""
    return not address or not talk.people or address in talk.people


def row_concerns(row: QueueRow, address: str) -> bool:
    """Whether a message in the queue is from or to ``address``."""
    if not address or not row.towards:  # to whom it goes is not known yet
        return True
    return row.sender == address or any(t.address == address for t in row.towards)


def _spoken(scope: Scope, event: Happening, now: float) -> Scope:
    before = scope.talks.get(event.session)
    numbers = [talk.number for talk in scope.talks.values()]
    talk = before or Talk(max(numbers, default=0) + 1, event.service, event.endpoint)
    again = event.kind == "queued" and any(r.queue_id == event.queue_id for r in scope.queue)
    lines = () if again else _lines(talk, event, now)
    spoken = scope.transport if event.service.startswith("postfix") else scope.access
    old = _superseded(spoken, event)
    if talk.ended and lines:  # the log was quicker than the words: the end stays last
        ends = tuple(x for x in old if x.session == event.session and x.kind == "ended")
        old = tuple(x for x in old if x not in ends)
        lines = (*lines, *ends)
    talk = _known(talk, event)
    kept = list(scope.talks.items())[-MOST_TALKS:] if not before else list(scope.talks.items())
    scope = replace(scope, talks={**dict(kept), event.session: talk})
    if event.service.startswith("postfix"):
        return replace(scope, transport=(*old, *lines)[-MOST_LINES:])
    return replace(scope, access=(*old, *lines)[-MOST_LINES:])


def _known(talk: Talk, event: Happening) -> Talk:
    people = {event.account} if event.account else set()
    if event.kind == "said" and event.sender == "C":
        people |= {address.lower() for address in _ENVELOPE.findall(event.text)}
    logged_in = event.kind == "login" and event.ok
    return replace(
        talk,
        endpoint=talk.endpoint or event.endpoint,
        account=talk.account or (event.account if logged_in else ""),
        people=talk.people | people,
        tls=talk.tls or event.tls,
        words=talk.words or event.kind == "said",
        ended=talk.ended or event.kind == "ended",
    )


def _superseded(lines: tuple[Spoken, ...], event: Happening) -> tuple[Spoken, ...]:
    """What the log told of a session, once its own words are heard."""
    if event.kind != "said":
        return lines
    return tuple(x for x in lines if x.kind != "told" or x.session != event.session)


def _lines(talk: Talk, event: Happening, now: float) -> tuple[Spoken, ...]:
    def line(
        kind: Literal["said", "told", "login", "queued", "tls", "ended"],
        sender: Literal["C", "S", ""] = "",
        text: str = event.text,
    ) -> Spoken:
        return Spoken(event.session, kind, sender, text, now, event.ok, event.tls or talk.tls)

    match event.kind:
        case "said":
            began = event.tls and not talk.tls and talk.words
            return (*([line("tls", text="")] if began else []), line("said", event.sender))
        case "command" if not talk.words:
            return (line("told", "C"),)
        case "refused" if not talk.words:
            return (line("told", "S"),)
        case "login" if not (talk.words and event.service.startswith("postfix")):
            return (line("login", text=event.account),)
        case "queued" if not talk.words:
            return (line("queued", text=event.queue_id),)
        case "ended":
            return (line("ended", text="" if talk.words and event.ok else event.text),)
    return ()


def _queue(rows: tuple[QueueRow, ...], event: Happening, now: float) -> tuple[QueueRow, ...]:
    rows = tuple(r for r in rows if not r.gone or now - r.changed < LINGERS)[-MOST_ROWS:]
    place = next(
        (
            n
            for n, row in enumerate(rows)
            if (row.service, row.queue_id) == (event.service, event.queue_id)
        ),
        None,
    )
    if place is None:
        new = QueueRow(event.service, event.queue_id, "", now, now)
        return (*rows, _moved(new, event, now)) if event.kind == "queued" else rows
    return (*rows[:place], _moved(rows[place], event, now), *rows[place + 1 :])


def _moved(row: QueueRow, event: Happening, now: float) -> QueueRow:
    if event.kind == "queued" and (found := _FROM.match(event.text)):
        return replace(row, sender=found[1], size=int(found[2]))
    if event.kind == "delivery" and (found := _DELIVERY.fullmatch(event.text)):
        others = tuple(t for t in row.towards if t.address != found[1])
        towards = Towards(found[1], found[2], found[3])
        changed = row.changed if towards in row.towards else now
        return replace(row, towards=(*others, towards), changed=changed)
    if event.kind == "removed":
        return replace(row, gone=True, changed=now)
    return row


def _renamed(maildir: Maildir, path: str, was: str) -> Maildir:
    """The Maildir after one file came, went or got another name; what is in it stays known."""
    old, new = parse_entry(was), parse_entry(path)
    folders = {folder.name: list(folder.entries) for folder in maildir.folders}
    entry = MaildirEntry("new", "", "", 0)
    if old:
        for known in folders.get(old.folder, []):
            entry = known if (known.part, known.file) == (old.part, old.file) else entry
        kept = [e for e in folders.get(old.folder, []) if (e.part, e.file) != (old.part, old.file)]
        folders[old.folder] = kept
    if new:
        there = folders.setdefault(new.folder, [])
        if not any((e.part, e.file) == (new.part, new.file) for e in there):
            there.append(replace(entry, part=new.part, file=new.file, flags=new.flags))
    return Maildir(
        maildir.address, tuple(Folder(name, tuple(found)) for name, found in folders.items())
    )
