"""Profiles: a running lab changes its ways, a real client sees it, and everything goes back."""

from collections.abc import Iterator
from time import monotonic

import pytest

from labctl.engine.dockerengine import DockerEngine
from labctl.errors import BadUsage
from labctl.model.lab import IMPLICIT_TLS
from labctl.model.policy import USUAL
from labctl.model.profile import PROFILES
from labctl.render.profiles import CATALOGUE
from labctl.verbs import dialogue
from labctl.verbs.down import down
from labctl.verbs.labs import spec_of
from labctl.verbs.policy import measure
from labctl.verbs.profile import switch
from labctl.verbs.up import Wish, up
from tests.engine.mailclients import MailClients
from tests.engine.running import RunningLab, labctl, labctl_json, wait_until

STRANGER = "stranger@example.net"
OUTSIDE = "someone@example.org"
NO_TLS = CATALOGUE["no-tls"].policy
SOLO = [name for name in PROFILES if name not in ("default", "broken-mx")]


@pytest.fixture
def profiled(fresh: RunningLab) -> Iterator[RunningLab]:
    """The lab, back in its usual ways afterwards: with all that a client finds then."""
    yield fresh
    switch(fresh.engine, fresh.name, "default")
    assert ways(fresh) == USUAL


@pytest.fixture
def desk(engine: DockerEngine, profiled: RunningLab, client_container: str) -> MailClients:
    return MailClients(engine, client_container, profiled)


def ways(lab: RunningLab) -> object:
    spec = spec_of(lab.engine, lab.name)
    return measure(lab.engine, spec, spec.sites[0])


def sends(desk: MailClients, to: str) -> tuple[int, str]:
    """A stranger's server at port 25."""
    said = desk.swaks("smtp", to, "--from", STRANGER)
    return said.code, said.all


def test_open_relay_carries_a_strangers_mail_and_nothing_leaves(desk: MailClients) -> None:
    lab = desk.lab
    assert "554 5.7.1" in sends(desk, OUTSIDE)[1]
    switch(lab.engine, lab.name, "open-relay")
    since = lab.engine.now()
    code, said = sends(desk, OUTSIDE)
    assert code == 0, said

    def log() -> list[str]:
        lines = (line.text for line in lab.engine.logs(lab.name, "postfix", since=since))
        return [line for line in lines if f"to=<{OUTSIDE}>" in line]

    wait_until("the sink took it", lambda: any("status=sent" in line for line in log()))
    # discard(8) has no connection to anybody, and master.cf has no smtp client at all.
    assert all("relay=none" in line for line in log())
    entries = lab.engine.exec(lab.name, "postfix", ["postconf", "-M"]).stdout.splitlines()
    assert not [entry for entry in entries if entry.split()[-1] == "smtp"]


def test_no_tls_takes_a_password_in_the_clear(desk: MailClients) -> None:
    lab = desk.lab
    switch(lab.engine, lab.name, "no-tls")
    alice, bob = lab.spec.accounts[:2]
    strict = desk.swaks("submission", bob.address, login=alice)
    assert strict.code != 0
    assert "STARTTLS" in strict.all
    lax = desk.run(*_lax(desk, alice.address, alice.password, bob.address))
    assert lax.code == 0, lax.all
    assert "AUTH PLAIN" in lax.all
    assert desk.s_client("imaps").code != 0
    assert desk.s_client("submissions").code != 0


def _lax(desk: MailClients, user: str, password: str, to: str) -> tuple[str, ...]:
    """Swaks without a word of TLS."""
    lines = (f"--auth-user {user}", f"--auth-password {password}", f"--from {user}")
    config = desk.put("laxrc", "\n".join(lines) + "\n")
    where = ("--server", desk.host("submission"), "--port", str(desk.port("submission")))
    return ("swaks", "--config", config, *where, "--auth", "PLAIN", "--to", to)


