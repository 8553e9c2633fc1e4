"""One labctl at a time changes a lab: a lock that the kernel drops when its holder dies.

It keeps two `labctl up` of one person apart; nothing is stored in it. Where two persons share an
engine, the engine's own unique names do the rest (see ``explain``).
"""

import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import IO

from labctl.errors import EnvironmentProblem

_nap = Event()


def _try_lock(file: IO[bytes]) -> bool:
    try:
        if os.name == "nt":
            import msvcrt  # of Windows alone, so its names are unknown to mypy elsewhere

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextmanager
def locked(engine_url: str, lab: str, *, patience: float = 300.0) -> Iterator[None]:
    """Hold the lab's lock; wait for another labctl at most ``patience`` seconds.

    Raises:
        EnvironmentProblem: another labctl has been at work on this lab all the while.
    """
    who = os.getuid() if hasattr(os, "getuid") else 0
    key = hashlib.sha256(f"{who} {engine_url} {lab}".encode()).hexdigest()[:20]
    path = Path(tempfile.gettempdir()) / f"labctl-{key}.lock"
    deadline = time.monotonic() + patience
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        while not _try_lock(file):
            if time.monotonic() > deadline:
                raise EnvironmentProblem(
                    "another labctl is at work on the lab {name} (lock {lock})",
                    remedy="let it finish or end it, then try again",
                    name=lab,
                    lock=path,
                )
            _nap.wait(0.05)
        yield
