"""Submission: TLS first, then the password, then the mail. With clients that people use."""

import smtplib
import ssl
from time import monotonic

import pytest

from labctl.model.lab import Account, EndpointName
from tests.engine.mailclients import MailClients
from tests.engine.running import RunningLab, wait_until

SUBMISSIONS: list[EndpointName] = ["submission", "submissions"]


@pytest.fixture
def trust(lab: RunningLab) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=lab.spec.certificate.ca_pem)


def _arrived(lab: RunningLab, account: Account, subject: str) -> None:
    wait_until(
        f"the message {subject!r} for {account.address}",
        lambda: [m.subject for m in lab.maildir(account).inbox.messages] == [subject],
    )


def test_587_offers_no_login_before_starttls_and_one_after(lab: RunningLab) -> None:
    with lab.smtp("submission") as smtp:
        smtp.connect()
        before = smtp.ehlo().extensions
        assert "STARTTLS" in before
        assert "AUTH" not in before
        assert smtp.starttls().code == 220
        after = smtp.ehlo().extensions
        assert "STARTTLS" not in after
        assert "PLAIN" in after["AUTH"].split()


def test_587_refuses_a_password_in_the_clear(lab: RunningLab) -> None:
    with lab.smtp("submission") as smtp:
        smtp.connect()
        smtp.ehlo()
        assert smtp.auth(lab.account()).code == 530


def test_587_takes_no_mail_before_starttls(lab: RunningLab) -> None:
    with lab.smtp("submission") as smtp:
        smtp.connect()
        smtp.ehlo()
        refused = smtp.mail(lab.account().address)
    assert (refused.code, refused.enhanced) == (530, "5.7.0")
    assert "STARTTLS" in refused.text


@pytest.mark.parametrize("via", SUBMISSIONS)
def test_no_mail_is_taken_before_the_login(lab: RunningLab, via: EndpointName) -> None:
    alice = lab.account()
    with lab.smtp(via) as smtp:
        smtp.connect()
        smtp.ehlo()
        if via == "submission":
            smtp.starttls()
            smtp.ehlo()
        answers = [smtp.mail(alice.address), smtp.rcpt(alice.address)]
    refused = next(a for a in answers if not a.ok)
    assert (refused.code, refused.enhanced) == (530, "5.7.0")


def test_465_speaks_tls_from_the_first_byte(lab: RunningLab) -> None:
    with lab.smtp("submissions") as smtp:
        assert smtp.connect().code == 220
        assert smtp.wire.tls
        offered = smtp.ehlo().extensions
    assert "PLAIN" in offered["AUTH"].split()
    assert "STARTTLS" not in offered


@pytest.mark.parametrize("via", SUBMISSIONS)
def test_a_wrong_password_is_refused_at_once_and_the_next_login_is_not_delayed(
    lab: RunningLab, via: EndpointName
) -> None:
    """Behind Docker's address translation one person's typing error would slow everybody down."""
    alice = lab.account()
    begun = monotonic()
    with lab.smtp(via) as smtp:
        smtp.connect()
        smtp.ehlo()
        if via == "submission":
            smtp.starttls()
            smtp.ehlo()
        refused = smtp.auth(Account(alice.address, "not the password"))
        assert (refused.code, refused.enhanced) == (535, "5.7.8")
        assert smtp.auth(alice).code == 235
    assert monotonic() - begun < 2


def test_a_stranger_is_refused_in_the_same_words_as_a_wrong_password(lab: RunningLab) -> None:
    alice = lab.account()
    with lab.smtp("submissions") as smtp:
        smtp.connect()
        smtp.ehlo()
        wrong = smtp.auth(Account(alice.address, "not the password"))
        stranger = smtp.auth(Account("nobody-of-that-name@alpha.test", "not the password"))
    assert str(stranger) == str(wrong)


@pytest.mark.parametrize("via", SUBMISSIONS)
def test_swaks_sends(lab: RunningLab, clients: MailClients, via: EndpointName) -> None:
    alice, bob = lab.account(), lab.account()
    said = clients.swaks(via, bob.address, "--h-Subject", "by swaks", login=alice)
    assert said.code == 0, said.all
    assert "TLS started with cipher" in said.out
    _arrived(lab, bob, "by swaks")


@pytest.mark.parametrize("via", SUBMISSIONS)
def test_swaks_says_28_when_the_password_is_wrong(
    lab: RunningLab, clients: MailClients, via: EndpointName
) -> None:
    alice = lab.account()
    wrong = Account(alice.address, "wrong")
    assert clients.swaks(via, alice.address, login=wrong).code == 28


