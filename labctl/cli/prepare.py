"""`make`, first step: the libraries in .venv. Nothing of them is there yet: the screen is bare."""

import sys
from pathlib import Path

from labctl.cli.bare_screen import shown, write, write_error
from labctl.cli.streams import take_any_letter
from labctl.engine.libraries import prepare
from labctl.errors import ExitCode, LabError
from labctl.lang import choose, from_environment, tr


def main() -> int:
    """``python -m labctl.cli.prepare FOLDER [EXTRA]``, in the clone."""
    choose(from_environment())
    take_any_letter()
    folder, extra = sys.argv[1], (sys.argv[2:] or [""])[0]
    try:
        with shown() as on_progress:
            prepare(Path.cwd(), Path(folder).absolute(), extra, on_progress)
    except LabError as error:
        write_error(error)
        return error.exit_code
    except KeyboardInterrupt:
        write(tr("interrupted") + "\n")
        return ExitCode.INTERRUPTED
    return ExitCode.DONE


if __name__ == "__main__":
    sys.exit(main())
