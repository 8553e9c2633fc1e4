"""Text that a command writes: to a file, or to stdout."""

import os
import sys
from pathlib import Path

from labctl.errors import BadUsage
from labctl.model.shown import shown_path


def write_text(file: Path | None, text: str) -> None:
    """Write all of it or nothing: a file appears under its name once it is whole.

    Raises:
        BadUsage: the file cannot be written.
    """
    if file is None:
        sys.stdout.write(text)
        return
    try:
        _write(file.resolve(), text)
    except OSError as problem:
        raise _refused(file, problem.strerror or str(problem)) from None
    except (ValueError, RuntimeError) as problem:  # no name of a file; a loop of links
        raise _refused(file, str(problem)) from None


def _write(file: Path, text: str) -> None:
    if file.exists() and not file.is_file():  # /dev/stdout must not be replaced; a folder refuses
        file.write_text(text, encoding="utf-8")
        return
    temporary = file.with_name(f".labctl.{os.getpid()}")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(file)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _refused(file: Path, why: str) -> BadUsage:
    return BadUsage("{file} cannot be written: {why}", file=shown_path(file), why=why)
