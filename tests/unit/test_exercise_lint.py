"""What a lab decides, no text may say."""

from pathlib import Path

from labctl.exercise.lint import lint
from labctl.exercise.load import load, load_all
from labctl.shipped import built_in_exercises
from tests.unit.exercise_files import TEXTS, write


def said(folder: Path) -> list[str]:
    return [str(complaint) for complaint in lint(load(folder))]


def test_a_literal_port_and_a_literal_account_are_named(tmp_path: Path) -> None:
    text = TEXTS.replace("Because.", "On port 993 alice reads as alice@alpha.test.")
    found = said(write(tmp_path, en=text))
    assert "en.yaml: explain: the port 993 is named literally: write {port_imaps}" in found
    assert any("the account alice@alpha.test" in each for each in found)
    assert not any(each.startswith("fr.yaml") for each in found)


def test_a_placeholder_is_no_literal(tmp_path: Path) -> None:
    found = said(write(tmp_path))
    assert found == ["exercise.yaml: no step has `recognise`: nobody can do it hands-on"]


def test_the_exercise_that_can_be_done_by_hand_is_clean() -> None:
    known = {exercise.id: exercise for exercise in load_all(built_in_exercises())}
    assert list(lint(known["pop3-takes"])) == []