@pytest.mark.parametrize("via", SUBMISSIONS)
def test_curl_sends(lab: RunningLab, clients: MailClients, via: EndpointName) -> None:
    alice, bob = lab.account(), lab.account()
    scheme = "smtps" if via == "submissions" else "smtp"
    options = [
        f'url = "{scheme}://{clients.host(via)}:{clients.port(via)}/client.example"',
        f'user = "{alice.address}:{alice.password}"',
        f'cacert = "{clients.ca}"',
        f'mail-from = "{alice.address}"',
        f'mail-rcpt = "{bob.address}"',
        'upload-file = "-"',
        "ssl-reqd",
    ]
    letter = f"From: {alice.address}\r\nTo: {bob.address}\r\nSubject: by curl\r\n\r\ntext\r\n"
    config = clients.put("curlrc", "\n".join(options))
    said = clients.run("curl", "--silent", "--show-error", "--config", config, stdin=letter)
    assert said.code == 0, said.all
    _arrived(lab, bob, "by curl")


@pytest.mark.parametrize("via", SUBMISSIONS)
def test_msmtp_sends(lab: RunningLab, clients: MailClients, via: EndpointName) -> None:
    alice, bob = lab.account(), lab.account()
    settings = f"""
        account default
        host {clients.host(via)}
        port {clients.port(via)}
        from {alice.address}
        auth on
        user {alice.address}
        password "{alice.password}"
        tls on
        tls_starttls {"on" if via == "submission" else "off"}
        tls_trust_file {clients.ca}
    """
    config = clients.put("msmtprc", settings)
    letter = f"From: {alice.address}\nTo: {bob.address}\nSubject: by msmtp\n\ntext\n"
    said = clients.run("msmtp", "--file", config, "--read-recipients", stdin=letter)
    assert said.code == 0, said.all
    _arrived(lab, bob, "by msmtp")


def test_pythons_smtplib_sends_by_587(lab: RunningLab, trust: ssl.SSLContext) -> None:
    alice, bob = lab.account(), lab.account()
    endpoint = lab.endpoint("submission")
    with smtplib.SMTP(endpoint.host, endpoint.port, timeout=20) as smtp:
        smtp.starttls(context=trust)
        smtp.login(alice.address, alice.password)
        assert smtp.sendmail(alice.address, [bob.address], "Subject: by 587\n\ntext\n") == {}
    _arrived(lab, bob, "by 587")


def test_pythons_smtplib_sends_by_465(lab: RunningLab, trust: ssl.SSLContext) -> None:
    alice, bob = lab.account(), lab.account()
    endpoint = lab.endpoint("submissions")
    with smtplib.SMTP_SSL(endpoint.host, endpoint.port, timeout=20, context=trust) as smtp:
        smtp.login(alice.address, alice.password)
        assert smtp.sendmail(alice.address, [bob.address], "Subject: by 465\n\ntext\n") == {}
    _arrived(lab, bob, "by 465")


@pytest.mark.parametrize("via", SUBMISSIONS)
def test_a_client_that_does_not_know_the_labs_ca_does_not_trust_it(
    clients: MailClients, via: EndpointName
) -> None:
    scheme = "smtps" if via == "submissions" else "smtp"
    url = f"{scheme}://{clients.host(via)}:{clients.port(via)}/client.example"
    assert clients.run("curl", "--silent", "--ssl-reqd", url).code == 60


def test_the_servers_own_names_are_trusted_in_the_labs_network(
    lab: RunningLab, inside: MailClients
) -> None:
    alice, bob = lab.account(), lab.account()
    said = inside.swaks("submission", bob.address, "--h-Subject", "inside", login=alice)
    assert said.code == 0, said.all
    _arrived(lab, bob, "inside")


def test_what_is_submitted_says_who_logged_in_and_how(lab: RunningLab) -> None:
    alice = lab.account()
    with lab.smtp("submissions") as smtp:
        smtp.connect()
        smtp.ehlo()
        smtp.auth(alice)
        smtp.mail(alice.address)
        smtp.rcpt(alice.address)
        assert smtp.data(b"Subject: traced\n\ntext\n").queue_id
    _arrived(lab, alice, "traced")
    with lab.pop3(alice) as pop3:
        header = pop3.top(1).data.decode()
    assert "with ESMTPSA id " in " ".join(header.split())
