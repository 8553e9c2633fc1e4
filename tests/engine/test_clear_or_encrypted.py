"""`clear-or-encrypted`: what a listener beside the server reads of real clients' logins."""

import json

from labctl.model.lab import EndpointName
from tests.engine.desk import Desk
from tests.engine.handson import hands_on
from tests.engine.running import RunningLab, labctl, labctl_json
from tests.engine.test_exercises_can_fail import DOVECOT_CONF, Fault, break_lab, failed_claims

NAME = "clear-or-encrypted"


def _listeners(lab: RunningLab) -> list[str]:
    return [r.name for r in lab.engine.resources(lab.name) if r.name.startswith("labctl-")]


def _careless(desk: Desk, via: EndpointName, *lines: str) -> str:
    """netcat says what it is given, whatever the server has announced."""
    words = "".join(f"{line}\r\n" for line in lines)
    return desk.run("nc", desk.host(via), str(desk.port(via)), stdin=words).out


def test_every_claim_is_proved_and_the_password_is_in_no_word_of_it(own_lab: RunningLab) -> None:
    done = labctl("exercise", "run", NAME, "--lab", own_lab.name, "--json")
    (result,) = json.loads(done.stdout)["exercises"]
    failed = [e for step in result["steps"] for e in step["expectations"] if not e["holds"]]
    assert (result["verdict"], failed) == ("pass", [])
    assert own_lab.spec.accounts[0].password not in done.stdout
    assert _listeners(own_lab) == []


def test_by_telnet_curl_and_openssl(desk: Desk) -> None:
    alice = desk.alice
    with hands_on(desk, NAME) as run:
        run.waits_for("LOGIN refused")
        desk.curl("imaps", alice, "INBOX")
        run.near_miss("other-port")
        desk.curl("imap", alice, "INBOX")
        run.near_miss("tls-first")
        login = f"LOGIN {alice.address} {alice.password}"
        desk.types("imap", login, "LOGOUT", clear=True)
        told = run.passes("hasty")
        assert {"crossed", "told"} <= {e.id for e in told.expectations}
        assert alice.password not in str(told)

        _careless(desk, "imap", f"a {login}", "b LOGOUT")
        run.near_miss("clear-again")
        desk.curl("imaps", alice, "INBOX")
        run.passes("sealed")

        desk.types("pop3", "STAT", "QUIT", login=alice)
        run.ends("turned-on")
    assert _listeners(desk.lab) == []


def test_by_netcat_mbsync_and_fetchmail(desk: Desk) -> None:
    alice = desk.alice
    with hands_on(desk, NAME) as run:
        said = _careless(desk, "imap", f"a LOGIN {alice.address} {alice.password}", "b LOGOUT")
        assert "the password was exposed" in said
        run.passes("hasty")

        desk.mbsync(alice, via="imap")
        run.near_miss("starttls-there")
        desk.mbsync(alice)
        run.passes("sealed")

        desk.fetchmail("pop3s", alice, code=1)  # 1: nothing is there to fetch
        run.near_miss("under-tls-at-once")
        _careless(desk, "pop3", f"USER {alice.address}", f"PASS {alice.password}", "QUIT")
        run.near_miss("pop3-clear")
        desk.fetchmail("pop3", alice, code=1)
        run.ends("turned-on")


def test_a_server_that_takes_passwords_in_the_clear(own_lab: RunningLab) -> None:
    break_lab(
        own_lab,
        Fault(DOVECOT_CONF, "auth_allow_cleartext = no", "auth_allow_cleartext = yes"),
        Fault(DOVECOT_CONF, "ssl = required\n", "ssl = yes\n"),
    )
    assert failed_claims(own_lab, NAME) == {NAME: {"refused", "told"}}


def test_the_listener_outlives_a_command_and_goes_with_the_run(own_lab: RunningLab) -> None:
    lab = ("--lab", own_lab.name)
    labctl_json("exercise", "start", NAME, "--no-wait", *lab)
    (name,) = _listeners(own_lab)
    made = own_lab.engine.api.inspect_container(name)
    host = made["HostConfig"]
    assert host["CapDrop"] == ["ALL"]
    assert [c.removeprefix("CAP_") for c in host["CapAdd"]] == ["NET_RAW"]
    assert host["ReadonlyRootfs"]
    assert host["Tmpfs"] == {"/overheard": "size=20m,mode=0700"}
    assert made["Config"]["Cmd"][:3] == ["timeout", "--signal=INT", "6h"]

    own_lab.engine.end_listening(own_lab.name, name)  # as after a reboot
    assert labctl_json("exercise", "check", *lab)["verdict"] == "waiting"
    assert _listeners(own_lab) == [name]

    # Another exercise: nobody need listen any more.
    labctl_json("exercise", "start", "new-to-cur", "--no-wait", *lab)
    assert _listeners(own_lab) == []
    labctl_json("exercise", "start", NAME, "--no-wait", *lab)
    assert len(_listeners(own_lab)) == 1
    assert labctl("exercise", "reset", *lab).returncode == 0
    assert _listeners(own_lab) == []


def test_the_listener_goes_with_the_lab(own_lab: RunningLab) -> None:
    lab = ("--lab", own_lab.name)
    labctl_json("exercise", "start", NAME, "--no-wait", *lab)
    assert _listeners(own_lab)
    assert labctl("down", *lab).returncode == 0
    assert own_lab.engine.resources(own_lab.name) == []
