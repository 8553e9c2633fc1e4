"""What is in the files: an account's Maildir, and Postfix's queue. Nothing opens a mail session."""

from labctl.engine.protocol import Engine
from labctl.errors import EnvironmentProblem
from labctl.mail.maildir import read_maildir
from labctl.mail.queue import QueueEntry, read_queue
from labctl.model.lab import Account
from labctl.model.maildir import Maildir
from labctl.verbs.labs import account_of, spec_of
from labctl.verbs.service import running
from labctl.verbs.wipe import MAIL


def maildir_folder(account: Account) -> str:
    """Where Dovecot keeps an account's Maildir, inside its container."""
    return f"{MAIL}/{account.domain}/{account.local_part}/Maildir"


def maildir_of(engine: Engine, lab: str, account: Account) -> Maildir:
    """An account's Maildir as it is now; empty before its first message."""
    files = engine.read_tree(lab, "dovecot", maildir_folder(account))
    return read_maildir(account.address, ((f.path, f.content) for f in files))


def maildir(engine: Engine, lab: str, given: str) -> Maildir:
    """The Maildir of an address or a name.

    Raises:
        NoSuchLab, NoSuchAccount: there is none.
    """
    return maildir_of(engine, lab, account_of(spec_of(engine, lab), given))


def queue(engine: Engine, lab: str) -> tuple[QueueEntry, ...]:
    """Postfix's queue.

    Raises:
        NoSuchLab: there is none.
        EnvironmentProblem: Postfix does not run.
    """
    running(engine, lab, "postfix")
    answer = engine.exec(lab, "postfix", ["postqueue", "-j"])
    if answer.exit_code:
        raise EnvironmentProblem(
            "Postfix did not show its queue: {why}", why=answer.stderr.strip()[-300:]
        )
    return read_queue(answer.stdout)
