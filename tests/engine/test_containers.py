"""What the containers may do, what they hold, and what they say: seen through the engine."""

import json
import re
from typing import Any, Literal

import pytest

from labctl.mail.imap import ImapClient
from labctl.mail.message import compose
from labctl.model.lab import Account, EndpointName
from labctl.verbs.service import restart, start, stop
from labctl.verbs.targets import target_of
from tests.engine.mailclients import MailClients
from tests.engine.running import RunningLab, wait_until

ServiceName = Literal["postfix", "dovecot"]
BOTH: list[ServiceName] = ["postfix", "dovecot"]
CAPABILITIES = {"postfix": {"DAC_OVERRIDE", "SETGID", "SETUID"}, "dovecot": set[str]()}
# The bits of capabilities(7) in /proc/1/status.
BITS = {"DAC_OVERRIDE": 1, "SETGID": 6, "SETUID": 7}
# What a server says when its configuration or its container is not right.
WRONG = re.compile(
    r"Error:|Fatal:|Panic:|fatal:|panic:|Permission denied|not writable|Read-only file system|"
    r"backwards-compatible default|configuration error|unused parameter|deprecated|obsolete|"
    r"killed by signal|not owned by (?:root|postfix|group)|group or other writable|"
    r"unsupported dictionary|"
    r"No such file or directory|open database|Address already in use|Too many open files"
)
# What Postfix warns of because of what a client did names the client; any other is about the lab.
CLIENTS_DOING = re.compile(r"unknown\[[0-9.]+\]|TLS library problem")


def _inspected(lab: RunningLab, service: str) -> dict[str, Any]:
    found: dict[str, Any] = lab.engine.api.inspect_container(f"{lab.name}-{service}-1")
    return found


@pytest.mark.parametrize("service", BOTH)
def test_a_container_has_only_the_capabilities_that_it_needs(
    lab: RunningLab, service: ServiceName
) -> None:
    host = _inspected(lab, service)["HostConfig"]
    assert host["CapDrop"] == ["ALL"]
    added = {name.removeprefix("CAP_") for name in host["CapAdd"] or []}
    assert added == CAPABILITIES[service]
    assert not host["Privileged"]


@pytest.mark.parametrize("service", BOTH)
def test_process_1_really_has_no_others(lab: RunningLab, service: ServiceName) -> None:
    status = lab.engine.exec(lab.name, service, ["cat", "/proc/1/status"], user="0").stdout
    values = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    allowed = sum(1 << BITS[name] for name in CAPABILITIES[service])
    assert int(values["CapBnd"], 16) == allowed
    assert int(values["CapEff"], 16) & ~allowed == 0
    assert values["NoNewPrivs"] == "1"
    assert values["Seccomp"] == "2"


def test_dovecot_runs_without_root(lab: RunningLab) -> None:
    assert _inspected(lab, "dovecot")["Config"]["User"] == "5000:5000"
    who = lab.engine.exec(lab.name, "dovecot", ["sh", "-c", "grep -h ^Uid /proc/[0-9]*/status"])
    assert {tuple(row.split()[1:]) for row in who.stdout.splitlines()} == {("5000",) * 4}


@pytest.mark.parametrize("service", BOTH)
def test_a_container_cannot_change_its_system_nor_eat_the_machine(
    lab: RunningLab, service: ServiceName
) -> None:
    host = _inspected(lab, service)["HostConfig"]
    assert host["ReadonlyRootfs"]
    assert "no-new-privileges:true" in host["SecurityOpt"]
    assert 0 < host["PidsLimit"] <= 512
    assert 0 < host["Memory"] <= 512 * 1024 * 1024
    assert host["MemorySwap"] == host["Memory"]
    assert host["RestartPolicy"]["Name"] in ("", "no")
    written = lab.engine.exec(lab.name, service, ["sh", "-c", "echo x > /usr/x"], user="0")
    assert "Read-only file system" in written.stderr


@pytest.mark.parametrize("service", BOTH)
def test_nothing_of_this_machines_disk_is_mounted(lab: RunningLab, service: ServiceName) -> None:
    seen = _inspected(lab, service)
    assert not seen["HostConfig"]["Binds"]
    assert {mount["Type"] for mount in seen["Mounts"]} <= {"volume", "tmpfs"}
    for namespace in ("PidMode", "UTSMode", "UsernsMode"):
        assert seen["HostConfig"][namespace] == ""
    assert seen["HostConfig"]["IpcMode"] != "host"


