"""Load a bundle's images into the engine; all is checked before anything is changed."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from labctl import __version__
from labctl.errors import BadBundle, EnvironmentProblem
from labctl.model.bundle import IMAGES, MEGABYTE
from labctl.model.progress import OnProgress, Progress
from labctl.model.shown import shown_path
from labctl.verbs.bundle_file import Bundle, opened, verify

if TYPE_CHECKING:
    from labctl.engine.protocol import Engine


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a bundle brought."""

    images: tuple[str, ...]  # references that the engine did not have before
    there: tuple[str, ...]  # those that it had


def load(engine: "Engine", file: Path, on_progress: OnProgress) -> Loaded:
    """Put the images of a bundle into the engine, unless it has them all.

    Raises:
        BadBundle: the file is damaged, no bundle, or that of another labctl.
        EnvironmentProblem: its images are not for this engine's machine, or did not fit on it.
    """
    with opened(file) as bundle:
        verify(bundle, on_progress)
        _check(engine, bundle)
        before = _present(engine)
        wanted = tuple(bundle.manifest.images.values())
        if not set(wanted) <= before:
            engine.load_images(_counted(bundle, on_progress))
        if lacking := set(wanted) - _present(engine):
            raise EnvironmentProblem(
                "the engine took the bundle's images but does not have {lacking}",
                remedy="look at the engine: labctl doctor",
                lacking=", ".join(sorted(lacking)),
            )
    return Loaded(
        tuple(one for one in wanted if one not in before),
        tuple(one for one in wanted if one in before),
    )


def _present(engine: "Engine") -> set[str]:
    return {image.reference for image in engine.list_images() if image.present}


def _check(engine: "Engine", bundle: Bundle) -> None:
    manifest = bundle.manifest
    ours = {i.service: i.reference for i in engine.list_images() if i.service != "base"}
    if dict(manifest.images) != ours:
        raise BadBundle(
            "the bundle is of labctl {theirs}, whose images are not those of this labctl {ours}",
            remedy="use the labctl that is in it: python3 {file}",
            theirs=manifest.labctl,
            ours=__version__,
            file=shown_path(bundle.path),
        )
    if manifest.platform != (here := engine.platform()):
        raise EnvironmentProblem(
            "the bundle's images are for {theirs}; this engine runs {ours}",
            remedy="save a bundle on such a machine: labctl bundle save FILE",
            theirs=manifest.platform,
            ours=here,
        )


def _counted(bundle: Bundle, on_progress: OnProgress) -> Iterator[bytes]:
    begun, done = time.monotonic(), 0
    sizes = {member.name: member.size for member in bundle.manifest.members}
    values: dict[str, object] = {"total": sizes[IMAGES] // MEGABYTE}
    for piece in bundle.pieces(IMAGES):
        done += len(piece)
        on_progress(
            Progress(
                "bundle:images",
                "loading the images: {done} of {total} MB",
                values={**values, "done": done // MEGABYTE},
            )
        )
        yield piece
    seconds = time.monotonic() - begun
    on_progress(
        Progress(
            "bundle:images", "the images are loaded: {total} MB", "done", seconds, values=values
        )
    )
