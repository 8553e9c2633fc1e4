"""Reading mail: no password in the clear, TLS 1.2 at least, and what IMAP and POP3 promise."""

import imaplib
import poplib
import ssl

import pytest

from labctl.mail.imap import ImapClient
from labctl.mail.pop3 import Pop3Client
from labctl.model.lab import Account, EndpointName
from labctl.verbs.targets import target_of
from tests.engine.mailclients import MailClients, Said
from tests.engine.running import RunningLab

EVERY: list[EndpointName] = [
    *("smtp", "submission", "submissions"),
    *("imap", "imaps", "pop3", "pop3s"),
]


@pytest.fixture
def trust(lab: RunningLab) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=lab.spec.certificate.ca_pem)


# -- before TLS ------------------------------------------------------------------------------------


def test_143_offers_starttls_and_says_that_logins_are_disabled(lab: RunningLab) -> None:
    with ImapClient(target_of(lab.spec, "imap")) as imap:
        greeted = imap.connect().capabilities
        asked = imap.capability().capabilities
    for offered in (greeted, asked):
        assert {"STARTTLS", "LOGINDISABLED"} <= offered
        assert not [c for c in offered if c.startswith("AUTH=")]


def test_143_refuses_a_login_in_the_clear_because_privacy_is_required(lab: RunningLab) -> None:
    with ImapClient(target_of(lab.spec, "imap")) as imap:
        imap.connect()
        refused = imap.login(lab.account())
    assert (refused.status, refused.code) == ("NO", "PRIVACYREQUIRED")


def test_143_takes_the_login_after_starttls(lab: RunningLab) -> None:
    with ImapClient(target_of(lab.spec, "imap")) as imap:
        imap.connect()
        assert imap.starttls().ok
        assert "LOGINDISABLED" not in imap.capability().capabilities
        assert imap.login(lab.account()).ok


def test_110_offers_stls_and_no_login_before_it(lab: RunningLab) -> None:
    with Pop3Client(target_of(lab.spec, "pop3")) as pop3:
        pop3.connect()
        offered = pop3.capa().capabilities
        assert "STLS" in offered
        assert "USER" not in offered
        assert not offered.get("SASL")
        assert not pop3.login(lab.account()).ok


def test_110_takes_the_login_after_stls(lab: RunningLab) -> None:
    with Pop3Client(target_of(lab.spec, "pop3")) as pop3:
        pop3.connect()
        assert pop3.stls().ok
        assert "USER" in pop3.capa().capabilities
        assert pop3.login(lab.account()).ok


def test_993_and_995_greet_under_tls(clients: MailClients) -> None:
    trusted = ("-CAfile", clients.ca, "-verify_return_error", "-quiet")
    imap = clients.s_client("imaps", *trusted)
    pop3 = clients.s_client("pop3s", *trusted)
    assert imap.out.startswith("* OK ")
    assert pop3.out.startswith("+OK ")


# -- TLS versions ----------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["tls1", "tls1_1"])
@pytest.mark.parametrize("via", EVERY)
def test_tls_before_1_2_gets_an_alert(
    clients: MailClients, via: EndpointName, version: str
) -> None:
    """The client is willing: without SECLEVEL=0 it would not even try."""
    said = clients.s_client(via, f"-{version}", "-cipher", "DEFAULT:@SECLEVEL=0")
    assert said.code != 0
    assert "alert protocol version" in said.err


@pytest.mark.parametrize("version", ["tls1_2", "tls1_3"])
@pytest.mark.parametrize("via", EVERY)
def test_tls_1_2_and_1_3_work(clients: MailClients, via: EndpointName, version: str) -> None:
    checked = ("-CAfile", clients.ca, "-verify_return_error", "-verify_ip", clients.host(via))
    said = clients.s_client(via, f"-{version}", *checked)
    assert "Verify return code: 0 (ok)" in said.out, said.all
    assert f"New, {version.upper().replace('TLS1_', 'TLSv1.')}" in said.out


