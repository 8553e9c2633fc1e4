"""From a bundle to an installed labctl and loaded images, with Python's own library alone."""

import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from labctl.engine.libraries import install_wheels, program
from labctl.errors import BadUsage, EnvironmentProblem
from labctl.model.bundle import WHEELS, Manifest
from labctl.model.progress import OnProgress
from labctl.model.shown import shown_path
from labctl.verbs.bundle_file import Bundle, opened, verify

MARK = "installed-from-a-bundle"  # the first file of an installation, and the last to go


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
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARK).write_text("labctl was installed here from a bundle\n", "utf-8")
        with tempfile.TemporaryDirectory(prefix="labctl-") as place:
            for member in bundle.manifest.members:
                if member.name.startswith(WHEELS):
                    bundle.unpack(member.name, Path(place))
            install_wheels(folder, Path(place), Path(place) / pip.rpartition("/")[2], on_progress)
    except OSError as problem:
        raise _unwritable(folder, problem) from None


def _unwritable(folder: Path, problem: OSError) -> EnvironmentProblem:
    return EnvironmentProblem(
        "{folder} cannot be written: {why}",
        remedy="choose another place: python3 FILE FOLDER",
        folder=shown_path(folder),
        why=problem.strerror or str(problem),
    )


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
    """What the folder held comes back when the block fails, or a run is killed before its end.

    Raises:
        BadUsage: what it holds is no installation of labctl.
    """
    kept = folder.with_name(f".{folder.name}.labctl-before")
    for place in (folder, kept):
        if place.exists() and not _is_ours(place):
            raise BadUsage(
                "{folder} is there already, and is no installation of labctl",
                remedy="choose another place: python3 FILE FOLDER",
                folder=shown_path(place),
            )
    try:
        if kept.exists() and not _is_whole(folder):  # an earlier run was killed
            _remove(folder)
            kept.rename(folder)
        _remove(kept)
        if folder.exists():
            folder.rename(kept)
    except OSError as problem:
        raise _unwritable(folder, problem) from None
    try:
        yield
    except BaseException:
        _remove(folder)
        if kept.exists():
            kept.rename(folder)
        raise
    _remove(kept)


def _is_ours(folder: Path) -> bool:
    """Nothing is in it, or labctl was put there: a project's own environment is not ours."""
    return folder.is_dir() and ((folder / MARK).is_file() or not any(folder.iterdir()))


def _is_whole(folder: Path) -> bool:
    return folder.is_dir() and program(folder, "labctl").exists()


def _remove(folder: Path) -> None:
    """Remove an installation; one that is half removed is still known as ours."""
    with suppress(OSError):
        for each in folder.iterdir():
            if each.is_dir() and not each.is_symlink():
                shutil.rmtree(each, ignore_errors=True)
            elif each.name != MARK:
                each.unlink()
        shutil.rmtree(folder)
