"""`make` on a machine that has nothing yet: what runs before the libraries, and what it shows."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from labctl.cli import console, progress_screen
from labctl.engine import libraries
from labctl.engine.base import _in_short
from labctl.engine.install import Machine
from labctl.errors import EnvironmentProblem
from labctl.model.progress import Progress, silent

ROOT = Path(__file__).parents[2]
NOBODY = Machine(
    root=False, debian=True, systemd=True, has_engine=False, apparmor=False, cgroups=True
)


def test_the_first_step_needs_nothing_but_python() -> None:
    subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r});"
         "import labctl.cli.prepare"],
        check=True,
    )  # fmt: skip


def test_without_venv_a_user_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(libraries, "find_spec", lambda _: None)
    monkeypatch.setattr(libraries, "this_machine", lambda: NOBODY)
    monkeypatch.setattr(libraries, "is_debian_like", lambda: True)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    with pytest.raises(EnvironmentProblem, match="sudo apt-get install python3-venv"):
        libraries.prepare(ROOT, tmp_path / ".venv", "", silent)


def test_a_pip_that_fails_is_an_error_with_its_words(tmp_path: Path) -> None:
    bin_ = tmp_path / ".venv" / "bin"
    bin_.mkdir(parents=True)
    for name in ("pip", "python"):
        (bin_ / name).write_text("#!/bin/sh\necho no such registry; exit 1\n")
        (bin_ / name).chmod(0o755)
    with pytest.raises(EnvironmentProblem, match="no such registry"):
        libraries.prepare(ROOT, tmp_path / ".venv", "", silent)


@pytest.fixture
def piped(monkeypatch: pytest.MonkeyPatch) -> None:
    console.err.cache_clear()
    monkeypatch.setenv("COLUMNS", "80")


@pytest.mark.usefixtures("piped")
def test_in_a_pipe_a_long_step_says_a_word_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter((0.0, 1.0, 11.0, 12.0, 13.0))
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    plain = progress_screen._Plain()
    for word in ("one", "two", "three", "four"):
        plain.tell(Progress("base", "making the base", detail=word))
    plain.tell(Progress("base", "the base", "done", 13.0))
    lines = [" ".join(line.split()) for line in capsys.readouterr().err.splitlines()]
    assert lines == ["… making the base", "… 11.0 s making the base three", "✓ 13.0 s the base"]


def test_progress_that_nobody_reads_stops_no_work() -> None:
    code = """
from labctl.cli.progress_screen import live
from labctl.model.progress import Progress
with live() as tell:
    for number in range(9):
        tell(Progress(str(number), "step"))
print("the work is done")
"""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        stdout=subprocess.PIPE,
        stderr=write,
        cwd=ROOT,
        text=True,
    )
    os.close(write)
    assert (done.returncode, done.stdout) == (0, "the work is done\n")


def test_a_note_is_never_cut_short() -> None:
    from rich.console import Console

    screen = Console(width=80, force_terminal=True, record=True)
    steps = progress_screen._Steps(screen.print)
    steps.tell(Progress("ports", "{busy}", "note", values={"busy": "word " * 40}))
    assert screen.export_text().count("word") == 40
    assert steps.empty()


@pytest.mark.parametrize("width", [40, 80, 200])
def test_what_a_tool_says_has_room_beside_a_long_step(width: int) -> None:
    step = Progress("install", "installing " + "package " * 12, detail="Unpacking containerd")
    shown = progress_screen._running(step, 3.0, width)
    assert shown.cell_len <= width
    assert "Unpacking contai" in shown.plain


@pytest.mark.parametrize(
    ("words", "short"),
    [
        (
            'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io on '
            "10.0.0.1:53: no such host",
            "registry-1.docker.io: no such host",
        ),
        (
            'failed to do request: Head "https://r.example/v2/library/debian": EOF',
            "r.example: EOF",
        ),
        ("toomanyrequests: wait a while", "toomanyrequests: wait a while"),
    ],
)
def test_a_registry_that_fails_is_named_with_its_reason(words: str, short: str) -> None:
    assert _in_short(words) == short
