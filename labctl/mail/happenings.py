"""What one line of a server's log tells, beside the session it belongs to. Pure."""

from dataclasses import dataclass

from labctl.mail.dovecot_events import CommandDone, LoginTried, parse_event
from labctl.mail.dovecot_log import LoggedIn, LoggedOut, LoginRefused, MailEvent, Saved
from labctl.mail.dovecot_log import parse_line as dovecot_line
from labctl.mail.postfix_log import Delivery, Disconnected, Queued, Rejected, Removed, Submitted
from labctl.mail.postfix_log import parse_line as postfix_line
from labctl.model.event import EventKind


@dataclass(frozen=True, slots=True)
class Told:
    """A line's own part of a happening."""

    kind: EventKind
    text: str
    ok: bool = True
    account: str = ""
    queue_id: str = ""
    message_id: str = ""


def postfix_told(line: str) -> Told | None:
    """What a line of Postfix's log tells; ``None`` for most."""
    match postfix_line(line):
        case Submitted(queue_id=queue_id, sasl_username=user) if user:
            return Told("login", "AUTH", account=user, queue_id=queue_id)
        case Rejected(stage=stage, code=code, text=text):
            return Told("refused", f"{stage}: {code} {text.partition('; from=')[0]}", ok=False)
        case Queued(queue_id=queue_id, sender=sender, size=size):
            return Told("queued", f"from=<{sender}>, size={size}", queue_id=queue_id)
        case Delivery(queue_id=queue_id, recipient=to, status=status, detail=detail):
            text = f"to=<{to}>, status={status} ({detail})"
            return Told("delivery", text, ok=status == "sent", account=to, queue_id=queue_id)
        case Removed(queue_id=queue_id):
            return Told("removed", "", queue_id=queue_id)
        case Disconnected(commands=counts):
            return Told("ended", " ".join(f"{name}={count}" for name, count in counts))
    return None


def dovecot_told(line: str) -> Told | None:
    """What a line of Dovecot's log tells; ``None`` for most."""
    event = parse_event(line) or dovecot_line(line)
    match event:
        case CommandDone(name=name, arguments=arguments, reply=reply, user=user):
            text = f"{name} {arguments}".strip() + f" → {reply}"
            return Told("command", text, ok=reply == "OK", account=user)
        case LoginTried(protocol=protocol, ok=False, user=user) if protocol != "smtp":
            return Told("login", "", ok=False, account=user)
        case LoggedIn(method=method, user=user):
            return Told("login", method, account=user)
        case LoggedOut(polite=polite, user=user, protocol=protocol) if protocol != "lmtp":
            return Told("ended", "" if polite else "connection dropped", ok=polite, account=user)
        case LoginRefused(reason=reason, user=user):
            return Told("ended", reason, ok=False, account=user)
    return _of_mail(event)


def _of_mail(event: object) -> Told | None:
    match event:
        case Saved(user=user, message_id=message_id, mailbox=box):
            return Told("stored", box, account=user, message_id=message_id)
        case MailEvent(protocol=protocol) if protocol != "lmtp":
            flags = f", flags=({event.flags})" if event.flags else ""
            uid = f", uid={event.uid}" if event.uid else ""
            text = f"{event.kind}: {event.box}{uid}{flags}"
            return Told("mailbox", text, account=event.user, message_id=event.message_id)
    return None
