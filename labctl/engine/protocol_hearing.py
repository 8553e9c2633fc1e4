"""What an engine tells of a lab as it goes: logs, changes, what is on the wire."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from labctl.engine.values import Following, LogLine, Tapped


class Hears(Protocol):
    """See ``labctl.engine.protocol.Engine``."""

    def logs(
        self, lab: str, service: str, *, since: int = 0, follow: bool = False, tail: int = 0
    ) -> Iterator[LogLine]:
        """The service's log from ``since`` (nanoseconds) on; ``tail`` > 0: only the last lines."""
        ...

    def follow(self, lab: str, service: str, *, since: int) -> Following:
        """The service's log from ``since`` (nanoseconds) on, as it comes, until it stops."""
        ...

    def follow_changes(self, workshop: str, *, since: int) -> Following:
        """The names of a workshop's labs as they change, from ``since`` (nanoseconds) on.

        A lab changes when a file is put into a service of its, and when one starts or ends. Engines
        that speak Docker's API but do not tell of files tell of the rest.
        """
        ...

    def follow_command(
        self, lab: str, service: str, argv: Sequence[str], *, user: str = ""
    ) -> Following:
        """What a command inside a running service writes, as it comes.

        Its input ends with ``close``, or with labctl: by this it knows that nobody listens any
        more. One that does not read its input may go on.
        """
        ...

    def capture(
        self, lab: str, service: str, image: str, expression: str
    ) -> AbstractContextManager[Tapped]:
        """Listen on the wire of a running service; ``expression`` is one of pcap-filter(7).

        It hears from the block's first line on; what listened is removed at its end.
        """
        ...

    def listen(self, lab: str, service: str, image: str, name: str, expression: str) -> None:
        """Have a container ``name`` listen as ``capture`` does, also when this process has ended.

        One of that name that listens already goes on. It keeps the last 16 MB of six hours.
        """
        ...

    def overheard(self, lab: str, name: str) -> list[bytes]:
        """What ``listen`` has heard by now, as pcap files; empty when it does not listen any more.

        All that was on the wire before is in it.
        """
        ...

    def end_listening(self, lab: str, name: str) -> None:
        """Remove what ``listen`` made; that there is none such is fine."""
        ...