def test_a_stripping_proxy_lets_the_lax_client_leak_and_the_strict_one_refuse(
    desk: MailClients,
) -> None:
    lab = desk.lab
    switch(lab.engine, lab.name, "stripping-proxy")
    alice, bob = lab.spec.accounts[:2]
    strict = desk.swaks("submission", bob.address, login=alice)
    assert strict.code != 0
    assert "STARTTLS" in strict.all
    lax = desk.run(*_lax(desk, alice.address, alice.password, bob.address))
    assert lax.code == 0, lax.all
    for via in ("smtp", "submission", "imap", "pop3"):
        assert "BEGIN CERTIFICATE" not in desk.s_client(via).out, via
    for secured in IMPLICIT_TLS:
        said = desk.s_client(secured, "-CAfile", desk.ca, "-verify_return_error")
        assert "Verify return code: 0" in said.out, said.all


def test_an_expired_certificate_is_told_by_openssl(desk: MailClients) -> None:
    lab = desk.lab
    switch(lab.engine, lab.name, "expired-certificate")
    for via in ("smtp", "submission", "submissions", "imap", "imaps", "pop3", "pop3s"):
        said = desk.s_client(via, "-CAfile", desk.ca)
        assert "certificate has expired" in said.out, (via, said.all)


def test_a_full_mailbox_returns_the_sixth_message_to_its_sender(desk: MailClients) -> None:
    lab = desk.lab
    alice, bob = lab.spec.accounts[:2]
    lab.engine.exec(lab.name, "dovecot", ["doveadm", "expunge", "-A", "mailbox", "*", "all"])
    switch(lab.engine, lab.name, "small-quota")
    assert desk.swaks("submission", bob.address, login=alice).code == 0
    lab.arrives(bob, 1)
    lab.deliver(bob, count=4)
    since = lab.engine.now()
    before = lab.inbox_count(alice)
    assert desk.swaks("submission", bob.address, login=alice).code == 0
    wait_until("alice is told", lambda: lab.inbox_count(alice) == before + 1)
    log = [line.text for line in lab.engine.logs(lab.name, "postfix", since=since)]
    assert [line for line in log if "dsn=5.2.2" in line and "status=bounced" in line]
    assert lab.inbox_count(bob) == 5
    lab.engine.exec(lab.name, "dovecot", ["doveadm", "expunge", "-A", "mailbox", "*", "all"])


def test_greylisting_says_450_first_and_250_to_who_comes_back(desk: MailClients) -> None:
    lab = desk.lab
    bob = lab.spec.accounts[1]
    switch(lab.engine, lab.name, "greylist")
    begun = monotonic()
    code, said = sends(desk, bob.address)
    assert code != 0
    assert "450 4.2.0" in said
    again = sends(desk, bob.address)[1]
    assert "450 4.2.0" in again or monotonic() - begun > 4, "at once is too early"
    wait_until("it is let through", lambda: sends(desk, bob.address)[0] == 0)
    alice = lab.spec.accounts[0]
    assert desk.swaks("submission", bob.address, login=alice).code == 0, "who logs in never waits"


def test_without_lmtp_mail_waits_and_arrives_once_it_is_back(desk: MailClients) -> None:
    lab = desk.lab
    carol = lab.spec.accounts[2]
    switch(lab.engine, lab.name, "lmtp-down")
    before = lab.inbox_count(carol)
    assert sends(desk, carol.address)[0] == 0
    wait_until("it is deferred", lambda: "Connection refused" in lab.queue())
    switch(lab.engine, lab.name, "default")
    lab.arrives(carol, before + 1)


def test_a_wrong_mydestination_knows_no_user(desk: MailClients) -> None:
    lab = desk.lab
    carol = lab.spec.accounts[2]
    switch(lab.engine, lab.name, "wrong-mydestination")
    code, said = sends(desk, carol.address)
    assert code != 0
    assert "550 5.1.1" in said
    assert "User unknown in local recipient table" in said


def test_from_one_broken_profile_to_another(profiled: RunningLab) -> None:
    for name in ("stripping-proxy", "no-tls", "lmtp-down", "open-relay"):
        done = switch(profiled.engine, profiled.name, name)
        assert done.changes
    again = switch(profiled.engine, profiled.name, "open-relay")
    assert not again.changes
    assert not again.by_hand


