"""A bundle as a file: read and checked, or written. It needs nothing but Python's own library.

It is a zip whose ``__main__.py`` Python runs; a short line in front makes a shell do so, too.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from labctl.errors import BadBundle, EnvironmentProblem
from labctl.model.bundle import MANIFEST, MEGABYTE, Manifest, Member
from labctl.model.progress import OnProgress, Progress
from labctl.model.shown import shown_path

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

# What Python's own library says of a zip whose bytes were changed, or of a bad disk.
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, KeyError, OSError),
    *(NotImplementedError, OverflowError, RuntimeError, ValueError),
)
_KINDS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_FIRST_LINE = b"#!/usr/bin/env python3\n"
_PIECE = 1 << 20  # bytes
# Of the images: the next levels take three times as long and save a tenth.
_LEVEL = 1
_LARGEST_MANIFEST = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that is open for reading."""

    path: Path
    manifest: Manifest
    archive: zipfile.ZipFile

    def pieces(self, name: str) -> Iterator[bytes]:
        """A member's content.

        Raises:
            BadBundle: it is damaged.
        """
        try:
            with self.archive.open(name) as member:
                while piece := member.read(_PIECE):
                    yield piece
        except _UNREADABLE:
            raise _damaged(self.path, name) from None

    def unpack(self, name: str, folder: Path) -> Path:
        """Write a member into a folder, under its last name."""
        target = folder / name.rpartition("/")[2]
        with target.open("wb") as file:
            for piece in self.pieces(name):
                file.write(piece)
        return target


@contextmanager
def opened(path: Path) -> Iterator[Bundle]:
    """The bundle at ``path``, its manifest read; whether its members are whole, ``verify`` says.

    Raises:
        BadBundle: there is no such file, or it is no bundle, or a part of one.
    """
    try:
        archive = zipfile.ZipFile(path)
    except OSError as problem:
        why = problem.strerror or str(problem)
        raise BadBundle("{file} cannot be read: {why}", file=shown_path(path), why=why) from None
    except _UNREADABLE:
        raise BadBundle(
            "{file} is no bundle of labctl, or a part of it is missing",
            remedy="copy it again, or make one where there is a network: labctl bundle save FILE",
            file=shown_path(path),
        ) from None
    with archive:
        yield Bundle(path, _manifest(path, archive), archive)


def _manifest(path: Path, archive: zipfile.ZipFile) -> Manifest:
    there = archive.namelist()
    if MANIFEST not in there or archive.getinfo(MANIFEST).file_size > _LARGEST_MANIFEST:
        raise BadBundle("{file} is no bundle of labctl", file=shown_path(path))
    try:
        manifest = Manifest.read(archive.read(MANIFEST))
    except _UNREADABLE:
        raise _damaged(path, MANIFEST) from None
    listed = [*(member.name for member in manifest.members), MANIFEST]
    for name in {*listed} ^ {*there}:
        raise _damaged(path, name)
    if len(there) != len(listed) or any(i.compress_type not in _KINDS for i in archive.infolist()):
        raise _damaged(path, MANIFEST)
    return manifest


def verify(bundle: Bundle, on_progress: OnProgress) -> None:
    """Read the whole file and compare each member with its checksum.

    Raises:
        BadBundle: one differs.
    """
    total = sum(member.size for member in bundle.manifest.members)
    done = 0
    for member in bundle.manifest.members:
        digest, size = sha256(), 0
        for piece in bundle.pieces(member.name):
            digest.update(piece)
            size += len(piece)
            _told(on_progress, done + size, total)
            if size > member.size:
                break
        if (size, digest.hexdigest()) != (member.size, member.sha256):
            raise _damaged(bundle.path, member.name)
        done += size
    on_progress(
        Progress(
            "bundle:verify",
            "the bundle is whole: {total} MB",
            "done",
            values={"total": round(total / MEGABYTE)},
        )
    )


def _told(on_progress: OnProgress, done: int, total: int) -> None:
    values: dict[str, object] = {
        "done": round(done / MEGABYTE),
        "total": round(total / MEGABYTE),
    }
    on_progress(
        Progress("bundle:verify", "checking the bundle: {done} of {total} MB", values=values)
    )


def _damaged(path: Path, name: str) -> BadBundle:
    return BadBundle(
        "{file} is damaged: {member} is not what was saved",
        remedy="copy it again from where it was saved",
        file=shown_path(path),
        member=ascii(name[-60:]),
    )


@dataclass(slots=True)
class Writing:
    """A bundle that is being written."""

    archive: zipfile.ZipFile
    members: list[Member] = field(default_factory=list)

    def add(self, name: str, pieces: Iterable[bytes], *, packed: bool = False) -> Member:
        """Write one member; ``packed``: it is compressed already."""
        digest, size = sha256(), 0
        entry = zipfile.ZipInfo(name) if packed else name  # a ZipInfo of no kind is stored
        with self.archive.open(entry, "w", force_zip64=True) as file:
            for piece in pieces:
                file.write(piece)
                digest.update(piece)
                size += len(piece)
        member = Member(name, size, digest.hexdigest())
        self.members.append(member)
        return member


@contextmanager
def written(path: Path) -> Iterator[Writing]:
    """A new bundle: under its name once it is whole, and nothing of it is left when it fails.

    What else goes wrong meanwhile is raised as it is: a full disk elsewhere, a network.

    Raises:
        EnvironmentProblem: it does not fit on the disk, or may not be written there.
    """
    temporary = path.with_name(f".{path.name}.part")
    try:
        with _placing(path):
            disk = _Disk(temporary, path)
        with io.BufferedWriter(disk) as file:
            file.write(_FIRST_LINE)
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
                yield Writing(archive)
        with _placing(path):
            temporary.chmod(0o755)
            temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


@contextmanager
def _placing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        why = problem.strerror or str(problem)
        raise EnvironmentProblem(
            "{file} cannot be written: {why}",
            remedy="choose another place, with some 200 MB free",
            file=shown_path(path),
            why=why,
        ) from None


class _Disk(io.FileIO):
    """The bundle's own file: when a write to it fails, and only then, its place is to blame."""

    def __init__(self, temporary: Path, path: Path) -> None:
        super().__init__(temporary, mode="w")
        self._path = path

    def write(self, content: "ReadableBuffer", /) -> int:
        """Write some of it; how much, in bytes."""
        with _placing(self._path):
            return super().write(content)
