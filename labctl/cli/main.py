"""Start here: choose the language, build the commands, run one, and turn errors into exit codes."""

import gc
import os
import sys
from typing import NoReturn

from labctl import __version__
from labctl.cli.streams import take_any_letter
from labctl.errors import ExitCode, LabError

PROGRAM = "labctl"
# Objects before a look for garbage. Python's own 700 means hundreds of looks while modules are
# imported, 10 ms of every command; a single one at 50,000 takes 20 ms of `exercise check`.
_GARBAGE = 500_000


def run(arguments: list[str]) -> int:
    """Run one command line; its exit code."""
    if arguments == ["--version"]:  # before anything is imported: the quickest answer there is
        sys.stdout.write(f"{PROGRAM} {__version__}\n")
        return ExitCode.DONE
    from labctl.cli.boundary import guarded

    return guarded(lambda: _command(arguments))


def _command(arguments: list[str]) -> int:
    from labctl.cli.language import choose_from

    choose_from(arguments, os.environ)
    from labctl.cli.app import command

    answer = command().main(arguments, prog_name=PROGRAM, standalone_mode=False)
    return answer if isinstance(answer, int) else ExitCode.DONE


def main() -> NoReturn:
    """The console script."""
    gc.set_threshold(_GARBAGE)
    # pydantic would look for plugins in every package that is installed beside labctl.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    take_any_letter()
    sys.exit(run(sys.argv[1:]))


__all__ = ["LabError", "main", "run"]
