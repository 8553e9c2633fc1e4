"""An interrupt that comes while threads are started is heard, but not before they are known."""

import os
import signal
import threading

import pytest

from labctl.engine.undisturbed import deferred, undisturbed


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_is_heard_at_the_end(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    reached = []

    def interrupted() -> None:
        with deferred():
            os.kill(os.getpid(), number)
            reached.append("the end")

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert reached == ["the end"]
    assert signal.getsignal(number) is before


def test_without_an_interrupt_nothing_happens() -> None:
    with deferred():
        pass
    assert undisturbed(lambda: 7) == 7


def test_elsewhere_than_in_the_main_thread_it_changes_nothing() -> None:
    seen: list[int] = []
    worker = threading.Thread(target=lambda: seen.append(undisturbed(lambda: 7)))
    worker.start()
    worker.join()
    assert seen == [7]
