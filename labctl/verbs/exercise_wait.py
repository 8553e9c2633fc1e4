"""How an exercise waits for what the servers do next."""

from collections.abc import Callable
from threading import Event as Flag
from time import monotonic

PAUSE = 0.05  # seconds between two looks
_PATIENCE = 20.0  # seconds for a delivery, or for a server to greet after its start


def until(true: Callable[[], bool], otherwise: Exception) -> None:
    """Look again and again, at most some seconds.

    Raises:
        Exception: ``otherwise``, at the deadline.
    """
    deadline = monotonic() + _PATIENCE
    nothing = Flag()  # nobody sets it: a wait that a signal can end
    while not true():
        if monotonic() > deadline:
            raise otherwise
        nothing.wait(PAUSE)
