"""A seat as one file: its mail, all that its lab was made to be, and its participant's progress.

A tar.gz, so that anybody can look into it: ``checkpoint.json``, ``lab.json`` (with passwords and
the CA's key), ``progress/…``, and for each Dovecot ``mail/dovecot.tar`` as it stood below
/srv/mail. Dovecot's indexes are left out: it makes them again from the Maildirs, whose file names
hold the flags, and from dovecot-uidlist, which holds the UIDs and UIDVALIDITY. Pure.
"""

import gzip
import io
import json
import re
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from labctl.errors import BadCheckpoint, LabError
from labctl.model.lab import LabSpec
from labctl.render.state import dump_state, load_state

SCHEMA = 1
# What Dovecot makes again, what it is in the middle of, and since when the logs count.
_NOT_KEPT = re.compile(
    r"(^|/)(dovecot(\.list)?\.index[^/]*|[^/]*\.lock|\.log-mark|\.gone)(/|$)|/tmp/[^/]+$"
)
_PROGRESS = re.compile(r"course\.json|evidence-[\w-]+\.json")  # as `exercise` keeps it
_OLD = 1_000_000_000  # seconds since the epoch, for entries that have no time of their own


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A seat at one moment."""

    spec: LabSpec
    saved: int  # nanoseconds since the epoch, by the engine's clock
    progress: Mapping[str, bytes]  # by file name: course.json, evidence-….json
    mail: Mapping[str, bytes]  # a tar of /srv/mail, by the name of its Dovecot


def dump_checkpoint(checkpoint: Checkpoint) -> bytes:
    """The file."""
    spec = checkpoint.spec
    about = {"schema": SCHEMA, "lab": spec.name, "saved": checkpoint.saved}
    members = {
        "checkpoint.json": json.dumps(about, indent=1).encode() + b"\n",
        "lab.json": dump_state(spec),
        **{f"progress/{name}": content for name, content in checkpoint.progress.items()},
        **{f"mail/{name}.tar": content for name, content in checkpoint.mail.items()},
    }
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode, entry.mtime = len(content), 0o600, _OLD
            tar.addfile(entry, io.BytesIO(content))
    return gzip.compress(buffer.getvalue(), mtime=_OLD)


def load_checkpoint(raw: bytes, file: str) -> Checkpoint:
    """What ``dump_checkpoint`` wrote, read to its end: one that was cut is never half restored.

    Args:
        raw: the file.
        file: its name, for the message.

    Raises:
        BadCheckpoint: this is no such file, it is damaged, or another version's.
    """
    try:
        members = dict(_members(gzip.decompress(raw)))
        about = json.loads(members["checkpoint.json"])
        schema = about["schema"]
        if schema == SCHEMA:
            spec = load_state(members["lab.json"])
            progress = _below(members, "progress/", "")
            mail = _below(members, "mail/", ".tar")
            _require_its_own(spec, progress, mail)
            return Checkpoint(spec, int(about["saved"]), progress, mail)
    except (OSError, EOFError, zlib.error, tarfile.TarError, ValueError, KeyError, TypeError):
        raise BadCheckpoint(
            "{file} is no checkpoint, or a part of it is damaged", file=file
        ) from None
    except LabError as problem:
        raise BadCheckpoint("{file}: {reason}", file=file, reason=problem.problem) from None
    raise BadCheckpoint(
        "{file} was written by another version of labctl: it has schema {found}, not {known}",
        file=file,
        found=ascii(schema)[:20],
        known=SCHEMA,
    )


def _require_its_own(
    spec: LabSpec, progress: Mapping[str, bytes], mail: Mapping[str, bytes]
) -> None:
    """Nothing but what ``dump_checkpoint`` writes may reach a server's folders.

    Raises:
        ValueError: a file of another name, a Dovecot that the lab has not, or has and is missing.
        tarfile.TarError: some mail is no tar.
    """
    dovecots = {name for name, kind, _ in spec.services if kind == "dovecot"}
    if mail.keys() != dovecots or not all(_PROGRESS.fullmatch(name) for name in progress):
        raise ValueError
    for archive in mail.values():
        for _ in _members(archive):
            pass


def saved_at(raw: BinaryIO, file: str) -> int:
    """When a checkpoint was taken, nanoseconds since the epoch; no more is read than that needs.

    Args:
        raw: the file, opened.
        file: its name, for the message.

    Raises:
        BadCheckpoint: it is none, or its beginning is damaged.
    """
    try:
        with tarfile.open(fileobj=raw, mode="r|gz") as tar:
            first = tar.next()
            opened = tar.extractfile(first) if first else None
            return int(json.loads(opened.read() if opened else b"")["saved"])
    except (OSError, EOFError, zlib.error, tarfile.TarError, ValueError, KeyError, TypeError):
        raise BadCheckpoint(
            "{file} is no checkpoint, or a part of it is damaged", file=file
        ) from None


def _members(content: bytes) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        for entry in tar:
            if entry.isfile() and (opened := tar.extractfile(entry)):
                yield entry.name, opened.read()


def _below(members: Mapping[str, bytes], folder: str, ending: str) -> dict[str, bytes]:
    return {
        name.removeprefix(folder).removesuffix(ending): content
        for name, content in members.items()
        if name.startswith(folder)
    }


def without_indexes(archive: bytes) -> bytes:
    """Of a tar of a whole folder, what a checkpoint keeps; the names are relative to that folder.

    Only folders and ordinary files are taken: nothing else belongs into a Maildir.
    """
    buffer = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(archive)) as old,
        tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as new,
    ):
        for entry in old:
            name = entry.name.strip("/").partition("/")[2]
            if name and not _NOT_KEPT.search(name) and (entry.isfile() or entry.isdir()):
                opened = old.extractfile(entry) if entry.isfile() else None
                entry.name = name
                new.addfile(entry, opened)
    return buffer.getvalue()
