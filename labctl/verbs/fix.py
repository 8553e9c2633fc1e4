"""Put right what `doctor` finds: an engine missing or stopped, images that are not built."""

import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from labctl.engine import images, install
from labctl.engine.base import BASE_REFERENCES
from labctl.engine.build import found
from labctl.engine.connect import reach
from labctl.engine.install import Machine
from labctl.engine.locate import find
from labctl.errors import EnvironmentProblem, NoEngine
from labctl.lang import Text
from labctl.model.progress import OnProgress, silent
from labctl.verbs.doctor import Finding, doctor

if TYPE_CHECKING:
    from docker import DockerClient

Confirm = Callable[[str], bool]


def fix(*, confirm: Confirm, on_progress: OnProgress = silent) -> tuple[Finding, ...]:
    """Install and start Debian's engine where none answers, build missing images, look again.

    Nothing is done where all is well, and nothing is installed where an engine answers and can get
    or build the images.

    Args:
        confirm: asked, in the reader's language, before anything is installed.
        on_progress: told of each step.

    Raises:
        EnvironmentProblem: it cannot be done from here; the remedy is what to type.
    """
    ensure_engine(confirm=confirm, on_progress=on_progress)
    ensure_images(confirm=confirm, on_progress=on_progress)
    return doctor()


def ensure_engine(*, confirm: Confirm, on_progress: OnProgress = silent) -> None:
    """An engine that answers: the one there, else Debian's, installed and started.

    Raises:
        EnvironmentProblem: as of ``fix``.
    """
    _engine(install.this_machine(), confirm, on_progress).close()


def ensure_images(*, confirm: Confirm, on_progress: OnProgress = silent) -> None:
    """The lab's images on that engine, with what it takes to make them.

    Raises:
        EnvironmentProblem: as of ``fix``.
    """
    client = reach()[1]
    try:
        if images.missing(client):
            _tools(client, install.this_machine(), confirm, on_progress)
            images.ensure(client, on_progress)
    finally:
        client.close()


def _engine(machine: Machine, confirm: Confirm, on_progress: OnProgress) -> "DockerClient":
    try:
        return reach()[1]
    except NoEngine as problem:
        chosen = find()
        if chosen and not install.is_usual(chosen[0]):
            raise  # somebody chose another engine: it is not ours to replace
        if chosen and not machine.root:
            raise  # it is there: only root may start it, or let this user use it
        if not (machine.root and machine.debian):
            raise _by_hand(machine, problem) from None
    wanted = install.packages(machine, registry=machine.has_engine or install.registry_answers())
    _install(wanted, machine, confirm, on_progress)
    return install.start(machine, on_progress)


def _tools(
    client: "DockerClient", machine: Machine, confirm: Confirm, on_progress: OnProgress
) -> None:
    """Install what making the base needs, where no registry answers and this user may."""
    if any(found(client, reference) for reference in BASE_REFERENCES):
        return
    possible = machine.root and machine.debian
    if possible and not shutil.which("mmdebstrap") and not install.registry_answers():
        _install(install.BOOTSTRAP_PACKAGES, machine, confirm, on_progress)


def _install(
    wanted: Sequence[str], machine: Machine, confirm: Confirm, on_progress: OnProgress
) -> None:
    """Install after asking.

    Raises:
        EnvironmentProblem: the answer was no.
    """
    if not wanted:
        return
    values = {"packages": " ".join(wanted)}
    if not confirm(str(Text("Install these packages of this system: {packages}?", values))):
        raise EnvironmentProblem(
            "nothing was installed",
            remedy="to do it by hand:\n{commands}",
            commands=_listed(install.commands(machine, wanted)),
        )
    install.install(wanted, on_progress)


def _by_hand(machine: Machine, problem: NoEngine) -> NoEngine:
    """The same problem with the commands that solve it, where they are known."""
    with suppress(OSError):
        wanted = install.packages(machine, registry=install.registry_answers())
        if typed := install.commands(machine, wanted):
            return NoEngine(
                problem.problem.template,
                remedy="only root can put that right; type:\n{commands}",
                commands=_listed(typed),
                **problem.problem.values,
            )
    return problem


def _listed(lines: Sequence[str]) -> str:
    return "\n".join(f"    {line}" for line in lines)
