"""Hands-on: a client that nobody here wrote is recognised, a wrong turn is told as what it was."""

import json
import os
import subprocess
from typing import Any

import pytest

from labctl.model.lab import Account
from tests.engine.running import RunningLab, labctl, labctl_json, wait_until


def curl(lab: RunningLab, account: Account, *arguments: str, path: str = "") -> None:
    """Curl over POP3 under TLS; the password comes by a file of settings on stdin."""
    at = lab.endpoint("pop3s")
    done = subprocess.run(
        ["curl", "-sk", "--config", "-", *arguments, f"pop3s://{at.host}:{at.port}/{path}"],
        input=f'user = "{account.address}:{account.password}"\n',
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env=os.environ | {"NO_PROXY": "*"},
    )
    assert done.returncode == 0, done.stderr


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
def alice(own_lab: RunningLab) -> Account:
    return own_lab.spec.accounts[0]


def test_curl_is_recognised_and_its_wrong_turn_too(own_lab: RunningLab, alice: Account) -> None:
    lab = ("--lab", own_lab.name)
    task = labctl_json("exercise", "start", "pop3-takes", "--no-wait", *lab)
    assert task["step"] == "retrieve"
    waiting = labctl_json("exercise", "check", *lab)
    assert waiting["verdict"] == "waiting"
    assert "RETR" in waiting["missing"]

    curl(own_lab, alice, "--request", "DELE 1", "--head")
    wrong = check(own_lab)
    assert wrong["verdict"] == "fail"
    assert wrong["near_miss"]["id"] == "deleted-at-once"
    assert wrong["renewed"]
    assert own_lab.inbox_count(alice) == 2  # what it removed is there again

    curl(own_lab, alice, path="1")
    right = check(own_lab)
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

    curl(own_lab, alice, "--request", "DELE 1", "--head")
    curl(own_lab, alice, "--request", "DELE 1", "--head")
    assert check(own_lab)["over"]
    assert check(own_lab)["over"]  # asking again changes nothing
    assert own_lab.inbox_count(alice) == 0

    report = labctl_json("report", *lab)
    kinds = [e["kind"] for e in report["evidence"]]
    assert kinds == ["start", "near_miss", "pass", "skip", "pass", "end"]
    steps = {"retrieve": "done", "dropped": "shown", "quit": "done"}
    assert report["exercises"][0]["steps"] == steps
    assert report["exercises"][0]["standing"] == "shown"
    assert alice.password not in str(report)

    assert labctl("exercise", "reset", *lab).returncode == 0
    assert own_lab.inbox_count(alice) == 0


def test_hints_lead_to_the_solution(own_lab: RunningLab) -> None:
    lab = ("--lab", own_lab.name)
    labctl_json("exercise", "start", "pop3-takes", "--no-wait", *lab)
    hints = [labctl_json("exercise", "hint", *lab) for _ in range(3)]
    assert [bool(hint["solution"]) for hint in hints] == [False, False, True]


def test_without_a_run_there_is_nothing_to_check(own_lab: RunningLab) -> None:
    done = labctl("exercise", "check", "--lab", own_lab.name)
    assert done.returncode == 4
    assert "labctl exercise start" in done.stderr
