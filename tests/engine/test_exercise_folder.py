"""Exercises that cannot be read or run: an exit code and one clear sentence."""

import os
from pathlib import Path

import pytest

from tests.engine.running import RunningLab, labctl
from tests.unit.exercise_files import LOGIC, TEXTS, write

NOWHERE = "unix:///nowhere/docker.sock"


def _refused(*arguments: str, code: int = 2, engine: str = "") -> str:
    """The one sentence of a command that comes to nothing, without its way past it."""
    engine = engine or os.environ.get("DOCKER_HOST", "")
    done = labctl("exercise", *arguments, DOCKER_HOST=engine)
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    problem, *remedy = done.stderr.strip().splitlines()
    assert problem.startswith("error: ")
    assert all(line.startswith("  → ") for line in remedy)
    assert len(remedy) <= 1
    return problem.removeprefix("error: ")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"logic": "schema: 1\nid: [small\n"}, "small/exercise.yaml:3: not YAML"),
        ({"logic": "- a\n- b\n"}, "small/exercise.yaml:1: the file must be a table of keys"),
        ({"logic": LOGIC.replace("LOGOUT", "jump")}, "a client does not know how to jump"),
        ({"en": TEXTS.replace("{alice}", "{carol}")}, "en.yaml:3: task: nothing is called {carol}"),
        ({"fr": TEXTS.replace("  kept:", "  gone:")}, "fr.yaml:6: expect: a text for kept"),
    ],
)
def test_a_bad_exercise_is_one_sentence(tmp_path: Path, files: dict[str, str], said: str) -> None:
    """Before anything is asked of an engine; more bad files: faults/test_exercise_files.py."""
    write(tmp_path, **files)
    for command in (("list",), ("run", "small")):
        problem = _refused(*command, "--folder", str(tmp_path), engine=NOWHERE)
        assert said in problem
        assert len(problem) < 450


def test_what_is_no_folder_of_exercises_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    small = write(tmp_path)
    for folder, said in (
        (tmp_path / "nowhere", "there is no folder of exercises"),
        (tmp_path / "empty", "holds no exercise"),
        (small, "is one exercise, not a folder of them"),
        (small / "en.yaml", "there is no folder of exercises"),
    ):
        assert said in _refused("list", "--folder", str(folder))


def test_an_exercise_that_is_not_there_is_named_and_so_are_those_that_are(tmp_path: Path) -> None:
    write(tmp_path)
    done = labctl("exercise", "run", "smal", "--folder", str(tmp_path))
    assert done.returncode == 4
    assert done.stderr.splitlines() == [
        "error: there is no exercise 'smal'",
        "  → the exercises are: small",
    ]


def test_a_good_exercise_can_be_read_without_an_engine(tmp_path: Path) -> None:
    write(tmp_path)
    shown = labctl("exercise", "show", "small", "--folder", str(tmp_path), DOCKER_HOST=NOWHERE)
    assert shown.returncode == 0, shown.stderr
    assert "alice reads at port 993." in shown.stdout
    assert "these are the documented ports" in shown.stderr


def test_it_can_be_read_for_a_lab_that_is_not_up() -> None:
    shown = labctl("exercise", "show", "pop3-takes", LABCTL_LAB="nobodys-lab")
    assert shown.returncode == 0, shown.stderr
    assert "port 995" in " ".join(shown.stdout.split())


def test_a_running_labs_own_ports_are_shown(lab: RunningLab) -> None:
    shown = labctl("exercise", "show", "pop3-takes", "--lab", lab.name)
    assert shown.returncode == 0, shown.stderr
    assert f"port {lab.endpoint('pop3s').port}" in " ".join(shown.stdout.split())


def test_without_an_engine_none_runs() -> None:
    assert "/nowhere" in _refused("run", "pop3-takes", code=3, engine=NOWHERE)


def test_in_a_lab_that_is_not_there_none_runs() -> None:
    assert "nobodys-lab" in _refused("run", "pop3-takes", "--lab", "nobodys-lab", code=4)


def test_in_a_lab_that_is_half_there_none_runs(own_lab: RunningLab) -> None:
    assert labctl("stop", "dovecot", "--lab", own_lab.name).returncode == 0
    done = labctl("exercise", "run", "--all", "--lab", own_lab.name)
    assert done.returncode == 3
    assert done.stderr.splitlines() == [
        f"error: the lab {own_lab.name} is degraded",
        f"  → make it right first: labctl up --lab {own_lab.name}",
    ]


def test_a_run_says_which_or_all() -> None:
    assert "--all" in _refused("run")
