"""Two sites and a DNS server: mail between them, and nothing beyond them."""

import email
import os
from collections.abc import Iterator
from typing import Any

import pytest

from labctl.definition.load import load
from labctl.engine.dockerengine import DockerEngine
from labctl.model.lab import Account
from labctl.verbs.client_container import ensure_client
from labctl.verbs.down import down
from labctl.verbs.labs import account_of, spec_of
from labctl.verbs.up import Wish, up
from tests.engine.mailclients import HOME, MailClients
from tests.engine.running import RunningLab, labctl, labctl_json, wait_until
from tests.engine.test_capture import listening


@pytest.fixture(scope="module")
def duo(engine: DockerEngine) -> Iterator[RunningLab]:
    """One lab of two sites for all tests that leave its services alone."""
    name = f"duo-{os.getpid()}"
    up(engine, name, Wish(load("duo"), ports="free"))
    yield RunningLab(engine, spec_of(engine, name))
    down(engine, name)


def log(lab: RunningLab, service: str, since: int = 0) -> str:
    lines = lab.engine.logs(lab.name, service, since=since)
    return "\n".join(line.text for line in lines)


def ask(lab: RunningLab, *question: str) -> str:
    said = lab.engine.exec(lab.name, "dns", ["drill", *question, f"@{_dns(lab)}"])
    return said.stdout


def _dns(lab: RunningLab) -> str:
    assert lab.spec.dns
    return lab.spec.dns.address


def send(lab: RunningLab, sender: str, to: str, *more: str, code: int = 0) -> Any:
    arguments = ("send", "--lab", lab.name, "--from", sender, "--to", to, *more)
    return labctl_json(*arguments, code=code)


def arrived(
    lab: RunningLab, account: Account, message_id: str
) -> "email.message.Message[str, str]":
    """The message, once it is a file in its owner's Maildir."""
    found: list[email.message.Message[str, str]] = []

    def there() -> bool:
        tree = lab.engine.read_tree(
            lab.name,
            lab.spec.service("dovecot", account.domain),
            f"/srv/mail/{account.domain}/{account.local_part}/Maildir",
        )
        mail = (email.message_from_bytes(f.content) for f in tree if "/" in f.path)
        found[:] = [m for m in mail if m["Message-ID"] == message_id]
        return bool(found)

    wait_until(f"the message is in {account.address}'s Maildir", there)
    (message,) = found
    return message


def test_mail_between_the_sites_is_found_by_mx_and_received_by_three_servers(
    duo: RunningLab,
) -> None:
    since = duo.engine.now()
    sent = send(duo, "alice", "dora@beta.test")
    message = arrived(duo, account_of(duo.spec, "dora"), sent["message_id"])
    lmtp, between, submitted = message.get_all("Received", [])
    assert "with LMTP" in lmtp
    assert between.startswith("from mx.alpha.test (mx.alpha.test [")  # its reverse record
    assert "by mx.beta.test" in between
    assert "by mx.alpha.test" in submitted
    assert "relay=mx.beta.test[" in log(duo, "postfix", since)
    asked = log(duo, "dns", since)
    assert "query[MX] beta.test from" in asked
    assert "query[PTR]" in asked


def test_beta_answers_and_bounces_come_back(duo: RunningLab) -> None:
    bob = account_of(duo.spec, "bob")
    sent = send(duo, "dora", "bob@alpha.test")
    assert arrived(duo, bob, sent["message_id"])
    before, since = duo.inbox_count(bob), duo.engine.now()
    send(duo, "bob", "nobody@beta.test")
    wait_until("the bounce arrives", lambda: duo.inbox_count(bob) == before + 1)
    assert "550 5.1.1 <nobody@beta.test>" in log(duo, "postfix", since)