# -- what IMAP offers ------------------------------------------------------------------------------


def test_idle_move_and_uidplus_are_offered(lab: RunningLab) -> None:
    with lab.imap(lab.account()) as imap:
        assert {"IDLE", "MOVE", "UIDPLUS", "SPECIAL-USE"} <= imap.capability().capabilities


def test_the_special_folders_are_there_and_say_what_they_are_for(lab: RunningLab) -> None:
    with lab.imap(lab.account()) as imap:
        folders = dict(imap.list().folders)
    for name in ("Drafts", "Sent", "Trash", "Junk"):
        assert f"\\{name}" in folders[name]
    assert "INBOX" in folders


def test_pythons_imaplib_reads(lab: RunningLab, trust: ssl.SSLContext) -> None:
    alice = lab.account()
    lab.deliver(alice, subject="for imaplib")
    endpoint = lab.endpoint("imaps")
    with imaplib.IMAP4_SSL(endpoint.host, endpoint.port, ssl_context=trust, timeout=20) as imap:
        imap.login(alice.address, alice.password)
        imap.select()
        _, found = imap.fetch("1", "(BODY[HEADER.FIELDS (SUBJECT)])")
    assert "Subject: for imaplib 0" in str(found)


def test_pythons_poplib_reads_after_stls(lab: RunningLab, trust: ssl.SSLContext) -> None:
    alice = lab.account()
    lab.deliver(alice, subject="for poplib")
    endpoint = lab.endpoint("pop3")
    pop3 = poplib.POP3(endpoint.host, endpoint.port, timeout=20)
    pop3.stls(context=trust)
    pop3.user(alice.address)
    pop3.pass_(alice.password)
    _, lines, _ = pop3.retr(1)
    pop3.quit()
    assert b"Subject: for poplib 0" in lines


def test_a_wrong_password_does_not_delay_the_next_login(lab: RunningLab) -> None:
    alice = lab.account()
    with ImapClient(target_of(lab.spec, "imaps"), timeout=2) as imap:
        imap.connect()
        refused = imap.login(Account(alice.address, "wrong"))
        assert (refused.status, refused.code) == ("NO", "AUTHENTICATIONFAILED")
        assert imap.login(alice).ok


# -- curl ------------------------------------------------------------------------------------------


def _curl(clients: MailClients, account: Account, url: str) -> Said:
    config = clients.put(
        "curlrc",
        f'user = "{account.address}:{account.password}"\ncacert = "{clients.ca}"\nssl-reqd\n',
    )
    return clients.run("curl", "--silent", "--show-error", "--config", config, url)


@pytest.mark.parametrize("via", ["imaps", "imap", "pop3s", "pop3"])
def test_curl_reads(lab: RunningLab, clients: MailClients, via: EndpointName) -> None:
    alice = lab.account()
    lab.deliver(alice, subject="for curl")
    which = "INBOX;MAILINDEX=1" if via.startswith("imap") else "1"
    said = _curl(clients, alice, f"{via}://{clients.host(via)}:{clients.port(via)}/{which}")
    assert said.code == 0, said.all
    assert "Subject: for curl 0" in said.out


# -- fetchmail -------------------------------------------------------------------------------------


def _fetchmail(clients: MailClients, via: EndpointName, account: Account, keep: str) -> Said:
    protocol = "POP3" if via.startswith("pop3") else "IMAP"
    tls = "ssl" if via.endswith("s") else "sslproto TLS1.2+"
    config = clients.put(
        "fetchmailrc",
        f"poll {clients.name(via)} service {clients.port(via)} protocol {protocol} uidl\n"
        f'  user "{account.address}" password "{account.password}"\n'
        f'  {tls} sslcertck sslcertfile "{clients.ca}" {keep}\n'
        f'  mda "cat >> {clients.folder}/mbox"\n'.replace(" uidl", " uidl" * (protocol == "POP3")),
    )
    return clients.run(
        *("fetchmail", "--fetchmailrc", config, "--nosyslog", "--nodetach"),
        *("--idfile", f"{clients.folder}/ids", "--pidfile", f"{clients.folder}/pid"),
    )


