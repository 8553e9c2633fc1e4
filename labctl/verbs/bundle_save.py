"""Save a bundle: images, wheels and a start, in one file for laptops without a network."""

import platform as machine
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from labctl import __version__
from labctl.engine import wheels
from labctl.errors import BadUsage, EnvironmentProblem
from labctl.model.bundle import IMAGES, MANIFEST, MEGABYTE, WHEELS, Manifest
from labctl.model.progress import OnProgress, Progress
from labctl.model.shown import shown_path
from labctl.shipped import shipped
from labctl.verbs.bundle_file import written
from labctl.verbs.bundle_wheel import own_wheel

if TYPE_CHECKING:
    from labctl.engine.protocol import Engine

# Where no Python is asked for: these, as far as the libraries have wheels for them.
KNOWN_PYTHONS = ("3.11", "3.12", "3.13", "3.14")
START = "__main__.py"
README = "README.txt"


@dataclass(frozen=True, slots=True)
class Saved:
    """A bundle that was saved."""

    file: Path
    size: int  # bytes
    manifest: Manifest
    left_out: tuple[str, ...]  # Pythons that the libraries have no wheels for


def save(
    engine: "Engine",
    file: Path,
    on_progress: OnProgress,
    *,
    platform: str | None = None,
    pythons: Sequence[str] = (),
) -> Saved:
    """Save all that a lab and its exercises need.

    Args:
        engine: has the images; those that are missing are built.
        file: the bundle; one that is there already is replaced once the new one is whole.
        on_progress: told of each step.
        platform: what machine the images must be for, such as ``linux/arm64``.
        pythons: the versions of Python that the laptops have; none: all that can be served.

    Raises:
        BadUsage: the file has no folder, or a Python is none.
        EnvironmentProblem: other images than those of ``platform``; no network for the libraries;
            a full disk.
    """
    _check(file, pythons)
    engine.build_images([], on_progress)
    ours = engine.image_platform()
    if platform not in (None, ours):
        raise EnvironmentProblem(
            "the images on this engine are for {ours}, not for {platform}",
            remedy="save the bundle with an engine on such a machine",
            ours=ours,
            platform=platform,
        )
    images = {i.service: i.reference for i in engine.list_images() if i.service != "base"}
    with _meanwhile() as folder, written(file) as bundle:
        served, left_out = _fetched(folder, pythons, on_progress)
        start = shipped("templates") / "bundle"
        for name in (START, README):
            bundle.add(name, [(start / name).read_bytes()])
        name, content = own_wheel()
        bundle.add(f"{WHEELS}{name}", [content], packed=True)
        for wheel in sorted(folder.glob("*.whl")):
            bundle.add(f"{WHEELS}{wheel.name}", [wheel.read_bytes()], packed=True)
        pieces = engine.save_images(list(images.values()))
        bundle.add(IMAGES, _counted(pieces, on_progress))
        manifest = Manifest(
            labctl=__version__,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            platform=ours,
            system=machine.system(),
            machine=machine.machine(),
            pythons=served,
            images=images,
            members=tuple(bundle.members),
        )
        bundle.add(MANIFEST, [manifest.dumped()])
    return Saved(file, file.stat().st_size, manifest, left_out)


@contextmanager
def _meanwhile() -> Iterator[Path]:
    """A folder for the libraries until they are in the bundle.

    Raises:
        EnvironmentProblem: there is no place for it.
    """
    try:
        folder = tempfile.TemporaryDirectory(prefix="labctl-", ignore_cleanup_errors=True)
    except OSError as problem:
        raise EnvironmentProblem(
            "no temporary folder can be made: {why}",
            remedy="name a folder with some 200 MB free in the variable TMPDIR",
            why=problem.strerror or str(problem),
        ) from None
    with folder as name:
        yield Path(name)


def _check(file: Path, pythons: Sequence[str]) -> None:
    if not file.absolute().parent.is_dir() or file.is_dir():
        raise BadUsage(
            "{file} is no name of a new file in a folder that is there",
            remedy="for example: labctl bundle save labctl-bundle.pyz",
            file=shown_path(file),
        )
    for python in pythons:
        major, _, minor = python.partition(".")
        if major != "3" or not (minor.isascii() and minor.isdigit() and int(minor) >= 11):
            raise BadUsage(
                "{python} is no Python that labctl runs with",
                remedy="give versions such as 3.11 or 3.12",
                python=ascii(python[:20]),
            )


def _fetched(
    folder: Path, asked: Sequence[str], on_progress: OnProgress
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The Pythons whose wheels are now in the folder, and those that cannot be served.

    Raises:
        EnvironmentProblem: one that was asked for is among the latter.
    """
    here = wheels.this_python()
    needed = set(asked or [here])
    served, left_out = [], []
    # The oldest first: a wheel for it and all later ones is then fetched once.
    for python in sorted({*(asked or [here, *KNOWN_PYTHONS])}, key=lambda v: int(v.split(".")[1])):
        if not (why := wheels.fetch(folder, python, on_progress)):
            served.append(python)
        elif python in needed:
            raise wheels.unreachable(python, why)
        else:
            left_out.append(python)
    return tuple(served), tuple(left_out)


def _counted(pieces: Iterable[bytes], on_progress: OnProgress) -> Iterator[bytes]:
    begun, size = time.monotonic(), 0
    for piece in pieces:
        size += len(piece)
        values: dict[str, object] = {"done": size // MEGABYTE}
        on_progress(Progress("bundle:images", "saving the images: {done} MB", values=values))
        yield piece
    values = {"total": size // MEGABYTE}
    seconds = time.monotonic() - begun
    on_progress(Progress("bundle:images", "the images: {total} MB", "done", seconds, values=values))
