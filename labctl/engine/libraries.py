"""The libraries that labctl needs, put into a virtual environment in a clone.

This runs before there are any: here, and in all that is imported from here, only Python's own.
"""

import shutil
import sys
import time
from importlib.util import find_spec
from pathlib import Path

from labctl.engine.apt import is_debian_like
from labctl.engine.command import follow
from labctl.engine.install import install, this_machine
from labctl.errors import EnvironmentProblem
from labctl.model.progress import OnProgress, Progress

# Each module is compiled when it is first used: that is a small part of them all.
_PIP = (
    "-m",
    "pip",
    "install",
    "--disable-pip-version-check",
    "--no-input",
    "--no-compile",
    "--progress-bar=off",
)


def prepare(project: Path, folder: Path, extra: str, on_progress: OnProgress) -> None:
    """Make ``folder`` a virtual environment with labctl from ``project`` and what it needs.

    Args:
        project: the clone; labctl is run from there.
        folder: the environment; kept when it is there already.
        extra: a further set of libraries, as ``pyproject.toml`` names it; may be empty.
        on_progress: told of each step.

    Raises:
        EnvironmentProblem: Python lacks its venv module, or pip failed.
    """
    python = folder / "bin" / "python"
    if not (folder / "bin" / "pip").exists():
        _require_venv(on_progress)
        _run(
            (sys.executable, "-m", "venv", "--clear", str(folder)),
            Progress("venv", "making {folder}", values={"folder": folder.name}),
            "a Python environment of its own: {folder}",
            on_progress,
        )
    wanted = f"{project}[{extra}]" if extra else str(project)
    text = "installing the development tools" if extra else "installing labctl's Python libraries"
    done = "the development tools are installed" if extra else "labctl's libraries are installed"
    _run((str(python), *_PIP, "--editable", wanted), Progress("pip", text), done, on_progress)


def _require_venv(on_progress: OnProgress) -> None:
    """Debian's python3 comes without it; there, root gets it.

    Raises:
        EnvironmentProblem: it has to be installed by hand.
    """
    if find_spec("ensurepip"):
        return
    machine = this_machine()
    if machine.root and machine.debian:
        install(("python3-venv",), on_progress)
        return
    problem = "this Python has no venv module, which labctl's libraries need"
    if is_debian_like() and shutil.which("apt-get"):
        raise EnvironmentProblem(problem, remedy="install it: sudo apt-get install python3-venv")
    raise EnvironmentProblem(problem, remedy="install Python's venv and ensurepip modules")


def _run(command: tuple[str, ...], step: Progress, done: str, on_progress: OnProgress) -> None:
    begun = time.monotonic()
    on_progress(step)
    status, said = follow(
        command,
        lambda line: on_progress(Progress(step.step, step.text, detail=line, values=step.values)),
    )
    seconds = time.monotonic() - begun
    if status:
        on_progress(Progress(step.step, step.text, "failed", values=step.values))
        raise EnvironmentProblem(
            "labctl's Python libraries could not be installed:\n{said}",
            remedy="is the Python package registry in reach? then again: make",
            said="\n".join(f"    {line}" for line in said),
        )
    on_progress(Progress(step.step, done, "done", seconds, values=step.values))
