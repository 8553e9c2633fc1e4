"""``python3 labctl-bundle.pyz``: labctl out of a bundle, where nothing is installed yet."""

import sys
from collections.abc import Sequence
from pathlib import Path

from labctl import __version__
from labctl.cli.bare_screen import shown, write, write_error
from labctl.cli.console import say
from labctl.cli.streams import take_any_letter
from labctl.engine.command import lent
from labctl.errors import ExitCode, LabError
from labctl.lang import choose, from_environment, tr
from labctl.verbs.bundle_install import install

_DEFAULT = ".labctl"  # in the home folder


class _NotLoadedError(Exception):
    """The new labctl has said why; its exit code is ours."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def start(bundle: str, arguments: Sequence[str]) -> int:
    """Install into the folder that the arguments name, or into the home folder's ``.labctl``."""
    choose(from_environment())
    take_any_letter()
    if len(arguments) > 1 or any(word.startswith("-") for word in arguments):
        usage = tr("usage: python3 {file} [FOLDER]", file=Path(bundle).name)
        write(usage + "\n")
        return ExitCode.DONE if {"-h", "--help"} & {*arguments} else ExitCode.USAGE
    try:
        folder = Path(arguments[0]) if arguments else Path.home() / _DEFAULT
        command = _installed(Path(bundle), folder.absolute())
    except LabError as error:
        write_error(error)
        return error.exit_code
    except _NotLoadedError as problem:
        return problem.code
    except KeyboardInterrupt:
        write(tr("interrupted") + "\n")
        return ExitCode.INTERRUPTED
    say("labctl {version} is ready. Type next:", version=__version__)
    sys.stdout.write(f"  {command} up\n  {command} exercise run smtp-sends\n")
    return ExitCode.DONE


def _installed(bundle: Path, folder: Path) -> Path:
    with shown() as on_progress:

        def load(command: Path) -> None:
            if code := lent((str(command), "bundle", "load", str(bundle))):
                raise _NotLoadedError(code)

        return install(bundle, folder, on_progress, load)
