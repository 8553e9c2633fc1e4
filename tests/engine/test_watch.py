"""The microscope in a real terminal: a real client acts, and the screen shows it."""

import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

import pytest

from labctl.model.lab import Account
from tests.engine.running import CLEAN, RunningLab, labctl, wait_until
from tests.engine.screens import Terminal, in_a_terminal

_COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;\d+)*m")
ALTERNATE, NORMAL = "\x1b[?1049h", "\x1b[?1049l"


@contextmanager
def watching(
    lab: RunningLab, *more: str, columns: int = 140, **variables: str
) -> Iterator[Terminal]:
    """`labctl watch` in a terminal of that many columns."""
    words = ("watch", "--lab", lab.name, *more)
    with in_a_terminal(*words, columns=columns, **variables) as terminal:
        wait_until("it listens", lambda: terminal.shows("live"))
        yield terminal
        assert terminal.raw.rindex(NORMAL) > terminal.raw.rindex(ALTERNATE)


def acts_until(
    terminal: Terminal, lab: RunningLab, bob: Account, shown: Callable[[], bool]
) -> None:
    """A mail program looks into bob's box, again and again, until the screen tells of it."""

    def seen() -> bool:
        with lab.imap(bob) as imap:
            assert imap.select("INBOX").ok
            imap.logout()
        until = monotonic() + 2
        while monotonic() < until and not shown():
            terminal.read()
        return shown()

    wait_until("the screen tells of the session", seen)


@pytest.mark.parametrize("columns", [80, 140])
def test_a_real_client_is_seen_on_the_screen_and_q_gives_the_terminal_back(
    lab: RunningLab, columns: int
) -> None:
    bob = lab.account()
    lab.deliver(bob, subject="seen at once")
    with watching(lab, bob.address, columns=columns) as terminal:
        wait_until("its letter is in new/", lambda: terminal.shows("new/ 1"))
        acts_until(terminal, lab, bob, lambda: terminal.shows("SELECT"))
        wait_until("the letter moved to cur/", lambda: terminal.shows("← new/"))
        terminal.type("q")
        wait_until("it ends", terminal.ended)
        assert terminal.running.returncode == 0


def test_no_color_leaves_the_terminals_own_colours_alone(lab: RunningLab) -> None:
    with watching(lab, NO_COLOR="1") as terminal:
        assert not _COLOUR.findall(terminal.raw)
        terminal.type("t")
        terminal.type("q")
        wait_until("it ends", terminal.ended)
        assert not _COLOUR.findall(terminal.raw)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_gives_the_terminal_back(lab: RunningLab, how: signal.Signals) -> None:
    with watching(lab) as terminal:
        terminal.running.send_signal(how)
        wait_until("it ends", terminal.ended)


def test_ctrl_c_ends_it(lab: RunningLab) -> None:
    with watching(lab) as terminal:
        terminal.type("\x03")
        wait_until("it ends", terminal.ended)
        assert terminal.running.returncode == 0


def test_an_unknown_account_is_said_before_any_screen(lab: RunningLab) -> None:
    done = labctl("watch", "nobody@nowhere.test", "--lab", lab.name)
    assert done.returncode == 4
    assert ALTERNATE not in done.stdout


def test_other_commands_do_not_load_the_screen(lab: RunningLab) -> None:
    asked = "import sys, labctl.cli.main as m; m.run(['status', '--lab', sys.argv[1]])"
    done = subprocess.run(
        [sys.executable, "-c", asked + "; assert 'textual' not in sys.modules", lab.name],
        env=CLEAN,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
