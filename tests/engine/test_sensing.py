"""Sessions of clients that nobody here wrote, seen from the servers' side."""

import imaplib
import poplib
import smtplib
import ssl
from contextlib import suppress

from labctl.mail.message import compose
from labctl.verbs.sensing import Sensing, client_sessions
from tests.engine.running import RunningLab, wait_until


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
    told = {s.protocol: s for s in live if s.account in (alice.address, bob.address)}
    sent, popped, read = told["smtp"], told["pop3"], told["imap"]
    assert (sent.endpoint, sent.tls, sent.end) == ("submission", True, "quit")
    assert [e.recipients for e in sent.envelopes] == [(bob.address,)]
    assert (popped.endpoint, popped.end) == ("pop3s", "dropped")
    assert [(c.name, c.ok) for c in popped.commands] == [("RETR", True), ("DELE", True)]
    assert (read.endpoint, read.tls, read.end) == ("imap", True, "quit")
    assert [c.name for c in read.commands] == ["SELECT", "STORE", "LOGOUT"]
    assert read.refused == (bob.address,)
    at_once = {s.id: s for s in client_sessions(lab.engine, lab.spec, since)}
    assert {s.id for s in told.values()} <= set(at_once)
    log = "".join(line.text for line in lab.engine.logs(lab.name, "dovecot", since=since))
    assert bob.password not in log + repr(live)
    assert alice.password not in log + repr(live)
