"""What a lab decides, no text may say."""

from pathlib import Path

import pytest

from labctl.exercise.lint import lint
from labctl.exercise.load import load
from tests.unit.exercise_files import LOGIC, TEXTS, write


def said(folder: Path) -> list[str]:
    return [str(complaint) for complaint in lint(load(folder))]


def test_a_literal_port_and_a_literal_account_are_named(tmp_path: Path) -> None:
    text = TEXTS.replace("Because.", "On port 993 alice reads as alice@alpha.test.")
    found = said(write(tmp_path, en=text))
    assert "en.yaml: explain: the port 993 is named literally: write {port_imaps}" in found
    assert any("the account alice@alpha.test" in each for each in found)
    assert any("the account alice is" in each for each in found)
    assert not any(each.startswith("fr.yaml") for each in found)


@pytest.mark.parametrize(
    ("files", "said_of_it"),
    [
        (
            {"en": TEXTS.replace("One is gone.", "Both are there.")},
            "en.yaml: expect.kept: holds and fails say the same",
        ),
        (
            {"fr": TEXTS.replace("Because.", "Vraiment ?")},
            "fr.yaml: explain: before : ; ? ! and » stands a no-break space",
        ),
        (
            {"fr": TEXTS.replace("at port {port_imaps}", "over IMAP")},
            "task: only one language names port_imaps",
        ),
        (
            {"logic": LOGIC.replace(", count: 2}, within", "}, within")},
            "exercise.yaml: read: kept only measures: say a count, a code, a capability",
        ),
        (
            {"logic": LOGIC.replace("{id: kept,", "{id: kept, stays: true,")},
            "exercise.yaml: read: all expectations say `stays` and nothing is recognised:"
            " the step passes without being done",
        ),
    ],
)
def test_what_is_wrong_is_one_sentence(
    tmp_path: Path, files: dict[str, str], said_of_it: str
) -> None:
    assert said_of_it in said(write(tmp_path, **files))


def test_a_placeholder_is_no_literal(tmp_path: Path) -> None:
    found = said(write(tmp_path))
    assert found == ["exercise.yaml: no step has `recognise`: nobody can do it hands-on"]
