"""Every exercise beside the short tour, run as a demo by the real command: all claims proved.

Those that need another lab or another configuration than the default have tests of their own.
"""

import json
from typing import Any

import pytest

from labctl.definition.parse import parse
from labctl.engine.dockerengine import DockerEngine
from labctl.exercise.load import load_all
from labctl.shipped import built_in_exercises
from labctl.verbs.labs import spec_of
from labctl.verbs.up import Wish, up
from tests.engine.running import RunningLab, labctl, labctl_json

NAMES = [
    exercise.id
    for exercise in load_all(built_in_exercises())
    if not exercise.logic.tour
    and (exercise.logic.lab, exercise.logic.profile) == ("solo", "default")
]
WITH_ALL_MAIL = {"quota"}  # somebody's own mail would count, too: such a box must be empty
OTHERS = """\
name = "{name}"
[[sites]]
domain = "beta.example"
accounts = ["ana", "boris", "chloe"]
"""
Results = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def results(fresh: RunningLab) -> Results:
    """All demos, one after the other: each exercise's result by its id."""
    done = labctl("exercise", "run", *NAMES, "--lab", fresh.name, "--json", timeout=280)
    assert done.stdout, done.stderr
    return {one["id"]: one for one in json.loads(done.stdout)["exercises"]}


def _unproved(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [e for step in result["steps"] for e in step["expectations"] if not e["holds"]]


@pytest.mark.parametrize("name", NAMES)
def test_every_claim_is_proved_in_a_fresh_lab(name: str, results: Results) -> None:
    result = results[name]
    assert (result["verdict"], _unproved(result), result.get("problem")) == ("pass", [], None)


@pytest.mark.usefixtures("results")
def test_nothing_of_the_runs_is_left_behind(fresh: RunningLab) -> None:
    for account in fresh.spec.accounts:
        box = labctl_json("maildir", account.address, "--lab", fresh.name)
        assert [folder for folder in box["folders"] if folder["new"] or folder["cur"]] == []
    assert labctl_json("status", "--lab", fresh.name)["state"] == "ready"
    assert not fresh.queue()


def _mail(lab: RunningLab) -> dict[tuple[str, str, str], str]:
    """Every message by account, folder and unique name: its flags."""
    return {
        (account.address, folder.name, entry.unique): entry.flags
        for account in lab.spec.accounts
        for folder in lab.maildir(account).folders
        for entry in folder.messages
    }


def test_they_pass_with_other_names_and_leave_somebodys_own_mail_alone(
    engine: DockerEngine, lab_name: str
) -> None:
    up(engine, lab_name, Wish(parse(OTHERS.format(name=lab_name), "others.toml"), ports="free"))
    lab = RunningLab(engine, spec_of(engine, lab_name))
    for account in lab.spec.accounts:
        lab.deliver(account, count=3)
        with lab.imap(account) as session:
            assert session.create("Archive").ok
            assert session.append("Archive", b"Subject: kept\n\nsince long ago\n", ["\\Seen"]).ok
            assert session.select().ok
            assert session.store("2", "+FLAGS (\\Seen \\Deleted)").ok
            session.logout()
    before = _mail(lab)
    names = [name for name in NAMES if name not in WITH_ALL_MAIL]
    done = labctl("exercise", "run", *names, "--lab", lab.name, timeout=280, LANG="fr_FR.UTF-8")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    (told,) = labctl_json("exercise", "run", "quota", "--lab", lab.name, code=1)["exercises"]
    assert told["verdict"] == "error"
    assert "ana@beta.example holds 4 already" in told["problem"]
    assert "alice" not in done.stdout
    assert _mail(lab) == before
    assert len(before) == 3 * 4
