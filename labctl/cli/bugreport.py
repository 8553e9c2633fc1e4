"""An error that nobody foresaw: say so, and print what to paste into a report."""

import platform
import sys
import traceback

from labctl import __version__
from labctl.cli.console import err
from labctl.lang import tr


def show_bug(error: Exception) -> None:
    """A report that holds no argument values: those may be secrets."""
    console = err()
    console.print(
        tr("this is a bug in labctl, not your mistake; please report it with the lines below"),
        style="bold red",
        soft_wrap=True,
    )
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    lines = [
        f"labctl {__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"verb: {next((a for a in sys.argv[1:] if not a.startswith('-')), '-')}",
        *(
            f"  {frame.filename.rpartition('labctl/')[2]}:{frame.lineno} {frame.name}"
            for frame in frames
        ),
        f"{type(error).__name__}: {str(error)[:500]}",
    ]
    console.print("\n".join(lines), markup=False, soft_wrap=True)
