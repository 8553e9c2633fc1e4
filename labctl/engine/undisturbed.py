"""Requests that Ctrl-C does not tear in two."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")


@contextmanager
def deferred() -> Iterator[None]:
    """Ctrl-C and TERM that come in here are heard at its end.

    For the moment in which threads are started: an interrupt in the middle of that would leave one
    at work of which nobody knows. Elsewhere than in the main thread nothing is ever interrupted.

    Raises:
        KeyboardInterrupt: at the end, if one came.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before: dict[signal.Signals, Any] = {}
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            if (handler := signal.getsignal(number)) != signal.SIG_IGN:
                before[number] = handler
                signal.signal(number, lambda caught, _: came.append(caught))
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
    if came:
        usual = before[signal.Signals(came[0])]
        if callable(usual):
            usual(came[0], None)
        raise KeyboardInterrupt


def undisturbed(action: Callable[[], T]) -> T:
    """Do it to its end: Ctrl-C is heard once its outcome is known."""
    with deferred():
        return action()
