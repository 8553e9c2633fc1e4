"""`exercise start` at a terminal waits for any client, tells what it saw, and can be paused."""

import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from select import select

from tests.engine.desk import Desk
from tests.engine.handson import forget
from tests.engine.running import CLEAN


@dataclass
class Screen:
    """What a participant sees, and the keyboard."""

    terminal: int
    command: "subprocess.Popen[bytes]"
    shown: str = ""
    _seen: int = 0

    def shows(self, words: str) -> None:
        """Wait until these words come; what was there before does not count."""
        while (found := self.shown.find(words, self._seen)) < 0:
            ready, _, _ = select([self.terminal], [], [], 60)
            assert ready, f"{words!r} did not come:\n{self.shown[self._seen :]}"
            more = os.read(self.terminal, 65536).decode("utf-8", "replace")
            self.shown += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", more)
        self._seen = found + len(words)

    def interrupt(self) -> None:
        """Ctrl-C; the command has no terminal of its own here that would make a signal of it."""
        self.command.send_signal(signal.SIGINT)

    def press(self, keys: str) -> None:
        os.write(self.terminal, keys.encode())


@contextmanager
def start(desk: Desk, exercise: str, language: str = "en") -> Iterator[Screen]:
    """At a terminal of its own; it must end well, and by itself."""
    mine, theirs = pty.openpty()
    words = ("exercise", "start", exercise, "--lab", desk.lab.name, "--lang", language)
    try:
        with subprocess.Popen(
            [sys.executable, "-m", "labctl", *words, "--no-predict"],
            env=CLEAN | {"TERM": "xterm", "COLUMNS": "80", "LINES": "24"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        ) as process:
            os.close(theirs)
            try:
                yield Screen(mine, process)
                assert process.wait(30) == 0
            finally:
                process.kill()
    finally:
        os.close(mine)
        forget(desk.lab)


def test_it_waits_tells_and_goes_on(desk: Desk) -> None:
    alice = desk.alice
    with start(desk, "pop3-takes") as screen:
        screen.shows("Step 1 of 3")
        screen.shows("RETR: waiting")
        desk.curl("pop3s", alice, "", "--request", "DELE 1", "--head")
        screen.shows("This client said DELE and QUIT")
        screen.shows("try again")
        screen.shows("RETR: waiting")
        desk.curl("pop3s", alice, "1")
        screen.shows("RETR seen")
        screen.shows("This step is done.")
        screen.shows("Enter for the next step")
        desk.types("pop3s", "DELE 1", login=alice)  # before the key: it counts
        screen.press("\n")
        screen.shows("Step 2 of 3")
        screen.shows("This step is done.")
        screen.press("\n")
        screen.shows("Step 3 of 3")
        screen.shows("DELE: waiting")
        screen.interrupt()
        screen.shows("paused where it is; go on: labctl exercise start")


def test_it_ends_with_the_last_step_and_speaks_french(desk: Desk) -> None:
    with start(desk, "smtp-sends", "fr") as screen:
        screen.shows("À vous")
        screen.shows("QUIT : attendu")
        assert desk.msmtp("submission", desk.bob, login=desk.alice).code == 0
        screen.shows("Cette étape est faite.")
        screen.shows("SMTP fait avancer un message")
