"""labctl in a real terminal, drawn on as it draws on a participant's."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.engine.running import CLEAN

_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[@-Z\\-_])")


@dataclass
class Terminal:
    """A pseudo-terminal with labctl in it."""

    running: "subprocess.Popen[bytes]"
    master: int
    raw: str = ""

    def read(self, seconds: float = 0.05) -> None:
        """Take what the screen was sent meanwhile."""
        if select.select([self.master], [], [], seconds)[0]:
            try:
                self.raw += os.read(self.master, 65536).decode("utf-8", "replace")
            except OSError:  # Linux's way to say that nobody has it open any more
                return

    def shows(self, words: str) -> bool:
        """Whether these words were drawn."""
        self.read()
        return words in _SEQUENCE.sub("", self.raw)

    def type(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def ended(self) -> bool:
        self.read()
        return self.running.poll() is not None


@contextmanager
def in_a_terminal(*words: str, columns: int = 140, **variables: str) -> Iterator[Terminal]:
    """`labctl` with these words in a terminal of that many columns, which it leaves as it was."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    before = termios.tcgetattr(slave)
    kept = {k: v for k, v in CLEAN.items() if k not in ("COLUMNS", "NO_COLOR")}
    terminal = Terminal(
        subprocess.Popen(
            [sys.executable, "-m", "labctl", *words],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=kept | {"TERM": "xterm-256color"} | variables,
            start_new_session=True,
        ),
        master,
    )
    try:
        yield terminal
        assert termios.tcgetattr(slave) == before
        assert "Traceback" not in terminal.raw
    finally:
        terminal.running.kill()
        terminal.running.wait(20)
        os.close(master)
        os.close(slave)
