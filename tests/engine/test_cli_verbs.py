"""What each verb prints for a script, and what it does: the real command against a real lab."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import pytest

from tests.engine.running import CLEAN, RunningLab, labctl, labctl_json, wait_until

ENDPOINTS = {
    "smtp": (25, "starttls"),
    "submission": (587, "starttls"),
    "submissions": (465, "implicit"),
    "imap": (143, "starttls"),
    "imaps": (993, "implicit"),
    "pop3": (110, "starttls"),
    "pop3s": (995, "implicit"),
}


def _sent(lab: RunningLab, sender: str, to: str, *arguments: str) -> dict[str, Any]:
    words = ("--from", sender, "--to", to, "--lab", lab.name)
    found: dict[str, Any] = labctl_json("send", *words, *arguments)
    wait_until(
        f"a message for {to}",
        lambda: found["queue_id"] not in labctl("queue", "--lab", lab.name, "--json").stdout,
    )
    return found


# -- shapes ----------------------------------------------------------------------------------------


def test_status_tells_services_endpoints_accounts_and_the_ca(lab: RunningLab) -> None:
    status = labctl_json("status", "--lab", lab.name)
    assert (status["name"], status["state"]) == (lab.name, "ready")
    services = [
        (s["name"], s["site"], s["state"])
        for s in status["services"]
        if s["name"] != "client"  # there when another test has used it
    ]
    assert sorted(services) == [
        ("dovecot", "alpha.test", "running"),
        ("postfix", "alpha.test", "running"),
    ]
    assert {e["name"]: (e["documented"], e["tls"]) for e in status["endpoints"]} == ENDPOINTS
    assert {(e["host"], e["port"]) for e in status["endpoints"]} == {
        (e.host, e.port) for e in lab.spec.endpoints
    }
    assert [(a["address"], a["password"]) for a in status["accounts"]] == [
        (a.address, a.password) for a in lab.spec.accounts
    ]
    assert status["ca_pem"] == lab.spec.certificate.ca_pem


def test_maildir_tells_each_folders_files_with_flags_size_and_subject(lab: RunningLab) -> None:
    alice = lab.account()
    lab.deliver(alice, count=2, subject="shape")
    with lab.imap(alice) as imap:
        imap.select()
        imap.store("1", "+FLAGS (\\Seen)")
        imap.logout()
    lab.deliver(alice, subject="later")
    tree = labctl_json("maildir", alice.address, "--lab", lab.name)
    assert tree["address"] == alice.address
    inbox = next(f for f in tree["folders"] if f["name"] == "INBOX")
    assert set(inbox) == {"name", "new", "cur", "tmp"}
    (new,) = inbox["new"]
    assert set(new) == {"file", "flags", "size", "subject", "message_id"}
    assert (new["subject"], new["flags"]) == ("later 0", "")
    assert {m["subject"]: m["flags"] for m in inbox["cur"]} == {"shape 0": "S", "shape 1": ""}
    assert all(m["size"] > 0 and m["message_id"].startswith("<") for m in inbox["cur"])


def test_send_and_read_tell_what_was_said_and_hide_the_password(lab: RunningLab) -> None:
    alice, bob = lab.account(), lab.account()
    sent = _sent(lab, alice.address, bob.address, "--subject", "to read", "--body", "words")
    assert sent["accepted"] is True
    assert sent["reply"].startswith("250 ")
    assert sent["queue_id"] in sent["reply"]
    assert {line["from"] for line in sent["transcript"]} == {"C", "S"}
    assert any(line["tls"] for line in sent["transcript"])
    got = labctl_json("read", bob.address, "--lab", lab.name)
    assert (got["address"], got["via"], got["deleted"]) == (bob.address, "imaps", False)
    (message,) = got["messages"]
    assert (message["from"], message["to"]) == (alice.address, bob.address)
    assert (message["subject"], message["text"].strip()) == ("to read", "words")
    for account, said in ((alice, sent), (bob, got)):
        assert account.password not in json.dumps(said)


@pytest.mark.parametrize("via", ["smtp", "submission", "submissions"])
def test_send_sends_over_every_endpoint_that_takes_mail(lab: RunningLab, via: str) -> None:
    alice = lab.account()
    assert _sent(lab, alice.address, alice.address, "--via", via)["accepted"]
    assert lab.inbox_count(alice) == 1


@pytest.mark.parametrize("via", ["imap", "imaps", "pop3", "pop3s"])
def test_read_fetches_over_every_endpoint_and_deletes_when_told_to(
    lab: RunningLab, via: str
) -> None:
    alice = lab.account()
    lab.deliver(alice, count=2)
    words = ("read", alice.local_part, "--via", via, "--lab", lab.name)
    assert len(labctl_json(*words)["messages"]) == 2
    assert lab.inbox_count(alice) == 2
    assert labctl_json(*words, "--delete")["deleted"] is True
    assert lab.inbox_count(alice) == 0


def test_a_refused_message_ends_with_1_and_says_why(lab: RunningLab) -> None:
    words = ("--from", lab.account().address, "--to", "x@outside.example", "--lab", lab.name)
    refused = labctl_json("send", *words, code=1)
    assert refused["accepted"] is False
    assert "no mail leaves this lab" in refused["reply"]
    assert refused["queue_id"] == ""


def test_queue_tells_who_waits_for_whom_and_why(own_lab: RunningLab) -> None:
    assert labctl_json("queue", "--lab", own_lab.name) == {"messages": []}
    assert labctl_json("stop", "dovecot", "--lab", own_lab.name)["state"] == "degraded"
    sent = labctl_json("send", "--via", "smtp", "--lab", own_lab.name)

    def deferred() -> bool:
        (waiting,) = labctl_json("queue", "--lab", own_lab.name)["messages"]
        return bool(waiting["queue_name"] == "deferred")

    wait_until("the message is deferred", deferred, within=30)
    (waiting,) = labctl_json("queue", "--lab", own_lab.name)["messages"]
    assert waiting["queue_id"] == sent["queue_id"]
    assert waiting["sender"] == "alice@alpha.test"
    assert waiting["size"] > 0
    assert waiting["arrival"]
    (recipient,) = waiting["recipients"]
    assert recipient["address"] == "bob@alpha.test"
    assert recipient["reason"]
    assert "bob@alpha.test" in labctl("queue", "--lab", own_lab.name).stdout
    assert labctl_json("start", "dovecot", "--lab", own_lab.name)["state"] == "ready"
    assert labctl_json("restart", "postfix", "--lab", own_lab.name)["state"] == "ready"
    own_lab.engine.exec(own_lab.name, "postfix", ["postqueue", "-f"])
    wait_until(
        "the message arrives", lambda: own_lab.inbox_count(own_lab.spec.accounts[1]) == 1, within=30
    )


def test_image_ls_tells_which_images_there_are() -> None:
    images = labctl_json("image", "ls")["images"]
    assert [i["service"] for i in images][:2] == ["postfix", "dovecot"]
    for image in images:
        assert image["present"]
        assert image["reference"]
        assert image["size"] > 0
        assert image["created"]


def test_doctor_tells_each_finding_with_its_remedy() -> None:
    done = labctl("doctor", "--json")
    found = json.loads(done.stdout)
    assert found["state"] in ("ok", "warn", "fail")
    assert done.returncode == (3 if found["state"] == "fail" else 0)
    checks = {f["check"]: f for f in found["findings"]}
    assert {"engine", "rights", "disk", "memory", "clock"} <= set(checks)
    assert checks["engine"]["state"] == "ok"
    assert all(f["text"] for f in found["findings"])
    assert all(f["remedy"] for f in found["findings"] if f["state"] != "ok")


def test_config_show_lists_the_files_and_hides_the_secret_ones(lab: RunningLab) -> None:
    files = labctl_json("config", "show", "--lab", lab.name)["files"]
    assert {"compose.yaml", "postfix/main.cf", "dovecot/dovecot.conf"} <= set(files)
    assert not {"postfix/tls.pem", "postfix/lab.json", "dovecot/users"} & set(files)
    assert "PRIVATE KEY" not in json.dumps(files)
    one = labctl("config", "show", "postfix/main.cf", "--lab", lab.name).stdout
    assert one == files["postfix/main.cf"]


def test_config_show_refuses_a_secret_file(lab: RunningLab) -> None:
    done = labctl("config", "show", "postfix/tls.pem", "--lab", lab.name)
    assert done.returncode == 4
    assert done.stdout == ""


def test_config_check_lets_both_servers_speak(lab: RunningLab) -> None:
    checks = labctl_json("config", "check", "--lab", lab.name)["checks"]
    assert [(c["service"], c["command"]) for c in checks] == [
        ("postfix", "postfix check"),
        ("postfix", "postconf -n"),
        ("dovecot", "doveconf -n"),
    ]
    assert all(c["holds"] for c in checks)
    assert "virtual_transport = lmtp" in checks[1]["said"]


def test_config_diff_shows_what_somebody_changed_by_hand(own_lab: RunningLab) -> None:
    assert labctl_json("config", "diff", "--lab", own_lab.name) == {"files": []}
    path = "/etc/labctl/main.cf"
    text = own_lab.engine.read_file(own_lab.name, "postfix", path)
    changed = text.replace(b"smtpd_helo_required = yes", b"smtpd_helo_required = no")
    own_lab.engine.write_file(own_lab.name, "postfix", path, changed, 0o644)
    (found,) = labctl_json("config", "diff", "--lab", own_lab.name, code=1)["files"]
    assert found["path"] == "postfix/main.cf"
    assert "-smtpd_helo_required = no" in found["diff"]
    assert "+smtpd_helo_required = yes" in found["diff"]


def test_labctl_alone_tells_where_things_stand_and_what_to_type_next(lab: RunningLab) -> None:
    where = labctl_json("--lab", lab.name)
    assert where["labs"] == [{"name": lab.name, "state": "ready"}]
    assert where["next"].startswith("labctl ")
    shown = labctl("--lab", lab.name)
    assert shown.returncode == 0
    assert where["next"] in shown.stdout


def test_ca_prints_the_certificate_alone(lab: RunningLab) -> None:
    assert labctl("ca", "--lab", lab.name).stdout == lab.spec.certificate.ca_pem


@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("maildir", "alice"),
        ("queue",),
        ("logs",),
        ("read", "alice"),
        ("send",),
        ("reset",),
        ("down",),
        ("ca",),
        ("shell", "postfix"),
        ("stop", "postfix"),
        ("config", "diff"),
    ],
    ids=" ".join,
)
def test_a_lab_that_is_not_there_ends_with_4_and_one_sentence(words: tuple[str, ...]) -> None:
    done = labctl(*words, "--lab", "no-lab-of-that-name")
    assert done.returncode == 4, done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert "no-lab-of-that-name" in done.stderr


def test_a_lab_named_before_the_verb_is_the_one_that_is_meant(lab: RunningLab) -> None:
    done = labctl("--lab", "no-lab-of-that-name", "down", LABCTL_LAB=lab.name)
    assert done.returncode == 4
    assert "no-lab-of-that-name" in done.stderr
    shown = labctl("--lab", lab.name, "--json", "status")
    assert json.loads(shown.stdout)["name"] == lab.name


def test_an_account_that_is_not_there_ends_with_4(lab: RunningLab) -> None:
    done = labctl("maildir", "nobody", "--lab", lab.name)
    assert done.returncode == 4
    assert "u000@alpha.test" in done.stderr


# -- logs, shell, watching -------------------------------------------------------------------------


def test_logs_of_one_service_hold_its_lines_with_the_engines_time(lab: RunningLab) -> None:
    sent = _sent(lab, lab.account().address, lab.account().address)
    done = labctl("logs", "postfix", "--lab", lab.name, "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert {line["service"] for line in lines} == {"postfix"}
    mine = [line for line in lines if sent["queue_id"] in line["line"]]
    assert any("status=sent" in line["line"] for line in mine)
    assert sorted(line["time"] for line in lines) == [line["time"] for line in lines]
    assert len(labctl("logs", "--tail", "2", "--lab", lab.name).stdout.splitlines()) == 4


def test_logs_begin_at_the_last_reset(own_lab: RunningLab) -> None:
    before = _sent(own_lab, "alice", "bob")["queue_id"]
    assert before in labctl("logs", "--lab", own_lab.name).stdout
    done = labctl_json("reset", "--lab", own_lab.name)
    assert done["name"] == own_lab.name
    assert done["seconds"] > 0
    after = _sent(own_lab, "alice", "bob")["queue_id"]
    log = labctl("logs", "--lab", own_lab.name).stdout
    assert after in log
    assert before not in log
    assert own_lab.inbox_count(own_lab.spec.accounts[1]) == 1


@contextmanager
def _running(*arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """A labctl that goes on until it is interrupted."""
    with subprocess.Popen(
        [sys.executable, "-m", "labctl", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        env=CLEAN,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _until(stream: IO[str] | None, text: str) -> None:
    """Read until a line holds ``text``; the test's own time limit ends it otherwise."""
    assert stream is not None
    assert any(text in line for line in stream), f"the output ended without {text!r}"