def test_nothing_leaves_the_lab(duo: RunningLab) -> None:
    """Neither a stranger nor an account reaches the outside; a stranger not even the other site."""
    for arguments in (
        ("alice", "someone@example.org"),
        ("alice", "someone@sub.beta.test"),
        ("alice", "someone@example.org", "--via", "smtp"),
        ("stranger@example.net", "someone@example.org", "--via", "smtp"),
    ):
        assert send(duo, *arguments, code=1)["reply"].startswith("554 5.7.1")
    with duo.smtp() as smtp:  # alpha's own port 25
        smtp.connect()
        smtp.ehlo()
        smtp.mail("stranger@example.net")
        assert str(smtp.rcpt("dora@beta.test")).startswith("554 5.7.1")
        assert smtp.rcpt("alice@alpha.test").ok
        smtp.quit()


def test_the_dns_answers_for_the_sites_and_nothing_else(duo: RunningLab) -> None:
    beta = duo.spec.sites[1]
    assert f"10 {beta.postfix.name}." in ask(duo, "MX", "beta.test")
    assert beta.postfix.address in ask(duo, "A", "mx.beta.test")
    assert beta.dovecot.address in ask(duo, "A", "imap.beta.test")
    assert '"v=spf1 mx -all"' in ask(duo, "TXT", "beta.test")
    assert "mx.beta.test." in ask(duo, "-x", beta.postfix.address)
    for name in ("example.org", "deb.debian.org", "nobody.beta.test"):
        assert "NXDOMAIN" in ask(duo, "A", name)
    for service in ("postfix", "postfix-beta", "dovecot"):  # by Docker's resolver, too
        assert duo.engine.exec(duo.name, service, ["getent", "hosts", "deb.debian.org"]).exit_code
        assert not duo.engine.exec(duo.name, service, ["getent", "hosts", "mx.beta.test"]).exit_code


def test_every_verb_knows_both_sites(duo: RunningLab) -> None:
    lab = ("--lab", duo.name)
    status = labctl_json("status", *lab)
    servers = [s for s in status["services"] if s["name"] != "client"]  # another test may use it
    assert (status["state"], len(servers), len(status["accounts"])) == ("ready", 6, 6)
    assert {e["site"] for e in status["further"]} == {"beta.test"}
    sent = send(duo, "emil", "fay")
    arrived(duo, account_of(duo.spec, "fay"), sent["message_id"])
    assert labctl_json("maildir", "fay@beta.test", *lab)["folders"]
    for via in ("imap", "imaps", "pop3", "pop3s"):
        assert labctl_json("read", "fay", "--via", via, *lab)["messages"]
    (recipe,) = labctl_json("client", "curl", "--account", "fay", *lab)["recipes"]
    imaps = next(e["port"] for e in status["further"] if e["name"] == "imaps")
    assert str(imaps) in str(recipe)
    assert "query[" in labctl("logs", "dns", *lab).stdout
    assert labctl("config", "diff", *lab).returncode == 0
    assert labctl("config", "check", *lab).returncode == 0
    again = labctl_json("up", *lab)
    assert again["further"] == status["further"]


def test_a_stopped_server_makes_mail_wait_at_the_other_site(
    engine: DockerEngine, lab_name: str
) -> None:
    """And a solo lab becomes one of two sites, and keeps its mail and its ports."""
    solo = up(engine, lab_name, Wish(ports="free")).status
    labctl_json("send", "--lab", lab_name)
    status = up(engine, lab_name, Wish(load("duo"))).status
    assert status.endpoints == solo.endpoints
    lab = RunningLab(engine, spec_of(engine, lab_name))
    wait_until("its mail is kept", lambda: lab.inbox_count(account_of(lab.spec, "bob")) == 1)

    labctl_json("stop", "postfix-beta", "--lab", lab_name)
    sent = send(lab, "alice", "dora@beta.test")

    def waiting() -> str:
        return lab.engine.exec(lab_name, "postfix", ["postqueue", "-j"]).stdout

    wait_until("alpha keeps it", lambda: "connect to mx.beta.test" in waiting())
    labctl_json("start", "postfix-beta", "--lab", lab_name)
    assert arrived(lab, account_of(lab.spec, "dora"), sent["message_id"])
    labctl_json("restart", "dns", "--lab", lab_name)
    labctl_json("reset", "--lab", lab_name)
    assert lab.inbox_count(account_of(lab.spec, "dora")) == 0
    assert labctl_json("queue", "--lab", lab_name)["messages"] == []