def test_only_dovecot_mounts_the_mail(lab: RunningLab) -> None:
    mounted = {
        service: {m["Name"]: m["Destination"] for m in _inspected(lab, service)["Mounts"]}
        for service in BOTH
    }
    assert mounted["dovecot"][f"{lab.name}_mail"] == "/srv/mail"
    assert set(mounted["dovecot"]) & set(mounted["postfix"]) == set()


def test_lmtp_and_the_password_service_are_not_published(lab: RunningLab) -> None:
    ports = {s: set(_inspected(lab, s)["HostConfig"]["PortBindings"]) for s in BOTH}
    assert ports["postfix"] == {"25/tcp", "465/tcp", "587/tcp"}
    assert ports["dovecot"] == {"110/tcp", "143/tcp", "993/tcp", "995/tcp"}
    bound = [
        binding["HostIp"]
        for service in BOTH
        for bindings in _inspected(lab, service)["NetworkSettings"]["Ports"].values()
        for binding in bindings or []
    ]
    assert set(bound) == {"127.0.0.1"}


@pytest.mark.parametrize("service", BOTH)
def test_no_secret_is_in_labels_environment_or_command_lines(
    lab: RunningLab, service: ServiceName
) -> None:
    seen = json.dumps(_inspected(lab, service))
    running = lab.engine.exec(lab.name, service, ["sh", "-c", "cat /proc/[0-9]*/cmdline"]).stdout
    assert {"postfix": "master\0-i", "dovecot": "dovecot\0-F"}[service] in running
    for text in (seen, running):
        assert "PRIVATE KEY" not in text
        assert not [a.address for a in lab.spec.accounts if a.password in text]


@pytest.mark.parametrize("service", BOTH)
def test_no_password_stands_in_the_log(lab: RunningLab, service: ServiceName) -> None:
    alice = lab.account()
    with lab.smtp("submissions") as smtp, lab.imap(alice), lab.pop3(alice):
        smtp.connect()
        smtp.ehlo()
        assert smtp.auth(alice).ok
        smtp.mail(alice.address)
        smtp.rcpt(alice.address)
        assert smtp.data(b"Subject: logged\n\ntext\n").ok
    log = "\n".join(line.text for line in lab.engine.logs(lab.name, service))
    assert alice.address in log
    assert alice.password not in log


def test_postfix_keeps_no_message_after_delivery(lab: RunningLab) -> None:
    """SMTP transmits, it does not store: looked for wherever its container can write at all."""
    alice, word = lab.account(), "quicksilver-nightingale"
    with lab.smtp() as smtp:
        smtp.connect()
        smtp.ehlo()
        smtp.mail("sender@sender.example")
        smtp.rcpt(alice.address)
        assert smtp.data(compose("s@sender.example", alice.address, "x", f"{word}\n")).ok
    wait_until("the message is filed", lambda: lab.inbox_count(alice) == 1)
    writable = (
        "awk '$4 ~ /^rw/ && $3 !~ /^(proc|sysfs|cgroup|mqueue|devpts)/ {print $2}' /proc/mounts"
    )
    script = f"grep -rlsa -D skip -- {word} $({writable}); echo searched"
    wait_until(
        "no file of Postfix's holds the message",
        lambda: (
            lab.engine.exec(lab.name, "postfix", ["sh", "-c", script], user="0").stdout
            == "searched\n"
        ),
    )
    stored = lab.engine.exec(lab.name, "dovecot", ["grep", "-rl", word, "/srv/mail"]).stdout
    assert len(stored.split()) == 1


def test_after_a_stop_and_a_start_of_its_containers_the_lab_works(own_lab: RunningLab) -> None:
    alice = own_lab.spec.accounts[0]
    own_lab.deliver(alice)
    for service in BOTH:
        own_lab.engine.api.stop(f"{own_lab.name}-{service}-1")
    for service in BOTH:
        start(own_lab.engine, own_lab.name, service)
    own_lab.deliver(alice)
    with own_lab.pop3(alice) as pop3:
        assert pop3.stat().stat[0] == 2


