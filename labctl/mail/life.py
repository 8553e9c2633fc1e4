"""One message's life, put together from the lines of all servers' logs. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from labctl.mail.dovecot_events import CommandDone, parse_event
from labctl.mail.dovecot_log import DovecotEvent, MailEvent, Saved
from labctl.mail.dovecot_log import parse_line as dovecot_line
from labctl.mail.life_stages import Logged, Read, Stages, handed_over, refused
from labctl.mail.postfix_log import (
    Delivery,
    Identified,
    PostfixEvent,
    Queued,
    Submitted,
    reports,
)
from labctl.mail.postfix_log import parse_line as postfix_line
from labctl.model.clientsession import ClientSession, Envelope
from labctl.model.life import STAGES, Life, Stage, Stopped

_TRIED = ("relayed", "delivered", "deferred", "bounced")


def life(
    lines: Iterable[Logged], sessions: Sequence[ClientSession], wanted: str | None
) -> Life | None:
    """The life of the message with that Message-ID (with or without ``<>``) or queue id.

    Nothing wanted: of the newest message that a client handed over, or tried to. ``None``: the
    logs tell of no such message.
    """
    all_logs = _AllLogs(sorted(lines, key=lambda line: line.at), sessions)
    if wanted is None:
        return all_logs.newest()
    names = all_logs.named({f"<{wanted.strip('<>')}>", wanted})
    return all_logs.life(names) if names else None


def message_ids(lines: Iterable[str]) -> tuple[str, ...]:
    """Every message of a Postfix's log, the newest first, without ``<`` and ``>``."""
    known = (event for line in lines if isinstance(event := postfix_line(line), Identified))
    return tuple(reversed(dict.fromkeys(event.message_id.strip("<>") for event in known)))


def _event(line: Logged) -> PostfixEvent | DovecotEvent | CommandDone | None:
    if line.service.startswith("postfix"):
        return postfix_line(line.text)
    exported = parse_event(line.text)
    return exported if isinstance(exported, CommandDone) else dovecot_line(line.text)


@dataclass
class _AllLogs:
    """What all servers logged, read once."""

    lines: Sequence[Logged]
    sessions: Sequence[ClientSession]

    def __post_init__(self) -> None:
        self.read = [Read(line, event) for line in self.lines if (event := _event(line))]
        self.known = [r.event for r in self.read if isinstance(r.event, Identified)]

    def named(self, wanted: set[str]) -> set[str]:
        """The Message-IDs of what has one of these names or queue ids."""
        return {k.message_id for k in self.known if {k.queue_id, k.message_id} & wanted}

    def reports(self, queue_ids: Iterable[str]) -> frozenset[str]:
        """The queue ids of the reports that these messages failed."""
        return reports((line.text for line in self.lines), queue_ids)

    def newest(self) -> Life | None:
        """Of the newest message that is no report; one that was refused at once counts too."""
        told = self.reports(k.queue_id for k in self.known)
        handed = [
            (r.line.at, r.event.message_id)
            for r in self.read
            if isinstance(r.event, Identified) and r.event.queue_id not in told
        ]
        at, name = handed[-1] if handed else (0, "")
        for session in reversed(self.sessions):
            late = [e for e in session.envelopes if not e.queue_id and e.at > at]
            if late and not any(e.queue_id for e in session.envelopes):
                return self._never_taken(session, late)
        return self.life({name}) if handed else None

    def life(self, names: set[str]) -> Life:
        """The life of the message that has these Message-IDs."""
        ids = tuple(dict.fromkeys(k.queue_id for k in self.known if k.message_id in names))
        mine = [r for r in self.read if _of(r.event, ids, names)]
        stages = Stages(self.sessions)
        for one in mine:
            stages.add(one)
        found = _in_order([*stages.found, *self._refusals(ids), *self._reported(ids)])
        to = [s.account for s in found if s.name in (*_TRIED, "refused")]
        return Life(
            message_ids=tuple(sorted(names)),
            queue_ids=ids,
            sender=next((r.event.sender for r in mine if isinstance(r.event, Queued)), ""),
            recipients=tuple(dict.fromkeys(to)),
            stages=tuple(found),
            stopped=_stopped(found),
        )

    def _never_taken(self, session: ClientSession, late: Sequence[Envelope]) -> Life:
        """Of a message of which the server took nothing: it has neither queue id nor name."""
        stages = [handed_over(session, session.begun, "")]
        stages += [refused(self.read, session, envelope) for envelope in late]
        stages[0] = replace(stages[0], service=stages[1].service)
        return Life(
            message_ids=(),
            queue_ids=(),
            sender=late[0].sender,
            recipients=tuple(dict.fromkeys(r for e in late for r in e.recipients)),
            stages=tuple(stages),
            stopped=_stopped(stages),
        )

    def _refusals(self, ids: Sequence[str]) -> list[Stage]:
        """Recipients that were refused in the session that handed the message over."""
        return [
            refused(self.read, session, envelope)
            for session in self.sessions
            if any(envelope.queue_id in ids for envelope in session.envelopes)
            for envelope in session.envelopes
            if not envelope.queue_id
        ]

    def _reported(self, ids: Sequence[str]) -> list[Stage]:
        """The messages that tell the sender that this one failed, once they reached a mailbox."""
        told = self.reports(ids)
        names = {k.queue_id: k.message_id for k in self.known}
        return [
            one.stage(
                "reported",
                account=one.event.recipient,
                queue_id=one.event.queue_id,
                text=names.get(one.event.queue_id, ""),
            )
            for one in self.read
            if isinstance(one.event, Delivery)
            and one.event.queue_id in told
            and one.event.status == "sent"
        ]


def _of(event: object, ids: Sequence[str], names: set[str]) -> bool:
    if isinstance(event, Submitted | Queued | Delivery):
        return event.queue_id in ids
    if isinstance(event, CommandDone):
        return True  # whether it fetched this message, only what came before tells
    return isinstance(event, Saved | MailEvent) and event.message_id in names


def _in_order(stages: Iterable[Stage]) -> list[Stage]:
    """By time, and what follows from another after it: two logs' clocks may differ by a little."""
    filed: dict[str, list[int]] = {}
    found = sorted(stages, key=lambda s: (s.at, STAGES.index(s.name)))
    for stage in found:
        if stage.name == "new":
            filed.setdefault(stage.account, []).append(stage.at)
    for place, stage in enumerate(found):
        if stage.name == "delivered" and filed.get(stage.account):
            at = filed[stage.account].pop(0)
            found[place] = replace(stage, at=max(at, stage.at))
    return sorted(found, key=lambda s: (s.at, STAGES.index(s.name)))


def _stopped(stages: Sequence[Stage]) -> tuple[Stopped, ...]:
    """For whom it went no further, and why; a queue where nothing was tried yet counts too."""
    found = [stage for stage in stages if stage.state != "done"]
    tried = {stage.queue_id for stage in stages if stage.name in _TRIED}
    found += [s for s in stages if s.name == "queued" and s.queue_id not in tried]
    return tuple(Stopped(s.name, s.account, s.text, s.log) for s in found)
