"""The one boundary where an error becomes words and an exit code."""

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType

from labctl.errors import ExitCode, LabError

_heard: list[int] = []  # the signals that asked for the end


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    _heard.append(number)
    raise KeyboardInterrupt


def _listen() -> None:
    """SIGTERM cleans up just as Ctrl-C does; who was started deaf to Ctrl-C stays so."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _as_interrupt)


def guarded(action: Callable[[], int]) -> int:
    """Do it; whatever goes wrong is said on stderr and becomes an exit code."""
    from typer import Abort, Exit
    from typer.exceptions import TyperException

    _listen()
    try:
        code = _all_said(action)
        # typer swallows the interrupt and gives its code.
        return _interrupted() if _heard and code == ExitCode.INTERRUPTED else code
    except Exit as leave:
        return leave.exit_code
    except LabError as error:
        from labctl.cli.console import show_error

        show_error(error)
        return error.exit_code
    except TyperException as error:
        return _misuse(error)
    except (KeyboardInterrupt, Abort):
        return _interrupted()
    except BrokenPipeError:
        return _pipe_closed()
    except Exception as error:  # noqa: BLE001 - the last resort: a report instead of a traceback
        from labctl.cli.bugreport import show_bug

        show_bug(error)
        return ExitCode.BUG


def _all_said(action: Callable[[], int]) -> int:
    try:
        code = action()
        sys.stdout.flush()
    except SystemExit as leave:
        if isinstance(leave.__context__, BrokenPipeError):  # typer's and rich's own way to end
            raise BrokenPipeError from None
        raise
    return code


def _misuse(error: Exception) -> int:
    from labctl.cli.console import err
    from labctl.cli.usage import said

    err().print(said(error), markup=False, soft_wrap=True)
    return ExitCode.USAGE


def _interrupted() -> int:
    from labctl.cli.console import note

    note("interrupted")
    return ExitCode.INTERRUPTED


def _pipe_closed() -> int:
    """Whoever read our output has seen enough: `labctl logs | head`."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return ExitCode.DONE
