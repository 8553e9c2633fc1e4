"""Send one message as a mail client would: submission for a person, port 25 for another server."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from labctl.engine.protocol import Engine
from labctl.mail.message import compose, summary
from labctl.mail.smtp import Reply, SmtpClient
from labctl.model.dialogue import Transcript
from labctl.model.lab import Account, LabSpec
from labctl.verbs.labs import account_of, spec_of
from labctl.verbs.targets import target_of

_TRY_AGAIN = 454  # RFC 4954, section 6: temporary authentication failure
Via = Literal["smtp", "submission", "submissions"]


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be sent. ``sender`` and ``recipients`` are names or addresses."""

    sender: str
    recipients: Sequence[str]
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Sent:
    """How it went: the last reply decides."""

    accepted: bool
    reply: str  # the server's last word on the message, e.g. "250 2.0.0 Ok: queued as …"
    queue_id: str
    message_id: str
    transcript: Transcript


def send(engine: Engine, lab: str, letter: Letter, via: Via) -> Sent:
    """Send a message.

    Raises:
        NoSuchLab: there is none.
        NoSuchAccount: submission needs an account of the lab as the sender.
        MailProblem: no conversation came about.
    """
    spec = spec_of(engine, lab)
    sender = None if via == "smtp" and "@" in letter.sender else account_of(spec, letter.sender)
    from_ = sender.address if sender else letter.sender
    to = [_address(spec, recipient) for recipient in letter.recipients]
    message = compose(from_, to, letter.subject, letter.body)
    with SmtpClient(target_of(spec, via, _site(via, sender, to))) as smtp:
        reply = _hand_over(smtp, via, sender, from_, to, message)
        if smtp.wire.is_open:
            smtp.quit()
    return Sent(reply.ok, str(reply), reply.queue_id, summary(message).message_id, smtp.transcript)


def _site(via: Via, sender: Account | None, to: Sequence[str]) -> str:
    """Whose server is asked: a person's own; for mail between servers, the first recipient's."""
    if via != "smtp" and sender:
        return sender.domain
    return to[0].rpartition("@")[2] if to else ""


def _address(spec: LabSpec, given: str) -> str:
    """A bare name is one of the lab's first site; a whole address is taken as it is."""
    return given if "@" in given else account_of(spec, given).address


def _hand_over(
    smtp: SmtpClient,
    via: Via,
    sender: Account | None,
    from_: str,
    to: Sequence[str],
    message: bytes,
) -> Reply:
    """The dialogue, up to the first refusal."""
    if not (reply := _greet(smtp, via)).ok:
        return reply
    if via != "smtp" and sender and not (reply := _log_in(smtp, sender)).ok:
        return reply
    if not (reply := smtp.mail(from_)).ok:
        return reply
    for recipient in to:
        if not (reply := smtp.rcpt(recipient)).ok:
            return reply
    return smtp.data(message)


def _log_in(smtp: SmtpClient, sender: Account) -> Reply:
    """AUTH; once more after 454: Postfix notices only then that Dovecot was started anew."""
    reply = smtp.auth(sender)
    return smtp.auth(sender) if reply.code == _TRY_AGAIN else reply


def _greet(smtp: SmtpClient, via: Via) -> Reply:
    if not (reply := smtp.connect()).ok or not (reply := smtp.ehlo()).ok:
        return reply
    if via == "submission" and (reply := smtp.starttls()).ok:
        reply = smtp.ehlo()
    return reply