def test_the_exercise_between_two_servers_is_proved_and_needs_two_sites(
    duo: RunningLab, lab: RunningLab
) -> None:
    run = ("exercise", "run", "port-25-server-to-server", "--lab")
    (result,) = labctl_json(*run, duo.name)["exercises"]
    unproved = [e for step in result["steps"] for e in step["expectations"] if not e["holds"]]
    assert (result["verdict"], unproved) == ("pass", [])
    assert "labctl up duo --lab" in labctl(*run, lab.name).stderr
    for account in (account_of(duo.spec, "dora"), account_of(duo.spec, "bob")):
        texts = str(labctl_json("maildir", account.address, "--lab", duo.name))
        assert "port-25-server-to-server" not in texts  # nothing of the run is left


def test_dig_in_the_client_container_asks_the_lab_s_dns(duo: RunningLab) -> None:
    def dig(*question: str) -> str:
        done = labctl("shell", "client", "--lab", duo.name, "dig", "+short", *question)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    assert dig("MX", "beta.test") == "10 mx.beta.test."
    assert dig("-x", duo.spec.sites[1].postfix.address) == "mx.beta.test."
    assert dig("MX", "example.org") == ""


def test_a_capture_tells_what_both_sites_say_each_packet_once(duo: RunningLab) -> None:
    beta = next(e.port for e in duo.spec.further if e.name == "smtp")
    with listening(duo, "--json", "--port", "24", "--port", str(beta)) as taken:  # it stands for 25
        sent = send(duo, "carol", "fay")
        arrived(duo, account_of(duo.spec, "fay"), sent["message_id"])
        taken.end()
    sides = [(g["from"]["name"], g["to"]["name"], g["to"]["port"]) for g in taken.groups]
    assert sides.count(("postfix", "postfix-beta", 25)) > 2
    starttls = [g for g in taken.groups if "STARTTLS" in g["lines"] and g["to"]["port"] == 25]
    assert [(g["from"]["name"], g["to"]["name"]) for g in starttls] == [("postfix", "postfix-beta")]
    handed = [g for g in taken.groups if "RCPT TO:<fay@beta.test>" in g["lines"]]
    assert [(g["from"]["name"], g["to"]["name"]) for g in handed] == [
        ("postfix-beta", "dovecot-beta")  # between the sites it goes under TLS
    ]


def test_the_client_container_is_set_up_for_people_of_both_sites(duo: RunningLab) -> None:
    ensure_client(duo.engine, duo.name)
    desk = MailClients(duo.engine, f"{duo.name}-client-1", duo, folder=HOME)
    bob, dora, emil = (account_of(duo.spec, name) for name in ("bob", "dora", "emil"))
    since = duo.inbox_count(bob), duo.inbox_count(emil)
    port = next(e.port for e in duo.spec.further if e.name == "imaps")
    for command in (
        ("msmtp", "-a", dora.address, bob.address),
        ("mutt", "-F", f"mutt/{dora.address}", "-s", "by mutt", emil.address),
    ):
        said = desk.run(*command, stdin="Subject: from beta\n\nhi\n")
        assert said.code == 0, said.all
    wait_until("both are filed", lambda: (
        (duo.inbox_count(bob), duo.inbox_count(emil)) == (since[0] + 1, since[1] + 1)
    ))  # fmt: skip
    assert len(duo.maildir(dora).folder("Sent").entries) == 1
    for fetch in (("mbsync", emil.address), ("fetchmail", "--nodetach", emil.address)):
        said = desk.run(*fetch)
        assert said.code == 0, said.all
    assert "Subject: by mutt" in desk.read("fetched")
    checked = ("-CAfile", "lab-ca.pem", "-verify_return_error", "-quiet")
    said = desk.run(
        *("openssl", "s_client", "-connect", f"127.0.0.1:{port}", *checked), stdin="a LOGOUT\r\n"
    )
    assert "* OK" in said.out, said.all
