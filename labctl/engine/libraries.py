"""The libraries that labctl needs, put into a virtual environment in a clone.

This runs before there are any: here, and in all that is imported from here, only Python's own.
"""

import os
import shutil
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from venv import EnvBuilder

from labctl.engine.apt import is_debian_like
from labctl.engine.command import follow
from labctl.engine.install import install, this_machine
from labctl.errors import EnvironmentProblem
from labctl.model.progress import OnProgress, Progress

# Each module is compiled when it is first used: that is a small part of them all.
_INSTALL = (
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
    python = program(folder, "python")
    if not program(folder, "pip").exists():
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
    _run(
        (str(python), "-m", "pip", *_INSTALL, "--editable", wanted),
        Progress("pip", text),
        done,
        on_progress,
    )


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


def install_wheels(folder: Path, wheels: Path, pip: Path, on_progress: OnProgress) -> None:
    """Make ``folder`` a virtual environment with labctl out of a folder of wheels, offline.

    Debian's Python may lack the module that puts pip into such an environment, so pip runs from
    its own wheel.

    Raises:
        EnvironmentProblem: the wheels are not for this machine, or there is no room for them.
    """
    step = Progress("venv", "making {folder}", values={"folder": str(folder)})
    on_progress(step)
    EnvBuilder(symlinks=os.name != "nt").create(folder)
    _run(
        (
            *(str(program(folder, "python")), str(pip / "pip"), "--isolated", *_INSTALL),
            *("--no-cache-dir", "--no-index", "--find-links", str(wheels), "labctl"),
        ),
        Progress("venv", "installing labctl into {folder}", values=step.values),
        "labctl is installed in {folder}",
        on_progress,
        remedy="is there room on the disk? was the bundle saved on a machine like this one?",
    )


def program(folder: Path, name: str) -> Path:
    """A command of a virtual environment."""
    windows = sys.platform == "win32"
    return folder / ("Scripts" if windows else "bin") / (f"{name}.exe" if windows else name)


def _run(
    command: tuple[str, ...],
    step: Progress,
    done: str,
    on_progress: OnProgress,
    *,
    remedy: str = "is the Python package registry in reach? then again: make",
) -> None:
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
            remedy=remedy,
            said="\n".join(f"    {line}" for line in said),
        )
    on_progress(Progress(step.step, done, "done", seconds, values=step.values))
