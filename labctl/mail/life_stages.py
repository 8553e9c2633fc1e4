"""The stages of one message's life, each from the line that tells it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from labctl.mail.dovecot_events import CommandDone
from labctl.mail.dovecot_log import DovecotEvent, MailEvent, Saved
from labctl.mail.postfix_log import Delivery, PostfixEvent, Queued, Rejected, Submitted
from labctl.model.clientsession import ClientSession, Envelope
from labctl.model.life import Stage, StageName

_LMTP = ":24"  # the port at the end of a relay that is Dovecot
_FETCHES = ("FETCH", "UID FETCH", "RETR")
_IN_THE_BOX: dict[str, StageName] = {  # by what Dovecot's mail_log calls it
    "flag_change": "flagged",
    "delete": "flagged",
    "undelete": "flagged",
    "expunge": "gone",
    "copy": "copied",
    "save": "copied",
}


@dataclass(frozen=True, slots=True)
class Logged:
    """One line of a service's log."""

    at: int  # nanoseconds since the epoch
    service: str
    text: str


@dataclass(frozen=True, slots=True)
class Read:
    """A line and what it says."""

    line: Logged
    event: PostfixEvent | DovecotEvent | CommandDone

    def stage(
        self, name: StageName, *, account: str = "", queue_id: str = "", text: str = ""
    ) -> Stage:
        """The stage that the line tells."""
        return Stage(
            name, "done", self.line.at, self.line.service,
            account=account, queue_id=queue_id, text=text, log=self.line.text,
        )  # fmt: skip


class Stages:
    """The stages so far, line after line in the order of time."""

    def __init__(self, sessions: Sequence[ClientSession]) -> None:
        self._sessions = sessions
        self._seen: dict[str, Stage] = {}  # by session: where \\Seen was set
        self._told: set[str] = set()  # sessions of which it is told that they fetched it
        self.found: list[Stage] = []

    def add(self, one: Read) -> None:
        """What one line adds; some only tell more of a stage that is there already."""
        match one.event:
            case Submitted(queue_id=queue_id):
                self.found.append(self._submitted(one, queue_id))
            case Queued(queue_id=queue_id, size=size):
                if not any(s.name == "queued" and s.queue_id == queue_id for s in self.found):
                    self.found.append(one.stage("queued", queue_id=queue_id, text=f"size={size}"))
            case Delivery() as delivery:
                self._attempted(one, delivery)
            case Saved(user=user, mailbox=box):
                self.found.append(one.stage("new", account=user, text=box))
            case CommandDone(session=session, name=name, arguments=arguments, at=at):
                self._commanded(session, name, arguments, at)
            case MailEvent(protocol=protocol) as done if protocol != "lmtp":
                self._in_the_box(one, done)

    def _submitted(self, one: Read, queue_id: str) -> Stage:
        """By a client whose session is known; else by another mail server."""
        for session in self._sessions:
            if any(envelope.queue_id == queue_id for envelope in session.envelopes):
                handed = handed_over(session, one.line.at, queue_id)
                return replace(handed, service=one.line.service, log=one.line.text)
        return one.stage("received", queue_id=queue_id)

    def _attempted(self, one: Read, delivery: Delivery) -> None:
        kind: StageName = "relayed"
        if delivery.status == "deferred":
            kind = "deferred"
        elif delivery.status != "sent":
            kind = "bounced"
        elif delivery.relay.endswith(_LMTP):
            kind = "delivered"
        stage = replace(
            one.stage(kind, account=delivery.recipient, queue_id=delivery.queue_id),
            text=delivery.detail,
            relay=delivery.relay,
            state="stopped" if kind == "bounced" else "waiting" if kind == "deferred" else "done",
        )
        key = ("deferred", delivery.queue_id, delivery.recipient)
        for place, before in enumerate(self.found):
            if (before.name, before.queue_id, before.account) != key:
                continue
            if kind == "deferred":
                self.found[place] = replace(stage, at=before.at, attempts=before.attempts + 1)
                return
            self.found[place] = replace(before, state="done")  # it waits no more
        self.found.append(stage)

    def _in_the_box(self, one: Read, done: MailEvent) -> None:
        """Something that a mail program did to the message."""
        if done.kind not in _IN_THE_BOX:
            return
        name = _IN_THE_BOX[done.kind]
        text = f"{done.box} {done.flags}".strip() if name == "flagged" else done.box
        stage = one.stage(name, account=done.user, text=text)
        session = next((s for s in self._sessions if s.id == done.session), None)
        if session is not None:
            stage = replace(stage, endpoint=session.endpoint, tls=session.tls)
            seen = name == "flagged" and "\\Seen" in done.flags
            if seen and session.id not in self._seen:
                self._seen[session.id] = stage
            if session.protocol == "pop3":  # it sets the flag when the session ends
                for command in session.commands:
                    self._commanded(session.id, command.name, command.arguments, command.at)
        self.found.append(stage)

    def _commanded(self, session: str, name: str, arguments: str, at: int) -> None:
        """A command was done; one that fetches, after the flag was set, is what set it."""
        flagged = self._seen.get(session)
        if flagged is None or session in self._told or name not in _FETCHES:
            return
        self._told.add(session)
        text = f"{name} {arguments}".strip()
        self.found.append(replace(flagged, name="fetched", at=min(at, flagged.at), text=text))


def handed_over(session: ClientSession, at: int, queue_id: str) -> Stage:
    """A client handed the message over, or (no queue id) wanted to."""
    return Stage(
        "submitted" if queue_id else "offered", "done", at, "postfix",
        account=session.account, endpoint=session.endpoint, tls=session.tls, queue_id=queue_id,
    )  # fmt: skip


def refused(read: Iterable[Read], session: ClientSession, envelope: Envelope) -> Stage:
    """The server refused a recipient or the message, with the line that tells why."""
    stage = Stage(
        "refused", "stopped", envelope.at, "postfix",
        account=", ".join(envelope.recipients), endpoint=session.endpoint, tls=session.tls,
    )  # fmt: skip
    for one in read:
        if isinstance(one.event, Rejected) and one.line.at == envelope.at:
            words = (one.event.stage, str(one.event.code), one.event.enhanced)
            why = one.event.text.partition("; from=")[0]
            text = f"{' '.join(word for word in words if word)} {why}"
            return replace(stage, service=one.line.service, text=text, log=one.line.text)
    return stage
