"""What engines of the tests' own need of the machine, and what they leave in its cgroups."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

_PROGRAMS = ("docker", "dockerd", "nsenter", "setpriv", "unshare")
CAN_BE_HAD = os.geteuid() == 0 and all(map(shutil.which, _PROGRAMS))
NEEDS = f"an engine of the tests' own needs root and {', '.join(_PROGRAMS)}"
# The systemd driver takes no parent that is a path.
BY_CGROUPFS = ("--exec-opt", "native.cgroupdriver=cgroupfs")
_CGROUPS = Path("/sys/fs/cgroup")


def needed() -> None:
    """Fail in CI, and skip elsewhere, where an engine of the tests' own cannot be had."""
    if not CAN_BE_HAD:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(NEEDS)


def ends_with_tests(signal: str) -> tuple[str, ...]:
    """Words before a command: it gets this signal when the tests end, be they killed.

    Source: PR_SET_PDEATHSIG(2const). Whoever starts it has to be the tests' main thread: what
    counts is the end of the thread.
    """
    return "setpriv", "--pdeathsig", signal


def remove_cgroups(name: str) -> None:
    """Remove an engine's cgroups: below each controller, or, of version 2, the only tree."""
    for tree in (_CGROUPS, *_CGROUPS.glob("*")):
        for group in sorted((tree / name).glob("**/"), reverse=True):
            with suppress(OSError):
                group.rmdir()
