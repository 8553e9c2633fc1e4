"""Lines that Postfix 3.10 and Dovecot 2.4.1 really wrote, as values; and any other text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.mail import dovecot_log, postfix_log
from labctl.mail.dovecot_log import LoggedIn, LoggedOut, LoginRefused, MailEvent, Saved
from labctl.mail.postfix_log import (
    Connected,
    Delivery,
    Disconnected,
    Identified,
    Queued,
    Rejected,
    Removed,
    Submitted,
    TlsBegun,
    on_the_way,
)

T = "Nov 23 06:47:07 mx "


@pytest.mark.parametrize(
    ("line", "event"),
    [
        ("postfix/smtpd[10]: connect from unknown[10.2.2.9]", Connected("10.2.2.9")),
        (
            "postfix/submission/smtpd[12]: Anonymous TLS connection established from "
            "unknown[10.2.2.9]: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)",
            TlsBegun("10.2.2.9", "TLSv1.3"),
        ),
        (
            "postfix/smtpd[10]: disconnect from unknown[10.2.2.9] ehlo=1 auth=0/1 commands=3",
            Disconnected(
                "10.2.2.9", (("ehlo", "1"), ("auth", "0/1"), ("commands", "3"))
            ),
        ),
        (
            "postfix/submission/smtpd[12]: 656FF172410: client=unknown[10.2.2.9], "
            "sasl_method=PLAIN, sasl_username=alice@alpha.test",
            Submitted("656FF172410", "10.2.2.9", "alice@alpha.test"),
        ),
        (
            "postfix/smtpd[12]: CC951172596: client=unknown[10.2.2.9]",
            Submitted("CC951172596", "10.2.2.9", ""),
        ),
        (
            "postfix/cleanup[15]: 656FF172410: message-id=<1.2@alpha.test>",
            Identified("656FF172410", "<1.2@alpha.test>"),
        ),
        (
            "postfix/qmgr[8]: 656FF172410: from=<alice@alpha.test>, size=709, nrcpt=1 (queue)",
            Queued("656FF172410", "alice@alpha.test", 709, 1),
        ),
        (
            "postfix/lmtp[16]: BA0C4172551: to=<bob@alpha.test>, relay=10.2.2.3[10.2.2.3]:24, "
            "delay=0.06, delays=0.05/0.01/0/0, dsn=2.0.0, status=sent (250 2.0.0 <bob@alpha.test> "
            "1HLHL2vhA2sPAAAAvS/saQ Saved)",
            Delivery(
                "BA0C4172551", "bob@alpha.test", "10.2.2.3[10.2.2.3]:24", 0.06, "2.0.0", "sent",
                "250 2.0.0 <bob@alpha.test> 1HLHL2vhA2sPAAAAvS/saQ Saved",
            ),
        ),
        (
            "postfix/lmtp[16]: BA0C4172551: to=<bob@alpha.test>, relay=none, "
            "delay=3, delays=0/0/3/0, "
            "dsn=4.4.1, status=deferred (connect to 10.2.2.3[10.2.2.3]:24: No route to host)",
            Delivery(
                "BA0C4172551", "bob@alpha.test", "none", 3.0, "4.4.1", "deferred",
                "connect to 10.2.2.3[10.2.2.3]:24: No route to host",
            ),
        ),
        ("postfix/qmgr[8]: 656FF172410: removed", Removed("656FF172410")),
        (
            "postfix/submission/smtpd[12]: NOQUEUE: reject: RCPT from unknown[10.2.2.9]: 554 5.7.1 "
            "<x@out.example>: Relay access denied; from=<a@alpha.test> to=<x@out.example>",
            Rejected(
                "RCPT", "10.2.2.9", 554, "5.7.1",
                "<x@out.example>: Relay access denied; from=<a@alpha.test> to=<x@out.example>",
            ),
        ),
        ("postfix/master[1]: daemon started -- version 3.10.13", None),
        ("postfix/smtpd[15]: NOQUEUE: lost connection after CONNECT from unknown[10.2.2.9]", None),
        ("dovecot: something else", None),
    ],
)  # fmt: skip
def test_postfix_lines(line: str, event: object) -> None:
    assert postfix_log.parse_line(line) == event
    assert postfix_log.parse_line(T + line) == event


IMAP = "imap(bob@alpha.test)<17><WDh29utg>: Info: "


@pytest.mark.parametrize(
    ("line", "event"),
    [
        (
            "imap-login: Info: Logged in: user=<bob@alpha.test>, method=PLAIN, rip=10.2.2.9, "
            "lip=10.2.2.3, mpid=17, TLS, session=<WDh29utg>",
            LoggedIn("imap", "bob@alpha.test", "PLAIN", tls=True, session="WDh29utg",
                     remote="10.2.2.9", local_port="", pid="17"),
        ),
        (
            "pop3-login: Info: Login: user=<bob@alpha.test>, method=PLAIN, rip=1.2.3.4, "
            "lip=10.2.2.3, lport=995, mpid=17, session=<x>",
            LoggedIn("pop3", "bob@alpha.test", "PLAIN", tls=False, session="x", remote="1.2.3.4",
                     local_port="995", pid="17"),
        ),
        (
            "imap-login: Info: Login failed: Cleartext authentication disabled: user=<>, "
            "rip=10.2.2.9, lip=10.2.2.3, session=<luZ28>",
            LoginRefused("imap", "", tls=False, reason="Cleartext authentication disabled",
                         session="luZ28", remote="10.2.2.9"),
        ),
        (
            "pop3-login: Info: Login aborted: Logged out (auth failed, 1 attempts in 2 secs) "
            "(auth_failed): user=<bob@alpha.test>, method=PLAIN, rip=1.2.3.4, TLS, session=<x>",
            LoginRefused("pop3", "bob@alpha.test", tls=True,
                         reason="Logged out (auth failed, 1 attempts in 2 secs) (auth_failed)",
                         session="x", remote="1.2.3.4"),
        ),
        (
            "lmtp(bob@alpha.test)<15><1HLHL2vh>: Info: msgid=<1.2@alpha.test>: saved mail to INBOX",
            Saved("bob@alpha.test", "<1.2@alpha.test>", "INBOX"),
        ),
        (
            "lmtp(bob@alpha.test)<15><1HLHL2vh>: Info: Mailbox INBOX: save: box=INBOX, uid=1, "
            "msgid=<1@alpha.test>, size=946, flags=()",
            MailEvent("save", "lmtp", "bob@alpha.test", "1HLHL2vh", "INBOX", "", "1",
                      "<1@alpha.test>", "946", ""),
        ),
        (
            IMAP + "Mailbox INBOX: flag_change: box=INBOX, uid=1, msgid=<1@x>, size=946, "
            r"flags=(\Flagged \Seen)",
            MailEvent("flag_change", "imap", "bob@alpha.test", "WDh29utg", "INBOX", "", "1",
                      "<1@x>", "946", r"\Flagged \Seen"),
        ),
        (
            IMAP + "Mailbox Été: copy from INBOX: box=Été, uid=1, msgid=<1@x>, size=946, flags=()",
            MailEvent("copy", "imap", "bob@alpha.test", "WDh29utg", "Été", "INBOX", "1",
                      "<1@x>", "946", ""),
        ),
        (
            IMAP + "expunge: box=INBOX, uid=1, msgid=<1@x>, size=946",
            MailEvent("expunge", "imap", "bob@alpha.test", "WDh29utg", "INBOX", "", "1",
                      "<1@x>", "946", ""),
        ),
        (
            IMAP + "Disconnected: Logged out in=1325 out=3026 deleted=0",
            LoggedOut("imap", "bob@alpha.test", "WDh29utg", polite=True,
                      counters=(("in", "1325"), ("out", "3026"), ("deleted", "0"))),
        ),
        (
            "pop3(bob@alpha.test)<20><90p>: Info: Disconnected: Connection closed "
            "top=0/0, retr=1/698, del=0/0, size=682",
            LoggedOut("pop3", "bob@alpha.test", "90p", polite=False, counters=(
                ("top", "0/0"), ("retr", "1/698"), ("del", "0/0"), ("size", "682"))),
        ),
        (IMAP + "Mailbox Sent: Mailbox created", None),
        ("master: Info: Dovecot v2.4.1-4 (7d8c0e5759) starting up for imap, pop3, lmtp", None),
    ],
)  # fmt: skip
def test_dovecot_lines(line: str, event: object) -> None:
    assert dovecot_log.parse_line(line) == event
    assert dovecot_log.parse_line("Nov 23 06:47:07 " + line) == event


PREFIXES = st.sampled_from(
    [
        "", "postfix/smtpd[1]: ", "postfix/smtpd[1]: NOQUEUE: reject: ", "postfix/x[1]: ABCDEF: ",
        "postfix/lmtp[1]: ABCDEF: to=<", "postfix/smtpd[1]: disconnect from a[b] ",
        "imap-login: Info: Logged in: ", "imap-login: Info: Login aborted: ", IMAP,
        f"{IMAP}save: box=", f"{IMAP}msgid=",
    ]
)  # fmt: skip


@given(PREFIXES, st.text())
def test_any_line_can_be_read(prefix: str, text: str) -> None:
    postfix_log.parse_line(prefix + text)
    dovecot_log.parse_line(prefix + text)


def test_a_message_is_on_the_way_until_postfix_is_done_with_it_or_lets_it_wait() -> None:
    sent = "postfix/lmtp[9]: AAAAA: to=<bob@alpha.test>, relay=10.0.0.3[10.0.0.3]:24, delay=0.1,"
    lines = [
        f"{sent} delays=0/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 Saved)",
        f"{sent.replace('AAAAA', 'BBBBB')} delays=0/0/0/0, dsn=4.4.1, status=deferred (refused)",
    ]
    assert on_the_way(lines, ["AAAAA", "BBBBB", "CCCCC"]) == {"AAAAA", "CCCCC"}
    assert on_the_way([*lines, "postfix/qmgr[8]: AAAAA: removed"], ["AAAAA"]) == frozenset()
