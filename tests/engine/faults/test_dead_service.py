"""A server dies or is stopped: `status` says so, `up` repairs it, and no mail is lost."""

import pytest

from labctl.verbs.mailbox import queue
from tests.engine.running import RunningLab, labctl, labctl_json, wait_until


def _states(lab: RunningLab) -> dict[str, str]:
    return {s["name"]: s["state"] for s in labctl_json("status", "--lab", lab.name)["services"]}


def _kill(lab: RunningLab, service: str) -> None:
    lab.engine.client.api.kill(f"{lab.name}-{service}-1")
    wait_until(f"{service} is dead", lambda: _states(lab)[service] == "dead")


def _subjects(lab: RunningLab) -> list[str]:
    """What bob has."""
    entries = lab.maildir(lab.spec.accounts[1]).folder("INBOX").entries
    return sorted(entry.subject for entry in entries)


def _send_to_bob(lab: RunningLab, subject: str) -> None:
    sent = labctl("send", "--lab", lab.name, "--from", "ann@sender.example", "--to", "bob",
                  "--via", "smtp", "--subject", subject)  # fmt: skip
    assert sent.returncode == 0, sent.stderr


@pytest.mark.parametrize("service", ["postfix", "dovecot"])
def test_a_killed_server_is_named_by_status_and_repaired_by_up_with_all_its_mail(
    own_lab: RunningLab, service: str
) -> None:
    bob = own_lab.spec.accounts[1]
    own_lab.deliver(bob, count=3, subject="kept")
    _kill(own_lab, service)
    shown = labctl("status", "--lab", own_lab.name)
    assert shown.returncode == 0
    assert service in shown.stdout
    assert labctl_json("status", "--lab", own_lab.name)["state"] == "degraded"
    states = _states(own_lab)
    assert states.pop(service) == "dead"
    assert set(states.values()) == {"running"}
    assert labctl_json("up", "--lab", own_lab.name)["state"] == "ready"
    own_lab.deliver(bob, subject="after")
    assert _subjects(own_lab) == ["after 0", "kept 0", "kept 1", "kept 2"]


def test_mail_that_waited_in_the_queue_survives_the_death_of_both_servers(
    own_lab: RunningLab,
) -> None:
    _kill(own_lab, "dovecot")
    _send_to_bob(own_lab, "waited")
    wait_until("it is queued", lambda: len(queue(own_lab.engine, own_lab.name)) == 1)
    _kill(own_lab, "postfix")
    assert labctl_json("up", "--lab", own_lab.name)["state"] == "ready"
    wait_until("it is delivered", lambda: _subjects(own_lab) == ["waited"], within=40)
    wait_until("nothing waits", lambda: queue(own_lab.engine, own_lab.name) == ())
    assert _subjects(own_lab) == ["waited"]


@pytest.mark.parametrize("service", ["postfix", "dovecot"])
def test_a_server_that_was_removed_behind_labctls_back_is_made_again(
    own_lab: RunningLab, service: str
) -> None:
    own_lab.deliver(own_lab.spec.accounts[1], subject="kept")
    own_lab.engine.client.api.remove_container(f"{own_lab.name}-{service}-1", force=True)
    status = labctl_json("status", "--lab", own_lab.name)
    assert status["state"] == "degraded"
    assert _states(own_lab)[service] == "absent"
    again = labctl_json("up", "--lab", own_lab.name)
    assert again["state"] == "ready"
    assert again["accounts"] == status["accounts"]
    assert _subjects(own_lab) == ["kept 0"]


def test_a_paused_server_is_made_right_by_up(own_lab: RunningLab) -> None:
    own_lab.deliver(own_lab.spec.accounts[1], subject="kept")
    own_lab.engine.client.api.pause(f"{own_lab.name}-dovecot-1")
    assert labctl_json("status", "--lab", own_lab.name)["state"] == "degraded"
    assert labctl_json("up", "--lab", own_lab.name)["state"] == "ready"
    assert _subjects(own_lab) == ["kept 0"]


def test_mail_for_a_stopped_dovecot_waits_with_a_reason_and_arrives_once(
    own_lab: RunningLab,
) -> None:
    assert labctl("stop", "dovecot", "--lab", own_lab.name).returncode == 0
    _send_to_bob(own_lab, "patience")

    def reason() -> str:
        waiting = labctl_json("queue", "--lab", own_lab.name)["messages"]
        assert [r["address"] for m in waiting for r in m["recipients"]] == ["bob@alpha.test"]
        return str(waiting[0]["recipients"][0]["reason"])

    wait_until("the queue says why it waits", lambda: ":24" in reason())
    started = labctl_json("start", "dovecot", "--lab", own_lab.name)
    assert started["state"] == "ready"
    own_lab.engine.exec(own_lab.name, "postfix", ["postqueue", "-f"])
    wait_until("it is delivered", lambda: _subjects(own_lab) == ["patience"], within=40)
    assert labctl_json("queue", "--lab", own_lab.name)["messages"] == []
    own_lab.deliver(own_lab.spec.accounts[1], subject="sentinel")
    assert _subjects(own_lab) == ["patience", "sentinel 0"]
