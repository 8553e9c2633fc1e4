"""The words on the wire, under TLS too: heard while somebody listens, secret where they must be."""

import imaplib
import json
import poplib
import signal
import smtplib
import ssl
import subprocess
import sys
from base64 import b64encode
from contextlib import suppress

import pytest

from labctl.mail.message import compose
from labctl.model.clientsession import ClientSession
from labctl.model.lab import Account
from labctl.verbs.sensing import Sensing
from tests.engine.mailclients import MailClients
from tests.engine.running import CLEAN, RunningLab, labctl, labctl_json, wait_until


def _trust(lab: RunningLab) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=lab.spec.certificate.ca_pem)


def _send(lab: RunningLab, sender: Account, to: Account) -> None:
    at = lab.endpoint("submission")
    with smtplib.SMTP(at.host, at.port) as smtp:
        smtp.starttls(context=_trust(lab))
        smtp.login(sender.address, sender.password)
        letter = compose(sender.address, to.address, "heard", "text\n")
        smtp.sendmail(sender.address, [to.address], letter)


def _listens(lab: RunningLab) -> tuple[bool, bool]:
    """Whether Postfix and Dovecot write down what is said."""
    peers = lab.engine.read_file(lab.name, "postfix", "/etc/labctl/debug_peers").decode()
    folder = lab.engine.exec(lab.name, "dovecot", ["test", "-d", "/run/rawlog/on"])
    return "0.0.0.0/0" in peers, folder.exit_code == 0


def _nobody_listens(lab: RunningLab) -> None:
    wait_until("nobody listens any more", lambda: _listens(lab) == (False, False))


def _words(session: ClientSession) -> list[tuple[str, str, bool]]:
    return [(line.sender, line.text, line.tls) for line in session.lines]


def _ended(sensing: Sensing, account: Account, count: int) -> list[ClientSession]:
    """The account's sessions, once so many of them are over and their words have come."""

    def over() -> bool:
        sensing.changed(0.2)
        ours = [s for s in sensing.sessions() if s.account == account.address]
        said = [s for s in ours if s.ended and "QUIT LOGOUT".find(_last_word(s)) >= 0]
        return len(said) == count

    wait_until(f"{count} sessions of {account.address} are over", over)
    return [s for s in sensing.sessions() if s.account == account.address]


def _last_word(session: ClientSession) -> str:
    said = [line.text.upper().split() for line in session.lines if line.sender == "C"]
    return said[-1][-1] if said and said[-1] else "nothing"


def test_smtp_is_heard_word_for_word_also_under_tls(own_lab: RunningLab) -> None:
    alice, bob = own_lab.spec.accounts[:2]
    with Sensing(own_lab.engine, own_lab.spec, dialogue=True) as sensing:
        assert _listens(own_lab) == (True, True)
        _send(own_lab, alice, bob)
        own_lab.arrives(bob, 1)

        def delivered() -> bool:
            sensing.changed(0.2)
            return any(e.kind == "removed" for e in sensing.events())

        wait_until("the log tells of the delivery", delivered)
        (session,) = _ended(sensing, alice, 1)
        events = sensing.events()
    words = _words(session)
    assert ("C", "STARTTLS", False) in words
    assert ("C", "AUTH PLAIN ***", True) in words
    assert ("S", "250-AUTH PLAIN LOGIN", True) in words
    assert any(c == "C" and "rcpt TO:<" in text and tls for c, text, tls in words)
    told = [(c.name, c.code) for c in session.commands]
    assert told[:4] == [("EHLO", "250"), ("STARTTLS", "220"), ("EHLO", "250"), ("AUTH", "235")]
    assert told[4:] == [("MAIL", "250"), ("RCPT", "250"), ("DATA", "250"), ("QUIT", "221")]
    assert session.envelopes[0].recipients == (bob.address,)
    assert any(e.kind == "said" and e.text.startswith("LHLO") for e in events)
    assert alice.password not in repr(events) + repr(session)
    _nobody_listens(own_lab)
    secret = b64encode(f"\0{alice.address}\0{alice.password}".encode()).decode()
    shown = labctl("logs", "postfix", "--lab", own_lab.name).stdout
    assert "client=" in shown
    assert not any(word in shown for word in (secret, "input attribute", "]: < ", "send attr"))


