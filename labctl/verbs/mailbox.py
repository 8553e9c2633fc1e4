"""What is in the files: an account's Maildir, and Postfix's queue. Nothing opens a mail session."""

from dataclasses import replace

from labctl.engine.protocol import Engine
from labctl.errors import EnvironmentProblem
from labctl.mail.maildir import read_maildir
from labctl.mail.queue import QueueEntry, read_queue
from labctl.model.lab import Account
from labctl.model.maildir import Maildir
from labctl.verbs.labs import account_of, found, is_kind, spec_of
from labctl.verbs.service import running
from labctl.verbs.wipe import MAIL


def maildir_folder(account: Account) -> str:
    """Where Dovecot keeps an account's Maildir, inside its container."""
    return f"{MAIL}/{account.domain}/{account.local_part}/Maildir"


def maildir_of(engine: Engine, lab: str, account: Account, service: str = "dovecot") -> Maildir:
    """An account's Maildir as it is now, at its site's Dovecot; empty before its first message."""
    files = engine.read_tree(lab, service, maildir_folder(account))
    return read_maildir(account.address, ((f.path, f.content) for f in files))


def maildir(engine: Engine, lab: str, given: str) -> Maildir:
    """The Maildir of an address or a name.

    Raises:
        NoSuchLab, NoSuchAccount: there is none.
    """
    spec = spec_of(engine, lab)
    account = account_of(spec, given)
    return maildir_of(engine, lab, account, spec.service("dovecot", account.domain))


def queue(engine: Engine, lab: str) -> tuple[QueueEntry, ...]:
    """Postfix's queue; of a lab with several sites, the queues of all.

    Raises:
        NoSuchLab: there is none.
        EnvironmentProblem: Postfix does not run.
    """
    services = [s.name for s in found(engine, lab).services if is_kind(s.name, "postfix")]
    return tuple(entry for name in services or ["postfix"] for entry in _queue(engine, lab, name))


def _queue(engine: Engine, lab: str, service: str) -> tuple[QueueEntry, ...]:
    running(engine, lab, service)
    answer = engine.exec(lab, service, ["postqueue", "-j"])
    if answer.exit_code:
        raise EnvironmentProblem(
            "Postfix did not show its queue: {why}", why=answer.stderr.strip()[-300:]
        )
    return tuple(replace(entry, service=service) for entry in read_queue(answer.stdout))
