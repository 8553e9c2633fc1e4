"""Read an account's mail as a client would, by IMAP or by POP3, and leave what that leaves."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from labctl.engine.protocol import Engine
from labctl.errors import EnvironmentProblem
from labctl.mail.imap import ImapClient
from labctl.mail.pop3 import Pop3Client
from labctl.model.dialogue import Transcript
from labctl.model.lab import Account, LabSpec
from labctl.verbs.labs import account_of, spec_of
from labctl.verbs.targets import target_of

Via = Literal["imap", "imaps", "pop3", "pop3s"]


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as it was fetched."""

    number: int  # in this session
    size: int  # bytes
    from_: str
    to: str
    date: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a session brought."""

    address: str
    via: Via
    letters: tuple[Letter, ...]
    deleted: bool
    transcript: Transcript


def read(engine: Engine, lab: str, given: str, via: Via, *, delete: bool = False) -> Fetched:
    """Fetch all mail of one account's INBOX; with ``delete``, remove it from the server.

    Raises:
        NoSuchLab, NoSuchAccount: there is none.
        MailProblem: no conversation came about.
        EnvironmentProblem: the server refused.
    """
    spec = spec_of(engine, lab)
    account = account_of(spec, given)
    session = _imap if via.startswith("imap") else _pop3
    return session(spec, account, via, delete=delete)


def _refused(command: str, answer: object) -> EnvironmentProblem:
    return EnvironmentProblem(
        "{command} was refused: {answer}",
        remedy="labctl logs dovecot",
        command=command,
        answer=answer,
    )


def _imap(spec: LabSpec, account: Account, via: Via, *, delete: bool) -> Fetched:
    with ImapClient(target_of(spec, via, account.domain)) as imap:
        imap.connect()
        if via == "imap":
            imap.starttls()
        if not (answer := imap.login(account)).ok:
            raise _refused("LOGIN", answer)
        if not (answer := imap.select()).ok:
            raise _refused("SELECT", answer)
        letters: list[Letter] = []
        if answer.exists:
            for number, got in enumerate(imap.fetch("1:*", "(UID BODY[])").fetched, start=1):
                letters.append(_letter(number, got.body or b""))
            if delete:
                imap.store("1:*", "+FLAGS (\\Deleted)")
                imap.expunge()
        imap.logout()
    return Fetched(account.address, via, tuple(letters), delete, imap.transcript)


def _pop3(spec: LabSpec, account: Account, via: Via, *, delete: bool) -> Fetched:
    with Pop3Client(target_of(spec, via, account.domain)) as pop3:
        pop3.connect()
        if via == "pop3":
            pop3.stls()
        if not (answer := pop3.login(account)).ok:
            raise _refused("PASS", answer)
        letters = tuple(_taken(pop3, delete=delete))
        pop3.quit()
    return Fetched(account.address, via, letters, delete, pop3.transcript)


def _taken(pop3: Pop3Client, *, delete: bool) -> Iterator[Letter]:
    for number in pop3.list().listing:
        message = pop3.retr(number)
        if not message.ok:
            raise _refused("RETR", message)
        yield _letter(number, message.data)
        if delete:
            pop3.dele(number)


def _letter(number: int, raw: bytes) -> Letter:
    """The readable part of a message; whatever it holds, this does not fail."""
    from email import message_from_bytes
    from email.policy import default

    message = message_from_bytes(raw, policy=default)
    try:
        body = message.get_body(preferencelist=("plain", "html"))
        text = str(body.get_content()) if body else ""
    except (LookupError, ValueError, KeyError):
        text = raw.decode("utf-8", "replace")
    from_, to, date, subject = (str(message.get(n, "")) for n in ("From", "To", "Date", "Subject"))
    return Letter(number, len(raw), from_, to, date, subject, text)
