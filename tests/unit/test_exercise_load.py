"""Exercise files: every complaint names file, line and key, whatever the input."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labctl.errors import BadExercise, ExitCode
from labctl.exercise.load import json_schema, load, load_all
from tests.unit.exercise_files import LOGIC, TEXTS, write


def complaint(folder: Path) -> str:
    with pytest.raises(BadExercise) as caught:
        load(folder)
    assert caught.value.exit_code == ExitCode.USAGE
    said = str(caught.value)
    assert "\n" not in said
    return said.removeprefix(f"{folder}/")


def test_the_small_exercise_loads(tmp_path: Path) -> None:
    exercise = load(write(tmp_path))
    assert exercise.id == "small"
    assert exercise.text.title == "Small"
    assert exercise.logic.steps[0].expect[0].within == "5s"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("watch: [alice]", "watches: [alice]", "exercise.yaml:1: watch: this key is missing"),
        ("endpoint: imaps", "endpoint: smtp", "exercise.yaml:9: steps.0.do.0.imap.endpoint:"),
        ("imap: {", "impa: {", "exercise.yaml:9: steps.0.do.0.impa: no such key"),
        ("maildir: {", "mail: {", "exercise.yaml:11: steps.0.expect.0.mail: no such key"),
        ("count: 2}, within", "count: two}, within", "maildir.count: this must be a whole number"),
        ("count: 2}, within", "count: true}, within", "maildir.count: this must be a whole number"),
        ("within: 5s", "within: 5 minutes", "within: a duration is a number and s or ms"),
        ("id: small", "id: Small!", "exercise.yaml:2: id: a name is 1 to 64 of"),
        ("id: small", "id: other", "exercise.yaml:2: id: the folder is called small"),
        ("schema: 1", "schema: 2", "exercise.yaml:1: schema: this must be 1"),
        (
            "SELECT INBOX",
            "'UID FETCH {mm}'",
            "exercise.yaml:9: steps.0.do.0: nothing is called {mm}",
        ),
        ("SELECT INBOX", '"A {B"', "exercise.yaml:9: steps.0.do.0: a brace is not closed"),
        (
            "{account: alice, count: 2}",
            "{account: bob, count: 2}",
            "the account bob is not watched",
        ),
        ("maildir: {account: alice, count: 2}", "copy: {name: x}", "no action has made a copy x"),
        (
            "maildir: {account: alice, count: 2}",
            "reply: {session: x, to: RCPT}",
            "exercise.yaml:11: steps.0.expect.0: no action has opened a session x",
        ),
        (
            "maildir: {account: alice, count: 2}",
            "queue: {count: 0}, logins: {count: 0}",
            "steps.0.expect.0: exactly one probe is needed here",
        ),
        (
            "maildir: {account: alice, count: 2}",
            "maildir: {account: alice, at: later}",
            "there is no earlier step later",
        ),
        ("count: 2}, within", "count: 2, at_least: 1}, within", "count and at_least exclude"),
        ("SELECT INBOX", "look", "do.0.imap: a client does not know how to look: by itself it can"),
        (
            "SELECT INBOX",
            "wait",
            "a client does not know how to wait: by itself it can wait EXISTS",
        ),
        ("watch: [alice]", "watch: []", "exercise.yaml:5: watch: this must not be empty"),
        ("watch: [alice]", "watch: alice", "exercise.yaml:5: watch: this must be a list"),
    ],
)
def test_a_complaint_about_the_logic(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in LOGIC
    assert said in complaint(write(tmp_path, logic=LOGIC.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title: Small", "titel: Small", "title: this key is missing"),
        ("  read: Look.", "  read: Look.\n  more: x", "fr.yaml:6: steps.more: exercise.yaml has"),
        ("  read: Look.", "  reed: Look.", "fr.yaml:4: steps: a text for read is missing"),
        ("    fails: One is gone.\n", "", "fr.yaml:7: expect.kept.fails: this key is missing"),
        ("{alice}", "{bob}", "fr.yaml:3: task: nothing is called {bob}"),
        ("{alice}", "{alice.__class__}", "fr.yaml:3: task: only a name may stand in braces"),
        ("{alice}", "{alice", "fr.yaml:3: task: a brace is not closed"),
        ("Because.", '"\\e[2J"', "fr.yaml:10: explain: a text must not hold control characters"),
        ("Because.", '""', "fr.yaml:10: explain: a text must not be empty"),
        ("explain:", "table: {}\nexplain:", "table.title: this key is missing"),
    ],
)
def test_a_complaint_about_the_texts(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in TEXTS
    assert said in complaint(write(tmp_path, fr=TEXTS.replace(old, new)))


def test_an_id_is_used_once(tmp_path: Path) -> None:
    step = LOGIC[LOGIC.index("  - id: read") :]
    assert "the id read is used twice" in complaint(write(tmp_path, logic=LOGIC + step))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "fr.yaml").unlink()
    assert complaint(folder) == "fr.yaml:1: cannot be read: No such file or directory"


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "en.yaml").write_bytes(b"title: \xff\xfe")
    assert complaint(folder) == "en.yaml:1: not UTF-8 text"


def test_a_folder_is_read_tour_first(tmp_path: Path) -> None:
    write(tmp_path)
    other = tmp_path / "first"
    other.mkdir()
    (other / "exercise.yaml").write_text(LOGIC.replace("id: small", "id: first\ntour: 1"))
    for language in ("en", "fr"):
        (other / f"{language}.yaml").write_text(TEXTS)
    (tmp_path / "not-an-exercise").mkdir()
    assert [exercise.id for exercise in load_all(tmp_path)] == ["first", "small"]


def of_all(folder: Path) -> tuple[str, str]:
    """The complaint about a folder of exercises, and the way past it."""
    with pytest.raises(BadExercise) as caught:
        load_all(folder)
    return str(caught.value.problem), str(caught.value.remedy)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert "there is no folder of exercises" in of_all(tmp_path / "nowhere")[0]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert "there is no folder of exercises" in of_all(tmp_path / "file")[0]


def test_a_folder_without_exercises(tmp_path: Path) -> None:
    (tmp_path / "not-an-exercise").mkdir()
    problem, remedy = of_all(tmp_path)
    assert problem.endswith("holds no exercise")
    assert "exercise.yaml" in remedy


def test_one_exercise_in_place_of_its_folder(tmp_path: Path) -> None:
    problem, remedy = of_all(write(tmp_path))
    assert "is one exercise" in problem
    assert remedy.endswith(f"--folder {tmp_path}")


def test_one_bad_exercise_among_good_ones_is_named(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "other").mkdir()
    (tmp_path / "other/exercise.yaml").write_text("schema: 1")
    assert of_all(tmp_path)[0].startswith(f"{tmp_path}/other/exercise.yaml:1: id:")


def test_the_json_schema_knows_the_file_s_own_names() -> None:
    properties = json_schema()["properties"]
    assert isinstance(properties, dict)
    assert {"schema", "steps", "watch"} <= set(properties)


_LINES = st.lists(
    st.sampled_from([*LOGIC.splitlines(), *TEXTS.splitlines(), "  - x", "a: {b: [", "steps: 1"])
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    raw=st.one_of(
        st.binary(max_size=300),
        st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")),
        _LINES.map(lambda lines: "\n".join(lines).encode()),
    ),
    name=st.sampled_from(["exercise.yaml", "en.yaml", "fr.yaml"]),
)
def test_any_bytes_are_an_exercise_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes, name: str
) -> None:
    folder = write(tmp_path_factory.mktemp("any"))
    (folder / name).write_bytes(raw)
    said = ""
    try:
        load(folder)
    except BadExercise as bad:
        said = str(bad)
    assert "\n" not in said
    assert not said or said.startswith(str(folder))
