"""The only place that prints. Data goes to stdout; progress, notices and errors go to stderr."""

import contextlib
import json
import os
import re
import sys
from functools import cache
from typing import TYPE_CHECKING

from labctl.errors import LabError
from labctl.lang import tr

if TYPE_CHECKING:
    from rich.console import Console


def _keep_together() -> None:
    """A line is not broken at a no-break space: Rich would, and a French colon would begin a line.

    Its pattern of a word has no setting; ``tests/unit/test_cli_screens.py`` tells when it moves.
    """
    from rich import _wrap

    _wrap.re_word = re.compile(r"[ \t\n\r]*[^ \t\n\r]+[ \t\n\r]*")


@cache
def out() -> "Console":
    """The terminal, for what was asked for."""
    from rich.console import Console

    _keep_together()
    return Console(highlight=False, soft_wrap=False)


@cache
def err() -> "Console":
    """The terminal, for everything else."""
    from rich.console import Console

    class Aside(Console):
        """What is said beside the data: when its reader goes away, the work goes on unsaid."""

        def on_broken_pipe(self) -> None:
            self.quiet = True
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())

    _keep_together()
    return Aside(stderr=True, highlight=False)


def on_a_terminal() -> bool:
    """Whether stderr may be one; rich decides, and here it is not imported where it need not be."""
    forced = any(os.environ.get(name) for name in ("FORCE_COLOR", "TTY_COMPATIBLE"))
    return forced or sys.stderr.isatty()


def show_json(value: object) -> None:
    """JSON alone on stdout; where that is not UTF-8 (a pipe on Windows), in ASCII."""
    plain = (sys.stdout.encoding or "").lower() not in ("utf-8", "utf8")
    json.dump(value, sys.stdout, indent=2, ensure_ascii=plain)
    sys.stdout.write("\n")


def say(text: str, **values: object) -> None:
    """A plain sentence on stdout; it needs no screen library, which costs 70 ms to import."""
    sys.stdout.write(tr(text, **values) + "\n")


def note(text: str, **values: object) -> None:
    """A sentence beside the data: on stderr."""
    aside(tr(text, **values))


def aside(line: str) -> None:
    """A line on stderr that is in the reader's language already; nobody needs to be there."""
    with contextlib.suppress(OSError):
        sys.stderr.write(line + "\n")
        sys.stderr.flush()


def warn(text: str, **values: object) -> None:
    """A sentence that must be seen: on stderr."""
    from rich.text import Text

    err().print(Text("! " + tr(text, **values), style="yellow"), soft_wrap=True)


def show_error(error: LabError) -> None:
    """The problem, then the way past it."""
    from rich.text import Text

    console = err()
    console.print(Text.assemble((tr("error: "), "bold red"), str(error.problem)), soft_wrap=True)
    if remedy := str(error.remedy):
        console.print(Text("  → " + remedy), soft_wrap=True)