@pytest.mark.timeout(60)
def test_logs_can_be_followed_until_ctrl_c(lab: RunningLab) -> None:
    with _running("logs", "--follow", "--lab", lab.name) as following:
        _until(following.stdout, "starting up for imap")
        alice = lab.account()
        lab.deliver(alice)
        _until(following.stdout, alice.address)
        following.send_signal(signal.SIGINT)
        assert following.wait(10) == 130


@pytest.mark.timeout(60)
def test_a_maildir_can_be_watched_until_ctrl_c(lab: RunningLab) -> None:
    alice = lab.account()
    with _running("maildir", alice.address, "--watch", "--lab", lab.name) as watching:
        _until(watching.stdout, alice.address)
        lab.deliver(alice, subject="watched")
        _until(watching.stdout, "watched 0")
        watching.send_signal(signal.SIGINT)
        assert watching.wait(10) == 130


@pytest.mark.timeout(60)
def test_status_can_be_watched_until_ctrl_c(lab: RunningLab) -> None:
    with _running("status", "--watch", "--lab", lab.name) as watching:
        _until(watching.stdout, "ready")
        watching.send_signal(signal.SIGINT)
        assert watching.wait(10) == 130


@pytest.mark.parametrize(
    ("service", "command", "answer"),
    [
        ("postfix", "postconf -h myhostname", "mx.alpha.test"),
        ("dovecot", "doveconf -h protocols", "imap"),
    ],
)
def test_a_shell_takes_commands_from_stdin_and_ends_as_they_do(
    lab: RunningLab, service: str, command: str, answer: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "labctl", "shell", service, "--lab", lab.name],
        input=f"{command}\nexit 7\n",
        capture_output=True,
        text=True,
        env=CLEAN,
        timeout=60,
        check=False,
    )
    assert done.returncode == 7, done.stderr
    assert answer in done.stdout
