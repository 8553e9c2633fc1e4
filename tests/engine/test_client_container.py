"""`labctl shell client`: tools set up for this very lab, in a container of its own."""

import json
from typing import Any

import pytest

from labctl.model.lab import Account
from labctl.verbs.client_container import ensure_client
from tests.engine.mailclients import HOME, MailClients
from tests.engine.running import RunningLab, labctl, labctl_json

TOOLS = (
    *("swaks", "openssl", "telnet", "curl", "mutt", "msmtp", "mbsync", "fetchmail", "dig"),
    *("tcpdump", "nc", "nano", "less"),
)


def name_of(lab: RunningLab) -> str:
    return f"{lab.name}-client-1"


@pytest.fixture(scope="session")
def desk(lab: RunningLab) -> MailClients:
    """At the client container, at home."""
    ensure_client(lab.engine, lab.name)
    return MailClients(lab.engine, name_of(lab), lab, folder=HOME)


def _inspected(lab: RunningLab) -> dict[str, Any]:
    found: dict[str, Any] = lab.engine.api.inspect_container(name_of(lab))
    return found


def _types(lab: RunningLab, *words: str, code: int = 0) -> str:
    done = labctl("shell", "--lab", lab.name, "client", *words)
    assert done.returncode == code, done.stderr
    return done.stdout


def _pair(lab: RunningLab) -> tuple[Account, Account]:
    return lab.account(), lab.account()


def test_the_first_use_starts_it_and_the_tools_are_there(lab: RunningLab) -> None:
    assert "participant" in _types(lab, "id")
    found = _types(lab, "sh", "-c", f"for t in {' '.join(TOOLS)}; do command -v $t; done").split()
    assert [path.rpartition("/")[2] for path in found] == list(TOOLS)


def test_an_option_of_the_command_is_the_commands(lab: RunningLab) -> None:
    assert _types(lab, "echo", "--lab", "--help", "-h") == "--lab --help -h\n"
    assert _types(lab, "sh", "-c", "exit 7", code=7) == ""


def test_what_comes_by_stdin_goes_to_the_shell(desk: MailClients) -> None:
    said = desk.run("cat", stdin="hello\n")
    assert said.out == "hello\n"


@pytest.mark.usefixtures("desk")
def test_the_lab_knows_it_and_is_whole_without_it(own_lab: RunningLab) -> None:
    ensure_client(own_lab.engine, own_lab.name)
    status = labctl_json("status", "--lab", own_lab.name)
    assert "client" in {s["name"] for s in status["services"]}
    assert labctl("stop", "client", "--lab", own_lab.name).returncode == 0
    assert labctl_json("status", "--lab", own_lab.name)["state"] == "ready"
    assert labctl("reset", "--lab", own_lab.name).returncode == 0
    assert _types(own_lab, "echo", "again") == "again\n"
    assert labctl("down", "--lab", own_lab.name).returncode == 0
    assert own_lab.engine.resources(own_lab.name) == []


def test_what_the_participant_wrote_stays_until_down(own_lab: RunningLab) -> None:
    _types(own_lab, "sh", "-c", "echo mine > note")
    own_lab.engine.api.remove_container(name_of(own_lab), force=True)
    assert _types(own_lab, "cat", "note") == "mine\n"


def test_it_is_hardened_like_the_servers(lab: RunningLab, desk: MailClients) -> None:
    seen = _inspected(lab)
    host = seen["HostConfig"]
    assert host["CapDrop"] == ["ALL"]
    assert not host["CapAdd"]
    assert not host["Privileged"]
    assert not host["Binds"]
    assert not host["PortBindings"]
    assert host["ReadonlyRootfs"]
    assert "no-new-privileges:true" in host["SecurityOpt"]
    assert 0 < host["PidsLimit"] <= 512
    assert 0 < host["Memory"] == host["MemorySwap"]
    assert desk.run("id", "-u").out == "1000\n"