def test_imap_and_pop3_are_heard_word_for_word(lab: RunningLab) -> None:
    bob = lab.account()
    lab.deliver(bob, subject="overheard")
    with Sensing(lab.engine, lab.spec, dialogue=True) as sensing:
        at = lab.endpoint("imap")
        imap = imaplib.IMAP4(at.host, at.port)
        with suppress(imaplib.IMAP4.error):
            imap.login(bob.address, bob.password)  # in the clear: refused, and masked
        imap.starttls(_trust(lab))
        imap.login(bob.address, bob.password)
        imap.select()
        imap.fetch("1", "(BODY[])")
        imap.logout()
        at = lab.endpoint("pop3s")
        pop3 = poplib.POP3_SSL(at.host, at.port, context=_trust(lab))
        pop3.user(bob.address)
        pop3.pass_(bob.password)
        pop3.retr(1)
        pop3.quit()
        read, popped = _ended(sensing, bob, 2)
        events = sensing.events()
    words = _words(read)
    assert any(c == "C" and text.endswith(f"LOGIN {bob.address} ***") for c, text, _ in words)
    assert any(c == "S" and "[PRIVACYREQUIRED]" in text and not tls for c, text, tls in words)
    assert any(c == "C" and text.endswith("STARTTLS") and not tls for c, text, tls in words)
    assert ("-", f"{bob.address} has logged in (PLAIN)", True) in words
    assert any(c == "C" and text.endswith("SELECT INBOX") and tls for c, text, tls in words)
    assert any(
        line.kind == "message" and line.text == "Subject: overheard 0" for line in read.lines
    )
    assert [w for w in _words(popped) if w[0] == "C"] == [
        ("C", "RETR 1", True),
        ("C", "QUIT", True),
    ]
    assert {e.session for e in events if e.text == "RETR 1"} == {popped.id}
    assert bob.password not in repr(events) + repr(read) + repr(popped)


def test_each_file_of_a_maildir_is_told_as_it_comes_moves_and_goes(lab: RunningLab) -> None:
    bob = lab.account()
    home = "/".join(reversed(bob.address.split("@")))
    with Sensing(lab.engine, lab.spec, dialogue=True, homes=[home]) as sensing:
        lab.deliver(bob, subject="filed")  # its Maildir is made now
        with lab.imap(bob) as imap:
            assert imap.select("INBOX").ok
            assert imap.command("STORE 1 +FLAGS (\\Flagged \\Deleted)").ok
            assert imap.command("COPY 1 Trash").ok
            assert imap.command("EXPUNGE").ok

        def told() -> list[tuple[str, str]]:
            sensing.changed(0.2)
            return [(e.was, e.path) for e in sensing.events() if e.kind == "file"]

        wait_until("the file is gone", lambda: any(not path for _, path in told()))
        files, accounts = told(), {e.account for e in sensing.events() if e.kind == "file"}
    assert accounts == {bob.address}
    born = files[0][1]
    assert files[0] == ("", born)
    assert born.startswith("new/")
    name = born.removeprefix("new/")
    assert files[1] == (born, f"cur/{name}:2,")
    assert (f"cur/{name}:2,", f"cur/{name}:2,FT") in files
    assert any(not was and path.startswith(".Trash/") for was, path in files)
    assert files[-1] == (f"cur/{name}:2,FT", "")


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_written_down_any_more_once_the_watch_has_ended(
    own_lab: RunningLab, end: signal.Signals
) -> None:
    watching = subprocess.Popen(
        [sys.executable, "-m", "labctl", "watch", "--json", "--lab", own_lab.name],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=CLEAN,
    )
    try:
        wait_until("it listens", lambda: _listens(own_lab) == (True, True))
    finally:
        watching.send_signal(end)
        watching.wait(20)
    _nobody_listens(own_lab)


def test_hands_on_shows_what_the_client_really_said(
    own_lab: RunningLab, client_container: str
) -> None:
    alice = own_lab.spec.accounts[0]
    lab = ("--lab", own_lab.name)
    labctl_json("exercise", "start", "pop3-takes", "--no-wait", *lab)
    assert _listens(own_lab) == (True, True)
    desk = MailClients(own_lab.engine, client_container, own_lab)
    login = desk.put("curlrc", f'user = "{alice.address}:{alice.password}"\n')
    url = f"pop3s://{desk.host('pop3s')}:{desk.port('pop3s')}/1"
    assert desk.run("curl", "-sS", "--cacert", desk.ca, "--config", login, url).code == 0

    def passed() -> bool:
        done = labctl("exercise", "check", "--lab", own_lab.name)
        shown.append(done.stdout)
        return "RETR 1" in done.stdout

    shown: list[str] = []
    wait_until("the step has passed", passed)
    assert "🔒" in shown[-1]
    evidence = labctl_json("report", *lab)["evidence"]
    said = json.dumps(evidence)
    assert "+OK Logged in." in said
    assert alice.password not in said + shown[-1]
    assert labctl("exercise", "reset", *lab).returncode == 0
    _nobody_listens(own_lab)
