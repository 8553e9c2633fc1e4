"""Tar archives as the Engine API takes and gives them. Pure."""

import io
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from labctl.engine.values import TreeFile

# Postfix re-reads a main.cf younger than about two seconds in naps of 0.3 s; this one is old.
OLD = 1_000_000_000  # seconds since the epoch: 2001-09-09


@dataclass(frozen=True, slots=True)
class PlacedFile:
    """A file and where it goes inside a container."""

    target: str
    content: bytes
    mode: int
    uid: int
    gid: int


def pack(files: Iterable[PlacedFile], below: str) -> bytes:
    """A tar of files whose targets are below the folder ``below``."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for file in files:
            entry = tarfile.TarInfo(str(PurePosixPath(file.target).relative_to(below)))
            entry.size, entry.mode, entry.mtime = len(file.content), file.mode, OLD
            entry.uid, entry.gid = file.uid, file.gid
            tar.addfile(entry, io.BytesIO(file.content))
    return buffer.getvalue()


def unpack(chunks: Iterable[bytes]) -> Iterator[TreeFile]:
    """The regular files of a tar, their paths relative to its single root.

    A file of two names is there twice: IMAP's COPY makes such a one, a hard link in a Maildir.
    """
    packed = io.BytesIO(b"".join(chunks))
    # A file's name is bytes; one that is not UTF-8 is shown, not found again.
    with tarfile.open(fileobj=packed, mode="r:", encoding="utf-8", errors="replace") as tar:
        for entry in tar:
            content = _content(tar, entry)
            if content is not None:
                path = PurePosixPath(entry.name)
                relative = PurePosixPath(*path.parts[1:]) if len(path.parts) > 1 else path
                yield TreeFile(str(relative), content.read(), float(entry.mtime))


def _content(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> IO[bytes] | None:
    try:
        return tar.extractfile(entry) if entry.isfile() or entry.islnk() else None
    except KeyError:  # a link to what the archive does not hold
        return None
