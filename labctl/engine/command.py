"""Another program, run to its end: each line it says, as it says it."""

import os
import subprocess
from collections import deque
from collections.abc import Callable, Mapping, Sequence

_KEPT_LINES = 12  # of what it said


def follow(
    command: Sequence[str], tell: Callable[[str], None], variables: Mapping[str, str] = {}
) -> tuple[int, list[str]]:
    """Its exit code and last lines. On Ctrl-C the program ends in its own order first."""
    said: deque[str] = deque(maxlen=_KEPT_LINES)
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **variables, "LC_ALL": "C.UTF-8"},
        encoding="utf-8",
        errors="replace",
    ) as process:
        for raw in process.stdout or ():
            if line := raw.strip():
                said.append(line)
                tell(line)
    return process.returncode, list(said)


def lent(command: Sequence[str]) -> int:
    """Give another program this terminal until it ends; its exit code."""
    return subprocess.call(command)