def test_what_was_edited_by_hand_is_put_right(profiled: RunningLab) -> None:
    lab = profiled
    edited = lab.engine.exec(lab.name, "postfix", ["postconf", "-e", "mynetworks=0.0.0.0/0"])
    assert edited.exit_code == 0
    done = switch(lab.engine, lab.name, "default")
    assert done.by_hand == ("postfix/main.cf",)
    lab.engine.exec(lab.name, "postfix", ["postconf", "-e", "mynetworks=0.0.0.0/0"])
    assert labctl("up", "--lab", lab.name).returncode == 0
    assert labctl_json("config", "diff", "--lab", lab.name) == {"files": []}


def test_who_listens_goes_on_listening(profiled: RunningLab) -> None:
    lab = profiled
    dialogue.keep(lab.engine, lab.name)
    listening = lab.engine.read_file(lab.name, "postfix", "/etc/labctl/debug_peers")
    done = switch(lab.engine, lab.name, "greylist")
    assert not done.by_hand
    assert labctl("up", "--lab", lab.name).returncode == 0
    assert labctl_json("config", "diff", "--lab", lab.name) == {"files": []}
    assert lab.engine.read_file(lab.name, "postfix", "/etc/labctl/debug_peers") == listening
    dialogue.drop(lab.engine, lab.name)
    assert lab.engine.read_file(lab.name, "postfix", "/etc/labctl/debug_peers") != listening


def test_status_up_restart_and_config_agree_with_the_profile(profiled: RunningLab) -> None:
    at = ("--lab", profiled.name)
    done = labctl_json("profile", "no-tls", *at)
    assert {each["file"] for each in done["changes"]} == {
        "postfix/main.cf",
        "postfix/master.cf",
        "dovecot/dovecot.conf",
    }
    assert all(each["why"] for each in done["changes"])
    assert labctl_json("status", *at)["profile"]["name"] == "no-tls"
    assert labctl("restart", "dovecot", *at).returncode == 0
    assert labctl("restart", "postfix", *at).returncode == 0
    assert labctl("up", *at).returncode == 0
    assert labctl_json("profile", *at)["in_force"]["name"] == "no-tls"
    assert labctl_json("config", "diff", *at) == {"files": []}
    shown = labctl_json("config", "show", "postfix/main.cf", *at)["files"]["postfix/main.cf"]
    assert "smtpd_tls_security_level = none" in shown
    french = labctl("profile", "default", "--lang", "fr", *at)
    assert "si Postfix propose TLS" in french.stdout


def test_down_forgets_the_profile(own_lab: RunningLab) -> None:
    switch(own_lab.engine, own_lab.name, "lmtp-down")
    down(own_lab.engine, own_lab.name, keep_mail=True)
    up(own_lab.engine, own_lab.name, Wish(ports="free"))
    assert spec_of(own_lab.engine, own_lab.name).profile.name == "default"
    assert ways(own_lab) == USUAL


def test_a_wrong_mx_needs_two_sites(profiled: RunningLab) -> None:
    with pytest.raises(BadUsage, match="two sites"):
        switch(profiled.engine, profiled.name, "broken-mx")


@pytest.mark.parametrize("mending", ["up", "default"])
def test_what_ctrl_c_leaves_of_a_switch_is_mended(profiled: RunningLab, mending: str) -> None:
    lab = profiled

    def interrupt(_: object) -> None:
        raise KeyboardInterrupt  # Postfix's files are new, nobody has read them yet

    with pytest.raises(KeyboardInterrupt):
        switch(lab.engine, lab.name, "no-tls", on_progress=interrupt)
    if mending == "up":
        up(lab.engine, lab.name, Wish())
    else:
        switch(lab.engine, lab.name, "default")
    assert ways(lab) == USUAL
    assert spec_of(lab.engine, lab.name).profile.name == "default"
    # Nor does the next one take files that are right already for a switch that is done.
    switch(lab.engine, lab.name, "no-tls")
    assert ways(lab) == NO_TLS