def test_mail_waits_while_dovecot_is_stopped_and_is_delivered_once(own_lab: RunningLab) -> None:
    engine, name = own_lab.engine, own_lab.name
    bob = own_lab.spec.accounts[1]
    stop(engine, name, "dovecot")
    with own_lab.smtp() as smtp:
        smtp.connect()
        smtp.ehlo()
        smtp.mail("sender@sender.example")
        smtp.rcpt(bob.address)
        assert smtp.data(compose("s@sender.example", bob.address, "waits", "text\n")).ok
    wait_until("it is deferred", lambda: '"queue_name": "deferred"' in own_lab.queue(), within=30)
    restart(engine, name, "postfix")
    start(engine, name, "dovecot")
    engine.exec(name, "postfix", ["postqueue", "-f"])
    own_lab.arrives(bob, 1)
    assert own_lab.inbox_count(bob) == 1


def test_the_logs_show_no_complaint_after_sessions_of_all_kinds(
    own_lab: RunningLab, client_container: str
) -> None:
    alice, bob, carol = own_lab.spec.accounts
    _send_in_all_ways(own_lab, alice, bob)
    _read_in_all_ways(own_lab, alice)
    clients = MailClients(own_lab.engine, client_container, own_lab)
    _do_wrong_in_all_ways(own_lab, clients, alice)
    own_lab.deliver(carol)
    for service in BOTH:
        lines = [line.text for line in own_lab.engine.logs(own_lab.name, service)]
        assert [line for line in lines if WRONG.search(line)] == []
        warnings = [line for line in lines if "warning:" in line.lower()]
        assert [line for line in warnings if not CLIENTS_DOING.search(line)] == []


def _send_in_all_ways(lab: RunningLab, alice: Account, bob: Account) -> None:
    ways: list[EndpointName] = ["smtp", "submission", "submissions"]
    for via in ways:
        with lab.smtp(via) as smtp:
            smtp.connect()
            smtp.ehlo()
            if via != "submissions":
                smtp.starttls()
                smtp.ehlo()
            if via != "smtp":
                assert smtp.auth(alice).ok
            smtp.mail(alice.address)
            smtp.rcpt(bob.address)
            assert smtp.data(compose(alice.address, bob.address, via, "text\n")).ok
            smtp.quit()


def _read_in_all_ways(lab: RunningLab, alice: Account) -> None:
    lab.deliver(alice, count=3)
    with lab.imap(alice) as watching, lab.imap(alice) as imap:
        watching.select()
        watching.idle_start()
        imap.select()
        imap.fetch("1", "(BODY[])")
        imap.store("1", "+FLAGS (\\Answered)")
        imap.create("Work")
        imap.copy("1", "Work")
        imap.move("2", "Archive")
        imap.append("Sent", b"Subject: copy\r\n\r\ntext\r\n", ["\\Seen"])
        imap.command('SEARCH BODY "text"')
        imap.command("SORT (DATE) UTF-8 ALL")
        imap.command("NAMESPACE")
        imap.delete("Work")
        watching.idle_done()
    with lab.pop3(alice) as pop3:
        pop3.uidl()
        pop3.retr(1)
        pop3.dele(1)
        pop3.quit()


def _do_wrong_in_all_ways(lab: RunningLab, clients: MailClients, alice: Account) -> None:
    wrong = Account(alice.address, "wrong")
    logins: list[EndpointName] = ["submission", "submissions"]
    for via in logins:
        assert clients.swaks(via, alice.address, login=wrong).code == 28
    under_tls: list[EndpointName] = ["imaps", "pop3s", "submissions"]
    for via in under_tls:
        clients.s_client(via, "-tls1_1", "-cipher", "DEFAULT:@SECLEVEL=0")
    with ImapClient(target_of(lab.spec, "imaps")) as imap:
        imap.connect()
        imap.login(wrong)
        imap.drop()
    with lab.pop3(alice) as pop3:
        pop3.drop()
    with lab.smtp() as smtp:
        smtp.connect()
        smtp.ehlo()
        smtp.command("GET / HTTP/1.1")
        smtp.drop()
