"""Files that people or programs wrote: read as they are, or refused in one sentence."""

import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labctl.definition.parse import parse
from labctl.errors import BadDefinition, BadExercise, EnvironmentProblem
from labctl.exercise.load import Exercise, load
from labctl.model import yamlmarks
from labctl.model.handson import Course, Progress
from labctl.model.lab import LabSpec
from labctl.model.yamlmarks import load_marked
from labctl.render.state import dump_state, load_state
from labctl.shipped import built_in_exercises
from labctl.verbs.handson_store import dump_course, lines_of, load_course
from tests.unit import damaged
from tests.unit.lab_specs import a_lab

BUILT_IN = sorted(path.parent for path in built_in_exercises().glob("*/exercise.yaml"))
STATE = json.loads(dump_state(a_lab()))
COURSE = asdict(Course({"imap-keeps": Progress("done", 5, {"read": "done", "leave": "shown"})}))
DEFINITION = {
    "name": "red",
    "sites": [{"domain": "alpha.test", "accounts": ["ann", {"name": "bo", "password": "x" * 12}]}],
}
DEEP = (b"[" * 200_000, b'{"lab":' * 200_000, b'{"schema":1,"lab":' + b"[" * 200_000)


def read_or_sentence(folder: Path) -> Exercise | str:
    try:
        return load(folder)
    except BadExercise as bad:
        return str(bad)


def printable(words: str) -> bool:
    return "\n" not in words and words == words.encode("utf-8", "replace").decode()


@pytest.fixture(params=["C", "Python"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """PyYAML has a parser in C where its library is, and its own everywhere."""
    if request.param == "Python":
        monkeypatch.setattr(yamlmarks, "_Parser", yaml.SafeLoader)


either_parser = pytest.mark.usefixtures("parser")


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the built-in exercises, in which one file at a time is damaged."""
    folder = tmp_path_factory.mktemp("exercises")
    for one in BUILT_IN:
        shutil.copytree(one, folder / one.name)
    return folder


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    source=st.sampled_from(BUILT_IN),
    name=st.sampled_from(["exercise.yaml", "exercise.yaml", "en.yaml", "fr.yaml"]),
    as_json=st.booleans(),
    choose=st.data(),
)
def test_a_damaged_exercise_is_an_exercise_or_a_sentence_with_its_place(
    scratch: Path, source: Path, name: str, as_json: bool, choose: st.DataObject
) -> None:
    file = scratch / source.name / name
    whole = (source / name).read_text()
    wrong = choose.draw(damaged.data(yaml.safe_load(whole)))
    written = json.dumps(wrong) if as_json else yaml.safe_dump(wrong, allow_unicode=True)
    file.write_text(written, "utf-8", errors="replace")
    try:
        found = read_or_sentence(file.parent)
    finally:
        file.write_text(whole)
    if isinstance(found, str):
        assert found.startswith(f"{scratch}/{source.name}/")
        assert found.split(":")[1].isdecimal()
        assert printable(found)


@either_parser
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ('title: "\\UFFFFFFFF"', "character"),
        ('title: "\\U00110000"', "character"),
        ('title: "\\ud800"', "character"),
        ("title: 'x'\n%YAML 1.1", "not YAML"),
        ("a: " + "[" * 9_000, "not YAML"),
        ("a0: &a [x]\nb: *a", "anchors and aliases"),
        ("a: !!python/object:os.system x", "tags"),
        ("a: " + "9" * 10_000, "this key is missing"),
        ("id: .inf", "this key is missing"),
    ],
)
def test_what_yaml_can_do_and_an_exercise_may_not(scratch: Path, words: str, reason: str) -> None:
    folder = scratch / "odd"
    folder.mkdir(exist_ok=True)
    (folder / "exercise.yaml").write_text(words)
    found = read_or_sentence(folder)
    assert isinstance(found, str)
    assert found.startswith(f"{folder}/exercise.yaml:")
    assert reason in found
    assert printable(found)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "latin-1", "cp1252"])
def test_other_encodings_are_refused_by_name(scratch: Path, encoding: str) -> None:
    folder = scratch / "odd"
    folder.mkdir(exist_ok=True)
    (folder / "exercise.yaml").write_bytes("title: café".encode(encoding))
    assert "not UTF-8 text" in str(read_or_sentence(folder))


@either_parser
def test_a_byte_order_mark_is_no_mistake() -> None:
    assert load_marked("\ufeffa: 1", "f")[0] == {"a": 1}


# JSON writes what lies beyond the BMP as two halves, which are no characters in YAML.
words = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=9)
tables = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner),
    max_leaves=12,
)


@either_parser
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(words, tables, max_size=4))
def test_what_json_writes_is_read_again_with_the_line_of_every_key(table: dict[str, Any]) -> None:
    """JSON is YAML (1.2, section 10.2): whatever is written that way comes back the same."""
    text = json.dumps(table, indent=1)
    found, line_of = load_marked(text, "f")
    assert found == table
    lines = text.splitlines()
    assert all(lines[line_of((key,)) - 1].strip().startswith(json.dumps(key)) for key in table)


@given(damaged.data(DEFINITION), st.sampled_from(["a.yaml", "b.yml"]))
def test_a_damaged_definition_is_a_definition_or_a_sentence_with_its_place(
    wrong: object, file: str
) -> None:
    said = f"{file}:1: "
    try:
        parse(json.dumps(wrong), file)
    except BadDefinition as bad:
        said = str(bad).splitlines()[0]
    assert said.startswith(f"{file}:")
    assert printable(said)


def same_or_problem(content: bytes) -> LabSpec | None:
    try:
        return load_state(content)
    except EnvironmentProblem:
        return None


@settings(max_examples=150)
@given(damaged.data(STATE))
def test_a_damaged_state_is_a_lab_or_one_problem(wrong: object) -> None:
    found = same_or_problem(json.dumps(wrong).encode())
    assert found is None or load_state(dump_state(found)) == found


@settings(max_examples=150)
@given(damaged.data(COURSE))
def test_a_damaged_course_is_a_course_or_one_problem(wrong: object) -> None:
    try:
        course = load_course(json.dumps(wrong).encode())
    except EnvironmentProblem:
        return
    assert load_course(dump_course(course)) == course


@given(st.dictionaries(st.text(max_size=9), st.sampled_from(["begun", "shown", "done"])))
def test_a_course_is_written_and_read_again(standings: dict[str, Any]) -> None:
    progress = {name: Progress(standing, 7, {"a": "done"}) for name, standing in standings.items()}
    course = replace(Course(), progress=progress)
    assert load_course(dump_course(course)) == course


@pytest.mark.parametrize("content", DEEP)
def test_what_is_nested_without_end_is_refused_like_anything_else(content: bytes) -> None:
    assert same_or_problem(content) is None
    assert list(lines_of(content + b'\n{"run": 1}\n')) == [{"run": 1}]
    with pytest.raises(EnvironmentProblem):
        load_course(content)


@given(st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=9))), st.binary(max_size=9))
def test_evidence_survives_a_line_that_a_crash_cut_off(
    lines: list[dict[str, str]], torn: bytes
) -> None:
    written = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    assert list(lines_of(written + b'{"run": "' + torn.replace(b"\n", b""))) == lines
