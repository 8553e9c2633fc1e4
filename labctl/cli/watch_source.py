"""Where the microscope looks."""

from typing import Protocol

from labctl.mail.queue import QueueEntry
from labctl.model.event import Happening
from labctl.model.maildir import Maildir


class Source(Protocol):
    """Where the microscope looks: a lab that is watched."""

    @property
    def lab(self) -> str:
        """Its name."""
        ...

    @property
    def address(self) -> str:
        """The account in focus at first; empty: all."""
        ...

    @property
    def accounts(self) -> tuple[str, ...]:
        """All addresses."""
        ...

    @property
    def sites(self) -> dict[str, str]:
        """Service -> domain, in a lab of several sites."""
        ...

    def news(self, timeout: float) -> tuple[Happening, ...]:
        """What happened since this was last asked."""
        ...

    def maildir(self, address: str) -> Maildir:
        """A Maildir as it is now."""
        ...

    def queue(self) -> tuple[QueueEntry, ...]:
        """What waits in the queues now."""
        ...
