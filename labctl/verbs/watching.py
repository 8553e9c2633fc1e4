"""What happens in a lab, as it happens."""

from collections.abc import Iterator
from types import TracebackType
from typing import Self

from labctl.engine.protocol import Engine
from labctl.mail.queue import QueueEntry
from labctl.model.event import Happening
from labctl.model.maildir import Maildir
from labctl.verbs.labs import account_of, spec_of
from labctl.verbs.mailbox import maildir, queue
from labctl.verbs.sensing import Sensing

_LISTEN = 60.0  # seconds; Ctrl-C is heard at any time


class Watching:
    """A lab while it is watched with ``with``: what happens, and what lies in its files.

    ``alone``: only the account that is given is listened to.

    Raises:
        NoSuchLab, NoSuchAccount: there is none.
    """

    def __init__(self, engine: Engine, lab: str, given: str | None, *, alone: bool = False) -> None:
        self._engine = engine
        self.spec = spec_of(engine, lab)
        self.address = account_of(self.spec, given).address if given else ""
        homes = ["/".join(reversed(self.address.split("@")))] if alone and self.address else []
        self._sensing = Sensing(engine, self.spec, dialogue=True, homes=homes)
        self._heard = 0

    def __enter__(self) -> Self:
        self._sensing.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._sensing.__exit__(kind, problem, trace)

    @property
    def lab(self) -> str:
        """The lab's name."""
        return self.spec.name

    @property
    def accounts(self) -> tuple[str, ...]:
        """The addresses of all accounts."""
        return tuple(account.address for account in self.spec.accounts)

    @property
    def sites(self) -> dict[str, str]:
        """The domain of each service; empty in a lab of one site, where it says nothing."""
        if len(self.spec.sites) == 1:
            return {}
        return {name: domain for name, _, domain in self.spec.services if domain}

    def news(self, timeout: float) -> tuple[Happening, ...]:
        """What happened since this was last asked; waits up to ``timeout`` seconds for it."""
        self._sensing.changed(timeout)
        events = self._sensing.events(self._heard)
        if events:
            self._heard = events[-1].order
        return events

    def maildir(self, address: str) -> Maildir:
        """An account's Maildir as it is now."""
        return maildir(self._engine, self.lab, address)

    def queue(self) -> tuple[QueueEntry, ...]:
        """What waits in the queues now."""
        return queue(self._engine, self.lab)


def watch(engine: Engine, lab: str, given: str | None) -> Iterator[Happening]:
    """Every event from now on, of one account or of all, until interrupted.

    Raises:
        NoSuchLab, NoSuchAccount: there is none.
    """
    with Watching(engine, lab, given, alone=True) as watching:
        while True:
            for event in watching.news(_LISTEN):
                if not watching.address or event.account in (watching.address, ""):
                    yield event
