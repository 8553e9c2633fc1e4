"""Sessions of clients that nobody here wrote, seen from the servers' side."""

import imaplib
import json
import poplib
import signal
import smtplib
import ssl
import subprocess
import sys
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import IO

from labctl.mail.message import compose
from labctl.verbs.sensing import Sensing, client_sessions
from tests.engine.running import CLEAN, RunningLab, labctl, labctl_json, wait_until


def _trust(lab: RunningLab) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=lab.spec.certificate.ca_pem)


def test_starting_a_lab_is_no_client(own_lab: RunningLab) -> None:
    assert client_sessions(own_lab.engine, own_lab.spec, 0) == ()


def test_what_pythons_clients_did_is_told_at_once_and_live(lab: RunningLab) -> None:
    alice, bob = lab.account(), lab.account()
    since = lab.engine.now()
    with Sensing(lab.engine, lab.spec, since) as sensing:
        at = lab.endpoint("submission")
        with smtplib.SMTP(at.host, at.port) as smtp:
            smtp.starttls(context=_trust(lab))
            smtp.login(alice.address, alice.password)
            letter = compose(alice.address, bob.address, "sensed", "text\n")
            smtp.sendmail(alice.address, [bob.address], letter)
        lab.arrives(bob, 1)
        at = lab.endpoint("pop3s")
        pop3 = poplib.POP3_SSL(at.host, at.port, context=_trust(lab))
        pop3.user(bob.address)
        pop3.pass_(bob.password)
        pop3.retr(1)
        pop3.dele(1)
        pop3.close()  # no QUIT
        at = lab.endpoint("imap")
        imap = imaplib.IMAP4(at.host, at.port)
        imap.starttls(_trust(lab))
        with suppress(imaplib.IMAP4.error):
            imap.login(bob.address, "not the password")
        imap.login(bob.address, bob.password)
        imap.select()
        imap.store("1", "+FLAGS", r"\Flagged")
        imap.logout()

        def ended() -> bool:
            sensing.changed(0.2)
            ours = [s for s in sensing.sessions() if s.account in (alice.address, bob.address)]
            return len(ours) == 3 and all(s.ended for s in ours)

        wait_until("three sessions have ended", ended)
        live = sensing.sessions()
        events = [e for e in sensing.events() if e.account in (alice.address, bob.address)]
    told = {s.protocol: s for s in live if s.account in (alice.address, bob.address)}
    sent, popped, read = told["smtp"], told["pop3"], told["imap"]
    assert (sent.endpoint, sent.tls, sent.end) == ("submission", True, "quit")
    assert [e.recipients for e in sent.envelopes] == [(bob.address,)]
    assert (popped.endpoint, popped.end) == ("pop3s", "dropped")
    assert [(c.name, c.ok) for c in popped.commands] == [("RETR", True), ("DELE", True)]
    assert (read.endpoint, read.tls, read.end) == ("imap", True, "quit")
    assert [c.name for c in read.commands] == ["SELECT", "STORE", "LOGOUT"]
    assert read.refused == (bob.address,)
    kinds = {e.kind for e in events}
    assert kinds >= {"login", "command", "delivery", "stored", "mailbox", "ended"}
    assert [e.order for e in events] == sorted({e.order for e in events})
    assert any("flag_change: INBOX" in e.text for e in events)
    assert bob.password not in repr(events)
    at_once = {s.id: s for s in client_sessions(lab.engine, lab.spec, since)}
    assert {s.id for s in told.values()} <= set(at_once)
    log = "".join(line.text for line in lab.engine.logs(lab.name, "dovecot", since=since))
    assert bob.password not in log + repr(live)
    assert alice.password not in log + repr(live)


def test_watch_writes_json_lines_as_things_happen(lab: RunningLab) -> None:
    bob = lab.account()
    watching = subprocess.Popen(
        [sys.executable, "-m", "labctl", "watch", bob.address, "--json", "--lab", lab.name],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=CLEAN,
        text=True,
    )
    try:
        assert watching.stdout is not None
        lines = _lines(watching.stdout)
        heard: list[str] = []

        def said() -> bool:
            with lab.imap(bob):  # until it listens
                pass
            while not lines.empty():
                event = json.loads(lines.get())
                heard.append(event["kind"])
            return "ended" in heard

        wait_until("watch told of a session", said)
        assert "login" in heard
    finally:
        watching.send_signal(signal.SIGINT)
        assert watching.stderr is not None
        stderr = watching.stderr.read()
        watching.wait(20)
        watching.stderr.close()
    assert "Traceback" not in stderr


def test_trace_tells_a_messages_life(lab: RunningLab) -> None:
    bob = lab.account()
    lab.deliver(bob, subject="traced")
    with lab.imap(bob) as imap:
        assert imap.select("INBOX").ok
    (entry,) = lab.maildir(bob).inbox.entries
    told = labctl_json("trace", entry.message_id.strip("<>"), "--lab", lab.name)
    kinds = [event["kind"] for event in told["events"]]
    assert {"queued", "stored", "delivery", "removed"} <= set(kinds)
    assert [(f["account"], f["entry"]["part"]) for f in told["files"]] == [(bob.address, "cur")]
    assert labctl_json("trace", told["queue_ids"][0], "--lab", lab.name) == told
    assert labctl("trace", "nothing@here", "--lab", lab.name).returncode != 0


def _lines(stream: IO[str]) -> "SimpleQueue[str]":
    lines: SimpleQueue[str] = SimpleQueue()

    def pump() -> None:
        with stream:
            for line in stream:
                lines.put(line)

    Thread(target=pump, daemon=True).start()
    return lines
