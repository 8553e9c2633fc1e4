"""Hands-on by the real command: one exercise from its start to the report on it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from labctl.model.lab import Account
from tests.engine.desk import Desk
from tests.engine.handson import forget
from tests.engine.running import RunningLab, labctl, labctl_json, wait_until


def check(lab: RunningLab) -> dict[str, Any]:
    """The first answer that is not "waiting"."""
    answers: list[dict[str, Any]] = []

    def answered() -> bool:
        done = labctl("exercise", "check", "--json", "--lab", lab.name)
        answers.append(json.loads(done.stdout))
        return bool(answers[-1]["verdict"] != "waiting")

    wait_until("the exercise has an answer", answered)
    return answers[-1]


@pytest.fixture
def here(fresh: RunningLab) -> Iterator[RunningLab]:
    """A lab in which nobody has begun an exercise."""
    yield fresh
    forget(fresh)


def _deletes(desk: Desk, who: Account) -> None:
    desk.curl("pop3s", who, "", "--request", "DELE 1", "--head")


def test_curl_is_recognised_and_its_wrong_turn_too(here: RunningLab, desk: Desk) -> None:
    alice = desk.alice
    lab = ("--lab", here.name)
    task = labctl_json("exercise", "start", "pop3-takes", "--no-wait", *lab)
    assert task["step"] == "retrieve"
    waiting = labctl_json("exercise", "check", *lab)
    assert waiting["verdict"] == "waiting"
    assert "RETR" in waiting["missing"]

    _deletes(desk, alice)
    wrong = check(here)
    assert wrong["verdict"] == "fail"
    assert wrong["near_miss"]["id"] == "deleted-at-once"
    assert wrong["renewed"]
    assert here.inbox_count(alice) == 2  # what it removed is there again

    desk.curl("pop3s", alice, "1")
    right = check(here)
    assert right["verdict"] == "pass"
    assert right["missing"] == []
    assert {e["id"]: e["holds"] for e in right["expectations"]}["both-kept"]

    # It is kept with the lab: the servers start anew, and the run goes on where it was.
    for service in ("postfix", "dovecot"):
        assert labctl("restart", service, *lab).returncode == 0
    assert labctl_json("exercise", "start", "--no-wait", *lab)["step"] == "dropped"

    skipped = labctl_json("exercise", "skip", *lab)
    assert "DELE 1" in skipped["solution"][0]["typed"]
    assert skipped["next"]["step"] == "quit"

    _deletes(desk, alice)
    _deletes(desk, alice)
    assert check(here)["over"]
    assert check(here)["over"]  # asking again changes nothing
    assert here.inbox_count(alice) == 0

    report = labctl_json("report", *lab)
    kinds = [e["kind"] for e in report["evidence"]]
    assert kinds == ["start", "near_miss", "pass", "skip", "pass", "end"]
    steps = {"retrieve": "done", "dropped": "shown", "quit": "done"}
    assert report["exercises"][0]["steps"] == steps
    assert report["exercises"][0]["standing"] == "shown"
    assert alice.password not in str(report)

    assert labctl("exercise", "reset", *lab).returncode == 0
    assert here.inbox_count(alice) == 0


def test_hints_lead_to_the_solution(here: RunningLab) -> None:
    lab = ("--lab", here.name)
    labctl_json("exercise", "start", "pop3-takes", "--no-wait", *lab)
    hints = [labctl_json("exercise", "hint", *lab) for _ in range(3)]
    assert [bool(hint["solution"]) for hint in hints] == [False, False, True]


def test_without_a_run_there_is_nothing_to_check(here: RunningLab) -> None:
    done = labctl("exercise", "check", "--lab", here.name)
    assert done.returncode == 4
    assert "labctl exercise start" in done.stderr


def test_a_prediction_is_said_beforehand_and_no_later(own_lab: RunningLab) -> None:
    lab = ("--lab", own_lab.name)
    task = labctl_json("exercise", "start", "pop3-takes", "--no-wait", *lab)
    assert [set(asked["options"]) for asked in task["questions"]] == [{"gone", "kept"}]
    told = labctl_json("exercise", "predict", "after-the-break=gone", *lab)
    assert told["questions"][0]["said"] == "gone"
    for wrong in ("after-the-break=maybe", "no-such-question=gone", "after-the-break"):
        assert labctl("exercise", "predict", wrong, *lab).returncode == 2
    for _ in range(2):
        labctl_json("exercise", "skip", *lab)
    assert labctl("exercise", "predict", "after-the-break=kept", *lab).returncode == 2
    assert labctl_json("exercise", "predict", *lab)["questions"][0]["said"] == "gone"
