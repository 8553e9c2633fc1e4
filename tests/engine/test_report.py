"""A report on a real run: complete in each kind of file, in both languages, without a password."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.handson import forget
from tests.engine.running import RunningLab, labctl, labctl_json


@pytest.fixture
def here(fresh: RunningLab) -> Iterator[RunningLab]:
    """A lab in which nobody has begun an exercise."""
    yield fresh
    forget(fresh)


def _report(lab: RunningLab, file: Path, *options: str) -> str:
    done = labctl("report", "--output", str(file), "--lab", lab.name, *options)
    assert done.returncode == 0, done.stderr
    return file.read_text(encoding="utf-8")


def test_each_kind_of_file_tells_the_run(here: RunningLab, tmp_path: Path) -> None:
    lab = ("--lab", here.name)
    labctl_json("exercise", "start", "smtp-sends", "--no-wait", *lab)
    labctl_json("exercise", "hint", *lab)
    labctl_json("exercise", "skip", *lab)

    found: dict[str, Any] = json.loads(_report(here, tmp_path / "r.json"))
    first, *_, last = found["evidence"]
    assert [line["kind"] for line in found["evidence"]] == ["start", "hint", "skip", "end"]
    assert len({line["run"] for line in found["evidence"]}) == 1
    assert len(first["config"]) == 64
    assert all(first["versions"][part] for part in ("labctl", "engine", "postfix", "dovecot"))
    assert last["predictions"].keys() == {question["id"] for question in _questions("smtp-sends")}
    skipped = found["evidence"][2]
    assert {"sender", "sending", "postfix", "queue", "lmtp", "maildir"} <= set(skipped["way"])
    assert skipped["result"]["transcript"]

    page = _report(here, tmp_path / "r.html", "--lang", "fr")
    words = _report(here, tmp_path / "r.md")
    assert "SMTP envoie" in page
    assert "SMTP sends" in words
    for text in (json.dumps(found), page, words):
        assert found["evidence"][0]["token"] in text
        for account in here.spec.accounts:
            assert account.password not in text


def test_without_a_run_there_is_a_page_that_says_so(here: RunningLab) -> None:
    done = labctl("report", "--format", "html", "--lab", here.name)
    assert done.returncode == 0, done.stderr
    assert "No exercise was begun yet." in done.stdout


def _questions(exercise: str) -> list[dict[str, Any]]:
    from labctl.exercise.load import load
    from labctl.shipped import built_in_exercises

    logic = load(built_in_exercises() / exercise).logic
    return [question.model_dump() for question in logic.predict]
