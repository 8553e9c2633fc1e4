"""Exercises are rehearsed in a real lab: the demo passes, and nothing is true before it is done."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from labctl.engine.dockerengine import DockerEngine
from labctl.exercise.load import load_all
from labctl.shipped import built_in_exercises
from labctl.verbs.exercise_rehearsal import lab_for
from labctl.verbs.labs import spec_of
from tests.engine.running import RunningLab, labctl, labctl_json
from tests.unit.exercise_files import LOGIC, TEXTS, write

BUILT_IN = {exercise.id: exercise.logic.lab for exercise in load_all(built_in_exercises())}
OURS = [name for name, lab in BUILT_IN.items() if lab == "solo"]
OF_TWO_SITES = [name for name, lab in BUILT_IN.items() if lab == "duo"]


@pytest.fixture(scope="module")
def two_sites(engine: DockerEngine) -> Iterator[RunningLab]:
    with lab_for(engine, "duo") as status:
        yield RunningLab(engine, spec_of(engine, status.name))


def problems(folder: Path, lab: RunningLab, code: int = 1) -> list[str]:
    """What lint says of one exercise in that lab."""
    said = labctl_json("exercise", "lint", str(folder), "--lab", lab.name, code=code)
    found: list[str] = said["exercises"][0]["problems"]
    return found


@pytest.mark.parametrize("name", OURS)
def test_no_claim_of_ours_is_true_before_its_step(name: str, fresh: RunningLab) -> None:
    folder = built_in_exercises() / name
    done = labctl("exercise", "lint", str(folder), "--lab", fresh.name, "--json")
    assert "holds before" not in done.stdout, done.stdout
    assert "`stays`" not in done.stdout, done.stdout
    assert "the demo" not in done.stdout, done.stdout


@pytest.mark.parametrize("name", OF_TWO_SITES)
def test_nor_is_one_of_two_sites(name: str, two_sites: RunningLab) -> None:
    test_no_claim_of_ours_is_true_before_its_step(name, two_sites)


def test_a_claim_that_nothing_proves_is_found(tmp_path: Path, fresh: RunningLab) -> None:
    said = problems(write(tmp_path), fresh)
    assert any("kept holds before the step, so it proves nothing" in each for each in said)


def test_what_must_stay_must_be_there_before(tmp_path: Path, fresh: RunningLab) -> None:
    logic = LOGIC.replace(
        "{id: kept, maildir: {account: alice, count: 2}",
        "{id: kept, stays: true, maildir: {account: alice, part: cur, count: 2}",
    )
    said = problems(write(tmp_path, logic=logic), fresh)
    assert any("kept says `stays`, but does not hold before" in each for each in said)


def test_a_demo_that_fails_is_told_with_what_was_observed(
    tmp_path: Path, fresh: RunningLab
) -> None:
    logic = LOGIC.replace("count: 2}, within: 5s", "count: 3}, within: 1s")
    said = problems(write(tmp_path, logic=logic), fresh)
    assert any(each.startswith("the demo fails: read: kept: expected") for each in said)


def test_a_new_exercise_passes_in_a_lab_that_is_there_only_for_it(
    tmp_path: Path, engine: DockerEngine
) -> None:
    assert labctl("exercise", "new", "my-first", "--folder", str(tmp_path)).returncode == 0
    done = labctl("exercise", "lint", str(tmp_path / "my-first"))
    assert done.stdout == "my-first: nothing to complain about\n", done.stderr
    assert done.returncode == 0
    assert [lab for lab in engine.traces() if lab.startswith("lint-")] == []


def test_without_a_lab_only_the_files_are_read(tmp_path: Path) -> None:
    write(tmp_path, fr=TEXTS.replace("Because.", "Le port 993."))
    nowhere = "unix:///nowhere/docker.sock"
    done = labctl("exercise", "lint", str(tmp_path), "--static", DOCKER_HOST=nowhere)
    assert done.returncode == 1
    assert "small: fr.yaml: explain: the port 993 is named literally" in done.stdout


def test_of_all_exercises_those_for_another_lab_are_left_out_and_say_why(
    tmp_path: Path, fresh: RunningLab
) -> None:
    other = LOGIC.replace("id: small", "id: other\nlab: duo")
    write(tmp_path, logic=other).rename(tmp_path / "other")
    write(tmp_path)
    command = ("exercise", "run", "--all", "--folder", str(tmp_path), "--lab", fresh.name)
    said = labctl_json(*command)
    assert [one["id"] for one in said["exercises"]] == ["small"]
    assert said["left_out"] == [{"id": "other", "needs": "duo"}]
    assert "other is left out: it needs labctl up duo" in labctl(*command).stderr
