"""A new exercise can be read and has nothing wrong with it; what is there is never overwritten."""

import json
from pathlib import Path

import pytest

from labctl.errors import BadUsage
from labctl.exercise.lint import lint
from labctl.exercise.load import json_schema, load, load_all
from labctl.exercise.texts import Texts
from labctl.verbs.exercise_new import new_exercise


def test_it_is_whole_and_right(tmp_path: Path) -> None:
    files = new_exercise("my-first", tmp_path / "mine")
    assert [file.name for file in files] == ["exercise.yaml", "en.yaml", "fr.yaml"]
    exercise = load(tmp_path / "mine" / "my-first")
    assert list(lint(exercise)) == []
    assert {prediction.id for prediction in exercise.logic.predict} == {"afterwards"}


def test_editors_find_the_schemas_it_names(tmp_path: Path) -> None:
    for file in new_exercise("my-first", tmp_path):
        first = file.read_text(encoding="utf-8").splitlines()[0]
        schema = file.parent / first.partition("$schema=")[2]
        assert json.loads(schema.read_text(encoding="utf-8"))["$schema"]
    texts = json.loads((tmp_path / ".schema" / "texts.json").read_text(encoding="utf-8"))
    assert texts == json_schema(Texts)


def test_a_second_one_stands_beside_the_first(tmp_path: Path) -> None:
    new_exercise("one", tmp_path)
    new_exercise("two", tmp_path)
    assert [exercise.id for exercise in load_all(tmp_path)] == ["one", "two"]


def test_what_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("precious", encoding="utf-8")
    with pytest.raises(BadUsage, match="is there already"):
        new_exercise("mine", tmp_path)
    with pytest.raises(BadUsage, match="cannot be written"):
        new_exercise("other", tmp_path / "mine")
    assert (tmp_path / "mine").read_text(encoding="utf-8") == "precious"


@pytest.mark.parametrize("name", ["", "..", "a/b", "Größe", "x" * 65, "-", "a b"])
def test_what_can_be_no_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadUsage, match="a name is"):
        new_exercise(name, tmp_path)
    assert list(tmp_path.iterdir()) == []