@pytest.mark.usefixtures("desk")
def test_no_password_is_in_labels_environment_or_command_lines(lab: RunningLab) -> None:
    seen = json.dumps(_inspected(lab))
    assert not [a.address for a in lab.spec.accounts if a.password in seen]


def test_only_the_participant_reads_the_passwords(desk: MailClients) -> None:
    modes = desk.run("sh", "-c", "stat -c %a .passwords .passwords/* .msmtprc .fetchmailrc .muttrc")
    assert set(modes.out.split()) == {"700", "600"}


def test_every_name_of_the_servers_resolves(desk: MailClients) -> None:
    names = ["postfix", "dovecot", *(f"{h}.alpha.test" for h in ("mx", "smtp", "imap", "pop"))]
    assert desk.run("getent", "hosts", *names).code == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_labs_ports_answer_where_they_are_printed(
    lab: RunningLab, desk: MailClients, host: str
) -> None:
    """With the lab's CA in the system's store: curl and openssl need no option."""
    at = lab.endpoint("imaps").port
    assert (
        desk.run("curl", "--silent", "--show-error", f"imaps://{host}:{at}", "-X", "NOOP").code == 0
    )
    said = desk.run(
        "openssl", "s_client", "-connect", f"{host}:{at}", "-verify_return_error", "-brief",
        stdin="a LOGOUT\r\n",
    )  # fmt: skip
    assert "Verification: OK" in said.all


def test_a_client_in_it_is_no_trusted_host(desk: MailClients) -> None:
    """Not in mynetworks: what it may not do from outside, it may not do from here."""
    said = desk.swaks("smtp", "someone@example.net", "--from", "me@example.org")
    assert "554 5.7.1" in said.all


def test_msmtp_sends_as_anybody_of_the_lab(lab: RunningLab, desk: MailClients) -> None:
    alice, bob = _pair(lab)
    said = desk.run("msmtp", "-a", alice.address, bob.address, stdin="Subject: by msmtp\n\nhi\n")
    assert said.code == 0, said.all
    lab.arrives(bob, 1)


def test_mutt_sends_and_files_its_copy(lab: RunningLab, desk: MailClients) -> None:
    alice, bob = _pair(lab)
    said = desk.run(
        "mutt", "-F", f"mutt/{alice.address}", "-s", "by mutt", bob.address, stdin="hi\n"
    )
    assert said.code == 0, said.all
    lab.arrives(bob, 1)
    assert len(lab.maildir(alice).folder("Sent").entries) == 1


def test_mbsync_brings_a_copy_and_leaves_the_mail(lab: RunningLab, desk: MailClients) -> None:
    alice = lab.account()
    lab.deliver(alice, count=2)
    said = desk.run("mbsync", alice.address)
    assert said.code == 0, said.all
    there = desk.run("sh", "-c", f"ls Maildir/{alice.address}/new Maildir/{alice.address}/cur")
    assert there.out.count(",U=") == 2
    assert lab.inbox_count(alice) == 2


def test_fetchmail_takes_by_pop3_and_leaves_the_mail(lab: RunningLab, desk: MailClients) -> None:
    alice = lab.account()
    lab.deliver(alice, subject="for fetchmail")
    said = desk.run("fetchmail", "--nodetach", alice.address)
    assert said.code == 0, said.all
    assert "Subject: for fetchmail" in desk.read("fetched")
    assert lab.inbox_count(alice) == 1


def test_the_image_is_listed_and_built_by_its_name(lab: RunningLab, desk: MailClients) -> None:
    assert desk.lab is lab
    listed = labctl_json("image", "build", "client")["images"]
    (client,) = [image for image in listed if image["service"] == "client"]
    assert client["present"]
    assert client["optional"]


def test_a_wrong_image_is_named(lab: RunningLab) -> None:
    done = labctl("image", "build", "sendmail")
    assert lab.name
    assert done.returncode == 4
    assert "'sendmail'" in done.stderr
    assert "client" in done.stderr
