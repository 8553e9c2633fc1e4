"""The README's exercise, for authors: as printed it loads, runs, and proves its claim."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.engine.desk import Desk
from tests.engine.handson import forget
from tests.engine.running import RunningLab, labctl, labctl_json, wait_until

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
_FILE = re.compile(r"^```yaml\n# (\w+\.yaml)\b.*?\n.*?^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of exercises with the one of the README in it, file by file."""
    home = tmp_path / "my-exercises" / "first-letter"
    home.mkdir(parents=True)
    for found in _FILE.finditer(README):
        text = found[0].removeprefix("```yaml\n").removesuffix("```")
        (home / found[1]).write_text(text, encoding="utf-8")
    return home.parent


def test_it_is_whole(folder: Path) -> None:
    files = {path.name for path in (folder / "first-letter").iterdir()}
    assert files == {"exercise.yaml", "en.yaml", "fr.yaml"}


@pytest.mark.parametrize(("language", "title"), [("en", "A first letter"), ("fr", "lettre")])
def test_it_is_listed_in_both_languages(folder: Path, language: str, title: str) -> None:
    shown = labctl("exercise", "list", "--folder", str(folder), "--lang", language)
    assert shown.returncode == 0, shown.stderr
    assert "first-letter" in shown.stdout
    assert title in shown.stdout


def test_it_proves_its_claim(folder: Path, own_lab: RunningLab) -> None:
    command = ("exercise", "run", "first-letter", "--folder", str(folder), "--lab", own_lab.name)
    (one,) = labctl_json(*command)["exercises"]
    assert (one["id"], one["verdict"]) == ("first-letter", "pass")
    shown = labctl(*command)
    assert shown.returncode == 0, shown.stderr
    assert "✔ pass  first-letter" in shown.stdout


def test_nothing_is_wrong_with_it(folder: Path, fresh: RunningLab) -> None:
    done = labctl("exercise", "lint", str(folder), "--lab", fresh.name)
    assert (done.stdout, done.returncode) == ("first-letter: nothing to complain about\n", 0)


def test_it_is_done_hands_on_and_its_wrong_turn_is_told(
    folder: Path, fresh: RunningLab, desk: Desk
) -> None:
    lab = ("--lab", fresh.name)
    command = ("start", "first-letter", "--folder", str(folder), "--no-wait", *lab)
    assert labctl_json("exercise", *command)["step"] == "send"
    assert labctl_json("exercise", "hint", *lab)["text"].startswith("Submission begins")

    assert desk.swaks("smtp", desk.bob.address).code == 0
    answers: list[dict[str, Any]] = []

    def answered() -> bool:
        answers.append(json.loads(labctl("exercise", "check", "--json", *lab).stdout))
        return bool(answers[-1]["verdict"] != "waiting")

    wait_until("the wrong turn is told", answered)
    assert answers[-1]["near_miss"]["id"] == "by-port-25"

    assert desk.swaks("submission", desk.bob.address, login=desk.alice).code == 0
    wait_until("the letter is seen", answered)
    assert (answers[-1]["verdict"], answers[-1]["over"]) == ("pass", True), answers[-1]
    assert answers[-1]["predictions"][0]["truth"] == "filed"
    forget(fresh)
