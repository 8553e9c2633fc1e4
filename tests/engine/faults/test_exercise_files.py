"""Whatever stands in an exercise's files: exit 2, one clear sentence, and no mail is sent."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from labctl.shipped import built_in_exercises
from tests.engine.running import RunningLab, labctl

ID = "imap-keeps"
Spoil = Callable[[Path], object]


def _replace(file: str, old: str, new: str) -> Spoil:
    def spoil(folder: Path) -> None:
        text = (folder / file).read_text("utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), "utf-8")

    return spoil


def _append(file: str, more: bytes) -> Spoil:
    def spoil(folder: Path) -> None:
        with (folder / file).open("ab") as to:
            to.write(more)

    return spoil


def _becomes_a_folder(folder: Path) -> None:
    (folder / "exercise.yaml").unlink()
    (folder / "exercise.yaml").mkdir()


# What is wrong, how it comes about, and what the sentence must name.
WRONG: dict[str, tuple[Spoil, str]] = {
    "unknown key": (_append("exercise.yaml", b"\ncolour: red\n"), "colour"),
    "key that stands twice": (_append("exercise.yaml", b"\nminutes: 7\n"), "minutes"),
    "wrong type": (_replace("exercise.yaml", "minutes: 6", "minutes: six"), "minutes"),
    "step that is missing": (_replace("exercise.yaml", "steps:", "stairs:"), "exercise.yaml:"),
    "not UTF-8": (_append("exercise.yaml", b"# \xff\n"), "not UTF-8"),
    "texts that are not UTF-8": (_append("fr.yaml", b"# \xff\n"), "fr.yaml"),
    "YAML bomb": (_append("exercise.yaml", b"\na: &a [x]\nb: [*a, *a]\n"), "anchors"),
    "not YAML": (_append("exercise.yaml", b"\n}{\n"), "exercise.yaml:"),
    "10 MB": (_append("exercise.yaml", b"# and so on\n" * 900_000), "exercise.yaml"),
    "empty": (lambda folder: (folder / "exercise.yaml").write_bytes(b""), "exercise.yaml"),
    "a folder": (_becomes_a_folder, "exercise.yaml"),
    "missing texts": (lambda folder: (folder / "fr.yaml").unlink(), "fr.yaml"),
    "account with a newline": (
        _replace("exercise.yaml", "{to: alice}", '{to: "al\\nice"}'),
        "exercise.yaml:",
    ),
    "account with a path": (
        _replace("exercise.yaml", "{to: alice}", '{to: "../../etc"}'),
        "exercise.yaml:",
    ),
    "account of 300 characters": (
        _replace("exercise.yaml", "{to: alice}", f"{{to: {'a' * 300}}}"),
        "exercise.yaml:",
    ),
    "value that nobody knows": (_replace("exercise.yaml", "{token}", "{secret}"), "secret"),
    "two commands in one": (
        _replace("exercise.yaml", "SELECT INBOX", '"SELECT INBOX\\r\\na DELETE INBOX"'),
        "exercise.yaml:",
    ),
}


def _is_refused(done_stderr: str, code: int, named: str) -> None:
    assert code == 2, done_stderr
    lines = [line for line in done_stderr.splitlines() if line.strip()]
    assert lines[0].startswith("error: ")
    assert named in lines[0]
    assert len(lines) <= 2


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_exercise_is_refused_in_one_sentence(
    lab: RunningLab, tmp_path: Path, wrong: str
) -> None:
    spoil, named = WRONG[wrong]
    shutil.copytree(built_in_exercises() / ID, tmp_path / ID)
    spoil(tmp_path / ID)
    run = labctl("exercise", "run", ID, "--folder", str(tmp_path), "--lab", lab.name)
    _is_refused(run.stderr, run.returncode, named)
    assert run.stdout == ""


def test_a_folder_of_exercises_that_is_not_there(lab: RunningLab, tmp_path: Path) -> None:
    folder = str(tmp_path / "none")
    run = labctl("exercise", "run", ID, "--folder", folder, "--lab", lab.name)
    _is_refused(run.stderr, run.returncode, "no folder of exercises")
