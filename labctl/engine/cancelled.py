"""What ends one piece of work early: its own failure, or the end of all of which it is a part."""

import time
from threading import Event

_SLICE = 0.05  # seconds until the wider event is looked at again


class Within(Event):
    """An event that counts as set once the wider one is; setting it leaves the wider one alone.

    A lab whose server fails cancels the rest of that lab, and not the other labs of its room.

    Args:
        wider: cancels everything; ``None``: nothing else does.
    """

    def __init__(self, wider: Event | None = None) -> None:
        super().__init__()
        self._wider = wider

    def is_set(self) -> bool:
        """Whether this one is, or the wider one."""
        return super().is_set() or (self._wider is not None and self._wider.is_set())

    def wait(self, timeout: float | None = None) -> bool:
        """Wait, in seconds, until either is set; whether one is."""
        end = None if timeout is None else time.monotonic() + timeout
        while not self.is_set():
            left = _SLICE if end is None else min(_SLICE, end - time.monotonic())
            if left <= 0:
                return False
            super().wait(left)
        return True
