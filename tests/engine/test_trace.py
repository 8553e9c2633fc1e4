"""One message's life with real mail: delivered, read, taken, put off, refused, bounced, across."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from labctl.definition.load import load
from labctl.engine.dockerengine import DockerEngine
from labctl.verbs.down import down
from labctl.verbs.labs import account_of, spec_of
from labctl.verbs.tracing import known_messages
from labctl.verbs.up import Wish, up
from tests.engine.running import RunningLab, labctl, labctl_json, wait_until


@pytest.fixture(scope="module")
def duo(engine: DockerEngine) -> Iterator[RunningLab]:
    """One lab of two sites."""
    name = f"trace-{os.getpid()}"
    up(engine, name, Wish(load("duo"), ports="free"))
    yield RunningLab(engine, spec_of(engine, name))
    down(engine, name)


def send(lab: RunningLab, sender: str, to: str, *, code: int = 0) -> Any:
    return labctl_json("send", "--lab", lab.name, "--from", sender, "--to", to, code=code)


def trace(lab: RunningLab, *given: str) -> Any:
    return labctl_json("trace", *given, "--lab", lab.name)


def stages(told: Any) -> list[str]:
    return [stage["name"] for stage in told["stages"]]


def test_delivered_and_read_by_imap(lab: RunningLab) -> None:
    alice, bob = lab.account(), lab.account()
    sent = send(lab, alice.address, bob.address)
    lab.arrives(bob, 1)
    lab.settled(0, sent["queue_id"])
    new = trace(lab, sent["queue_id"])
    assert stages(new) == ["submitted", "queued", "new", "delivered"]
    assert new["stopped"] is None
    submitted = new["stages"][0]
    assert (submitted["account"], submitted["endpoint"], submitted["tls"]) == (
        alice.address, "submission", True,
    )  # fmt: skip
    with lab.imap(bob) as imap:
        assert imap.select("INBOX").ok
        assert imap.command("FETCH 1 BODY[]").ok
        imap.logout()
    told: list[Any] = []

    def fetched() -> bool:
        told[:] = [trace(lab, sent["message_id"])]
        return stages(told[0])[-2:] == ["fetched", "flagged"]

    wait_until("the logs tell who fetched it", fetched)
    read = told[0]["stages"][-2]
    assert (read["account"], read["endpoint"]) == (bob.address, "imaps")
    assert "FETCH 1 BODY[]" in read["text"]
    assert [(f["entry"]["part"], f["entry"]["flags"]) for f in told[0]["files"]] == [("cur", "S")]


def test_taken_by_pop3(lab: RunningLab) -> None:
    alice, bob = lab.account(), lab.account()
    sent = send(lab, alice.address, bob.address)
    lab.arrives(bob, 1)
    with lab.pop3(bob) as pop3:
        assert pop3.retr(1).ok
        assert pop3.dele(1).ok
        pop3.quit()
    told: list[Any] = []

    def gone() -> bool:
        told[:] = [trace(lab, sent["message_id"].strip("<>"))]
        return "gone" in stages(told[0])

    wait_until("the logs tell that it is gone", gone)
    assert told[0]["files"] == []
    assert told[0]["stages"][-1]["endpoint"] == "pop3s"
    shown = labctl("trace", sent["message_id"], "--lab", lab.name).stdout
    assert "the file is removed" in shown
    assert "no Maildir holds it now" in shown


def test_put_off_while_dovecot_is_stopped_and_then_delivered(own_lab: RunningLab) -> None:
    lab = own_lab
    assert labctl("trace", "--lab", lab.name).returncode == 4  # no message yet
    labctl_json("stop", "dovecot", "--lab", lab.name)
    with lab.smtp() as smtp:
        smtp.connect()
        smtp.ehlo("sender.example")
        assert smtp.mail("sender@sender.example").ok
        assert smtp.rcpt("bob@alpha.test").ok
        queue_id = smtp.data(
            b"Message-ID: <put-off@here>\r\nSubject: put off\r\n\r\ntext\r\n"
        ).queue_id
        smtp.quit()
    told: list[Any] = []

    def deferred() -> bool:
        told[:] = [trace(lab, queue_id)]
        return "deferred" in stages(told[0])

    wait_until("it was tried", deferred)
    stopped = told[0]["stopped"]
    assert (stopped["stage"], stopped["account"]) == ("deferred", "bob@alpha.test")
    assert "connect to" in stopped["why"]
    assert "status=deferred" in stopped["log"]
    shown = labctl("trace", "--lab", lab.name, "--lang", "fr").stdout
    assert "✖ il s'est arrêté ici, pour bob@alpha.test" in shown
    assert "status=deferred" in shown  # perhaps of a later attempt
    labctl_json("start", "dovecot", "--lab", lab.name)
    lab.arrives(account_of(lab.spec, "bob"), 1)

    def delivered() -> bool:
        told[:] = [trace(lab, "put-off@here")]
        return "delivered" in stages(told[0])

    wait_until("the logs tell that it was delivered", delivered)
    assert told[0]["stopped"] is None
    assert "deferred" in stages(told[0])  # it did happen


def test_refused_at_rcpt_is_the_newest_message_without_an_id(own_lab: RunningLab) -> None:
    send(own_lab, "alice", "bob")
    send(own_lab, "alice", "nobody@alpha.test", code=1)
    told = trace(own_lab)
    assert stages(told) == ["offered", "refused"]
    assert told["message_id"] == ""
    assert told["stopped"]["why"].startswith("RCPT 550 5.1.1")
    assert "NOQUEUE: reject" in told["stopped"]["log"]


def test_bounced_by_the_other_site_and_the_sender_is_told(duo: RunningLab) -> None:
    sent = send(duo, "bob", "nobody@beta.test")
    told: list[Any] = []

    def reported() -> bool:
        told[:] = [trace(duo, sent["message_id"])]
        return "reported" in stages(told[0])

    wait_until("the sender is told", reported)
    assert told[0]["stopped"]["stage"] == "bounced"
    assert "550 5.1.1 <nobody@beta.test>" in told[0]["stopped"]["why"]
    assert "status=bounced" in told[0]["stopped"]["log"]
    assert told[0]["stages"][-1]["account"] == "bob@alpha.test"


def test_across_two_sites_both_queue_ids_are_one_life(duo: RunningLab) -> None:
    sent = send(duo, "alice", "dora@beta.test")
    duo.arrives(account_of(duo.spec, "dora"), 1)
    told: list[Any] = []

    def whole() -> bool:
        told[:] = [trace(duo, sent["message_id"])]
        return "delivered" in stages(told[0])

    wait_until("it is delivered", whole)
    assert {"submitted", "relayed", "received", "queued", "new"} < set(stages(told[0]))
    assert len(told[0]["queue_ids"]) == 2
    assert {s["service"] for s in told[0]["stages"]} == {"postfix", "postfix-beta", "dovecot-beta"}
    assert [f["account"] for f in told[0]["files"]] == ["dora@beta.test"]
    assert trace(duo, told[0]["queue_ids"][1])["message_id"] == sent["message_id"]
    assert known_messages(duo.engine, duo.name)[0] == sent["message_id"].strip("<>")
    shown = labctl("trace", sent["message_id"], "--lab", duo.name).stdout
    assert "beta.test" in shown
    assert shown.count("✔") == len(told[0]["stages"])
