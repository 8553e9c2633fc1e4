"""A replay in a real terminal; without one, the way past it."""

import os
import pty
import select
import subprocess
import sys
from time import monotonic

from tests.engine.running import CLEAN, RunningLab, labctl


def _until(terminal: int, words: str, shown: bytes = b"") -> bytes:
    deadline = monotonic() + 60
    while words.encode() not in shown:
        assert monotonic() < deadline, f"{words!r} was never shown:\n{shown.decode()}"
        if select.select([terminal], [], [], 1)[0]:
            shown += os.read(terminal, 65536)
    return shown


def test_a_presenter_steps_through_it(fresh: RunningLab) -> None:
    command = ("exercise", "replay", "pop3-takes", "--lab", fresh.name)
    terminal, of_the_child = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "labctl", *command],
        stdin=of_the_child,
        stdout=of_the_child,
        stderr=of_the_child,
        env=CLEAN | {"TERM": "xterm", "COLUMNS": "100", "LINES": "30"},
    )
    os.close(of_the_child)
    _until(terminal, "space: next line")
    os.write(terminal, b"\r")
    _until(terminal, "Step 1 of 3")
    os.write(terminal, b" ")
    _until(terminal, "pop3s")
    os.write(terminal, b"n")
    _until(terminal, "Step 2 of 3")
    os.write(terminal, b"q")
    assert child.wait(timeout=60) == 0
    os.close(terminal)
    assert not fresh.queue()


def test_without_a_terminal_it_is_refused_before_anything_is_run() -> None:
    done = labctl("exercise", "replay", "pop3-takes", DOCKER_HOST="unix:///nowhere/docker.sock")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "error: a replay needs a terminal: it waits for a key after each line",
        "  → without one: labctl exercise run pop3-takes",
    ]
