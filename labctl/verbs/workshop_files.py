"""Files that hold passwords: only their owner may read them, and nobody else's are touched."""

import os
from collections.abc import Mapping
from pathlib import Path

from labctl.errors import BadUsage
from labctl.model.shown import shown_path
from labctl.render.certificate import is_ca_of
from labctl.render.handout import GENERATOR

CA = "-ca.pem"  # after a lab's name
_HEAD = 500  # bytes in which a page says whose it is


def put(folder: Path, files: Mapping[str, str], labs: Mapping[str, str]) -> tuple[Path, ...]:
    """Write all of them or, if one is somebody else's, none; files of an earlier handout go.

    Args:
        folder: an existing one, or one to be made.
        files: their texts by their names.
        labs: of those that are a CA's certificate, whose.

    Raises:
        BadUsage: the folder holds something else under one of these names.
    """
    try:
        return _written(folder, files, labs)
    except OSError as problem:
        why = problem.strerror or str(problem)
        raise BadUsage(
            "{file} cannot be written: {why}", file=shown_path(folder), why=why
        ) from None
    except (ValueError, RuntimeError) as problem:  # no name of a folder; a loop of links
        raise BadUsage(
            "{file} cannot be written: {why}", file=shown_path(folder), why=str(problem)
        ) from None


def _written(folder: Path, files: Mapping[str, str], labs: Mapping[str, str]) -> tuple[Path, ...]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    there = {path.name: path for path in folder.iterdir()}
    for name in files:
        if name in there and not _ours(there[name], labs.get(name)):
            raise BadUsage(
                "{folder} holds a {file} that labctl did not write",
                remedy="name an empty or a new folder",
                folder=shown_path(folder),
                file=name,
            )
    old = [path for name, path in there.items() if name not in files and _is_of_a_seat(path)]
    for path in old:  # of one that is there no more: its passwords need not lie about
        path.unlink()
    if there.keys() <= {*files, *(path.name for path in old)}:  # else it is somebody's own folder
        folder.chmod(0o700)
    return tuple(_write(folder / name, text) for name, text in files.items())


def _is_of_a_seat(path: Path) -> bool:
    if path.name.endswith(CA):
        return _ours(path, path.name.removesuffix(CA))
    return path.name.startswith("seat-") and path.suffix == ".html" and _ours(path, None)


def _ours(path: Path, lab: str | None) -> bool:
    """Whether labctl wrote it: a page says so; a CA's certificate names its lab."""
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        head = file.read(_HEAD if lab is None else 20_000).decode("utf-8", "replace")
    return f'content="{GENERATOR}"' in head if lab is None else is_ca_of(lab, head)


def _write(path: Path, text: str) -> Path:
    temporary = path.with_name(f".labctl.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path
