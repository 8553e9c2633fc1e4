"""Whatever goes wrong is said on stderr, once, and becomes an exit code."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from typer import Abort, Exit
from typer.exceptions import TyperException

from labctl.cli import boundary
from labctl.cli.boundary import guarded
from labctl.errors import BadUsage, ExitCode, NoEngine, NoSuchLab


@pytest.fixture(autouse=True)
def signals_as_they_were() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    boundary._heard.clear()
    for number, handler in before.items():
        signal.signal(number, handler)


def after(problem: BaseException) -> int:
    def action() -> int:
        raise problem

    return guarded(action)


@pytest.mark.parametrize(
    ("problem", "code", "said"),
    [
        (BadUsage("no {what}", what="so"), 2, "error: no so"),
        (NoEngine("no engine answers", remedy="start it"), 3, "  → start it"),
        (NoSuchLab("mail"), 4, "there is no lab 'mail'"),
        (TyperException("No such option: --x"), 2, "error: no such option: --x"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (Abort(), 130, "interrupted"),
        (Exit(1), 1, ""),
        (ZeroDivisionError("division by zero"), 70, "ZeroDivisionError: division by zero"),
    ],
)
def test_an_exit_code_and_its_words(
    problem: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert after(problem) == code
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err
    assert "Traceback" not in shown.err


def test_what_ends_well_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(lambda: ExitCode.DONE) == 0
    assert capsys.readouterr() == ("", "")


def test_a_bugs_report_holds_no_arguments(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["labctl", "send", "--body", "a secret"])
    assert after(RuntimeError("[b]odd[/b]")) == ExitCode.BUG
    report = capsys.readouterr().err
    assert "this is a bug in labctl" in report
    assert "verb: send" in report
    assert "RuntimeError: [b]odd[/b]" in report
    assert "a secret" not in report


def test_term_cleans_up_as_ctrl_c_does() -> None:
    def action() -> int:
        signal.raise_signal(signal.SIGTERM)
        return 0

    assert guarded(action) == ExitCode.INTERRUPTED


SAYS_MUCH = """\
import sys
from labctl.cli.boundary import guarded
from labctl.cli.console import out
def action():
    for _ in range(20_000):
        {say}("a line of a log")
    return 0
sys.exit(guarded(action))
"""


@pytest.mark.parametrize(
    "program",
    [
        ["-c", SAYS_MUCH.format(say="print")],
        ["-c", SAYS_MUCH.format(say="out().print")],
        ["-m", "labctl", "config", "schema"],
        ["-m", "labctl", "--help"],
        ["-m", "labctl", "exercise", "list"],
    ],
    ids=["print", "rich", "schema", "help", "list"],
)
def test_a_reader_that_has_seen_enough_is_no_error(program: list[str]) -> None:
    """As in `labctl logs | head`; 1 would say that a verdict failed."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, *program], stdout=writer, stderr=subprocess.PIPE, check=False
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")
