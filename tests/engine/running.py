"""A real lab for tests, and what they do with it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from threading import Event
from time import monotonic
from typing import Any

from labctl.engine.dockerengine import DockerEngine
from labctl.mail.imap import ImapClient
from labctl.mail.message import compose
from labctl.mail.pop3 import Pop3Client
from labctl.mail.postfix_log import on_the_way
from labctl.mail.smtp import SmtpClient
from labctl.model.lab import Account, Endpoint, EndpointName, LabSpec
from labctl.model.maildir import Maildir
from labctl.verbs.mailbox import maildir_of
from labctl.verbs.targets import target_of

# What tests run `labctl` with: no colour, English, nothing of the developer's own settings.
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("LABCTL_", "LC_", "LANG"))} | {
    "LANG": "C.UTF-8",
    "NO_COLOR": "1",
    "COLUMNS": "100",
}
_pause = Event()


def wait_until(what: str, holds: Callable[[], bool], *, within: float = 20.0) -> None:
    """Wait for a state; a sentence says which one never came."""
    deadline = monotonic() + within
    while not holds():
        assert monotonic() < deadline, f"not within {within:.0f} s: {what}"
        _pause.wait(0.05)


def labctl(
    *arguments: str, timeout: float = 120, **variables: str
) -> "subprocess.CompletedProcess[str]":
    """Run the real command, as a user would."""
    return subprocess.run(
        [sys.executable, "-m", "labctl", *arguments],
        capture_output=True,
        text=True,
        timeout=timeout,
        env=CLEAN | variables,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def labctl_json(*arguments: str, code: int = 0) -> Any:
    """Run the real command with ``--json`` and read what it printed."""
    done = labctl(*arguments, "--json")
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


@dataclass
class RunningLab:
    """A lab that runs, and accounts in it that no other test uses."""

    engine: DockerEngine
    spec: LabSpec
    _next: Iterator[int] = field(default_factory=count)

    @property
    def name(self) -> str:
        return self.spec.name

    def endpoint(self, name: EndpointName) -> Endpoint:
        return next(e for e in self.spec.endpoints if e.name == name)

    def account(self) -> Account:
        """One that no other test has had."""
        return self.spec.accounts[next(self._next)]

    def smtp(self, via: EndpointName = "smtp") -> SmtpClient:
        return SmtpClient(target_of(self.spec, via))

    @contextmanager
    def imap(self, account: Account) -> Iterator[ImapClient]:
        with ImapClient(target_of(self.spec, "imaps")) as client:
            client.connect()
            assert client.login(account).ok
            yield client

    @contextmanager
    def pop3(self, account: Account) -> Iterator[Pop3Client]:
        with Pop3Client(target_of(self.spec, "pop3s")) as client:
            client.connect()
            assert client.login(account).ok
            yield client

    def maildir(self, account: Account) -> Maildir:
        return maildir_of(
            self.engine, self.name, account, self.spec.service("dovecot", account.domain)
        )

    def inbox_count(self, account: Account) -> int:
        return len(self.maildir(account).folder("INBOX").entries)

    def deliver(self, account: Account, *, count: int = 1, subject: str = "test") -> None:
        """Send messages on port 25, as another server would, and wait until they are filed."""
        before, since = self.inbox_count(account), self.engine.now()
        queue_ids: list[str] = []
        with self.smtp() as smtp:
            smtp.connect()
            smtp.ehlo("sender.example")
            for number in range(count):
                message = compose(
                    "sender@sender.example", account.address, f"{subject} {number}", "text\n"
                )
                assert smtp.mail("sender@sender.example").ok
                assert smtp.rcpt(account.address).ok
                reply = smtp.data(message)
                assert reply.ok
                queue_ids.append(reply.queue_id)
            smtp.quit()
        wait_until(
            f"{count} messages for {account.address}",
            lambda: self.inbox_count(account) == before + count,
        )
        self.settled(since, *queue_ids)

    def settled(self, since: int, *queue_ids: str) -> None:
        """Wait until Postfix is done with messages: only then does a client see each of them."""
        wait_until(
            f"Postfix is done with {queue_ids}",
            lambda: (
                not on_the_way(
                    [line.text for line in self.engine.logs(self.name, "postfix", since=since)],
                    queue_ids,
                )
            ),
        )

    def arrives(self, account: Account, count: int) -> None:
        """Wait until a box holds so many messages and Postfix has none left."""
        wait_until(
            f"{count} messages for {account.address}", lambda: self.inbox_count(account) == count
        )
        wait_until("the queue is empty", lambda: not self.queue())

    def queue(self) -> str:
        """What Postfix still holds, a JSON object a line."""
        return self.engine.exec(self.name, "postfix", ["postqueue", "-j"]).stdout
