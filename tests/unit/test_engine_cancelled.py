"""One lab's failure ends that lab's work; the end of all ends it, too."""

from threading import Event, Thread

from labctl.engine.cancelled import Within


def test_the_wider_one_counts() -> None:
    everything = Event()
    lab = Within(everything)
    assert not lab.is_set()
    everything.set()
    assert lab.is_set()
    assert lab.wait(0)


def test_setting_it_leaves_the_others_alone() -> None:
    everything = Event()
    lab, other = Within(everything), Within(everything)
    lab.set()
    assert lab.is_set()
    assert not everything.is_set()
    assert not other.wait(0.01)


def test_whoever_waits_hears_the_wider_one() -> None:
    everything, heard = Event(), Event()
    lab = Within(everything)

    def wait() -> None:
        lab.wait()
        heard.set()

    Thread(target=wait, daemon=True).start()
    everything.set()
    assert heard.wait(10)


def test_it_stands_alone() -> None:
    assert not Within().wait(0)
