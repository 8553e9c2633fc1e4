"""From a bundle to an installed labctl and loaded images, with Python's own library alone."""

import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from labctl.engine.libraries import install_wheels, program
from labctl.errors import BadUsage, EnvironmentProblem
from labctl.model.bundle import WHEELS, Manifest
from labctl.model.progress import OnProgress
from labctl.model.shown import shown_path
from labctl.verbs.bundle_file import Bundle, opened, verify

MARK = "pyvenv.cfg"  # what each virtual environment has


def install(
    file: Path, folder: Path, on_progress: OnProgress, load: Callable[[Path], None]
) -> Path:
    """Install the labctl of a bundle into ``folder``, then have it load the images.

    Args:
        file: the bundle.
        folder: a virtual environment, made; one that is there is replaced.
        on_progress: told of each step.
        load: given the new labctl's command; when it raises, all is as it was before.

    Returns:
        the command.

    Raises:
        BadBundle: the file is damaged.
        BadUsage: the folder holds something else.
        EnvironmentProblem: the bundle is not for this machine, or the disk is full.
    """
    with opened(file) as bundle:
        verify(bundle, on_progress)
        _check(bundle.manifest)
        with _replacing(folder):
            _install(bundle, folder, on_progress)
            command = program(folder, "labctl")
            load(command)
    return command


def _install(bundle: Bundle, folder: Path, on_progress: OnProgress) -> None:
    pip = bundle.manifest.wheel("pip")
    try:
        with tempfile.TemporaryDirectory(prefix="labctl-") as place:
            for member in bundle.manifest.members:
                if member.name.startswith(WHEELS):
                    bundle.unpack(member.name, Path(place))
            install_wheels(folder, Path(place), Path(place) / pip.rpartition("/")[2], on_progress)
    except OSError as problem:
        raise EnvironmentProblem(
            "{folder} cannot be written: {why}",
            remedy="choose another place: python3 FILE FOLDER",
            folder=shown_path(folder),
            why=problem.strerror or str(problem),
        ) from None


def _check(manifest: Manifest) -> None:
    theirs, ours = (
        f"{manifest.system} {manifest.machine}",
        f"{platform.system()} {platform.machine()}",
    )
    if theirs != ours:
        raise EnvironmentProblem(
            "the bundle is for {theirs}; this machine is {ours}",
            remedy="save a bundle on such a machine: labctl bundle save FILE",
            theirs=theirs,
            ours=ours,
        )
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    if python not in manifest.pythons:
        raise EnvironmentProblem(
            "the bundle is for Python {theirs}; this is Python {ours}",
            remedy="start it with another one, for example: python{one} FILE",
            theirs=", ".join(manifest.pythons),
            ours=python,
            one=manifest.pythons[-1],
        )


@contextmanager
def _replacing(folder: Path) -> Iterator[None]:
    """What the folder held comes back when the block fails.

    Raises:
        BadUsage: what it holds is no virtual environment.
    """
    kept = folder.with_name(f"{folder.name}.before")
    if kept.exists():  # an earlier run was killed
        shutil.rmtree(folder, ignore_errors=True)
        kept.rename(folder)
    if folder.exists() and not (folder / MARK).is_file():
        raise BadUsage(
            "{folder} is there already, and is no installation of labctl",
            remedy="choose another place: python3 FILE FOLDER",
            folder=shown_path(folder),
        )
    if folder.exists():
        folder.rename(kept)
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        if kept.exists():
            kept.rename(folder)
        raise
    shutil.rmtree(kept, ignore_errors=True)