@pytest.mark.parametrize("via", ["pop3s", "pop3", "imaps"])
def test_fetchmail_takes_the_mail_away(
    lab: RunningLab, clients: MailClients, via: EndpointName
) -> None:
    alice = lab.account()
    lab.deliver(alice, count=2, subject="taken")
    said = _fetchmail(clients, via, alice, "no keep")
    assert said.code == 0, said.all
    assert clients.read("mbox").count("Subject: taken") == 2
    assert lab.inbox_count(alice) == 0


def test_fetchmail_leaves_the_mail_when_told_to_and_knows_it_again(
    lab: RunningLab, clients: MailClients
) -> None:
    alice = lab.account()
    lab.deliver(alice, subject="kept")
    assert _fetchmail(clients, "pop3s", alice, "keep").code == 0
    again = _fetchmail(clients, "pop3s", alice, "keep")
    assert again.code == 1, again.all  # nothing new: the same UIDL as before
    assert clients.read("mbox").count("Subject: kept") == 1
    assert lab.inbox_count(alice) == 1


# -- mbsync ----------------------------------------------------------------------------------------


def test_mbsync_synchronises_both_ways(lab: RunningLab, clients: MailClients) -> None:
    alice = lab.account()
    lab.deliver(alice, subject="from the server")
    config = clients.put(
        "mbsyncrc",
        f"""
IMAPAccount lab
Host {clients.name("imaps")}
Port {clients.port("imaps")}
User {alice.address}
Pass "{alice.password}"
TLSType IMAPS
SystemCertificates no
CertificateFile {clients.ca}

IMAPStore far
Account lab

MaildirStore near
Path {clients.folder}/near/
Inbox {clients.folder}/near/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Both
Expunge Both
SyncState *
""",
    )
    clients.run("mkdir", f"{clients.folder}/near")
    first = clients.run("mbsync", "--config", config, "all")
    assert first.code == 0, first.all
    copy = clients.run("grep", "-rl", "Subject: from the server 0", f"{clients.folder}/near")
    assert len(copy.out.split()) == 1

    clients.put("near/INBOX/cur/1.M1P1.client:2,S", "Subject: from the client\n\ntext\n")
    clients.run("rm", copy.out.strip())
    second = clients.run("mbsync", "--config", config, "all")
    assert second.code == 0, second.all
    assert [m.subject for m in lab.maildir(alice).inbox.messages] == ["from the client"]


# -- POP3 ------------------------------------------------------------------------------------------


def test_uidl_names_a_message_the_same_in_every_session(lab: RunningLab) -> None:
    alice = lab.account()
    lab.deliver(alice, count=3)
    with lab.pop3(alice) as pop3:
        first = pop3.uidl().listing
        pop3.retr(1)
        pop3.dele(2)
        pop3.quit()
    with lab.pop3(alice) as pop3:
        second = pop3.uidl().listing
    assert list(second.values()) == [first[1], first[3]]


def test_dele_and_quit_removes_the_message(lab: RunningLab) -> None:
    alice = lab.account()
    lab.deliver(alice, count=2)
    with lab.pop3(alice) as pop3:
        pop3.dele(1)
        assert pop3.quit().ok
    assert lab.inbox_count(alice) == 1


def test_rset_takes_a_dele_back(lab: RunningLab) -> None:
    alice = lab.account()
    lab.deliver(alice)
    with lab.pop3(alice) as pop3:
        pop3.dele(1)
        pop3.rset()
        assert pop3.quit().ok
    assert lab.inbox_count(alice) == 1


def test_retr_alone_leaves_the_message(lab: RunningLab) -> None:
    alice = lab.account()
    lab.deliver(alice)
    with lab.pop3(alice) as pop3:
        assert b"Subject: test 0" in pop3.retr(1).data
        pop3.quit()
    assert lab.inbox_count(alice) == 1
