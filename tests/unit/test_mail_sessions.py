"""Client sessions out of real log lines; and whatever a log holds, nothing breaks."""

import json

from hypothesis import given
from hypothesis import strategies as st

from labctl.mail.box_sessions import BoxSessions
from labctl.mail.dovecot_events import CommandDone, parse_event
from labctl.mail.happenings import dovecot_told, postfix_told
from labctl.mail.smtp_sessions import SmtpSessions
from labctl.model.clientsession import ClientSession

IP = "unknown[10.2.2.1]"
SUBMITTED = f"""\
postfix/submission/smtpd[20]: connect from {IP}
postfix/submission/smtpd[20]: Anonymous TLS connection established from {IP}: TLSv1.3 with x
postfix/submission/smtpd[20]: E96F81765BD: client={IP}, sasl_username=alice@a.test
postfix/cleanup[23]: E96F81765BD: message-id=<1@vm>
postfix/qmgr[8]: E96F81765BD: from=<alice@a.test>, size=573, nrcpt=1 (queue active)
postfix/submission/smtpd[20]: disconnect from {IP} ehlo=2 starttls=1 auth=1 mail=1 rcpt=1 quit=1
postfix/lmtp[24]: E96F81765BD: to=<bob@a.test>, relay=10.2.2.3[10.2.2.3]:24, delay=0.03, \
delays=0/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 Saved)"""
REFUSED = f"""\
postfix/smtpd[26]: connect from {IP}
postfix/smtpd[26]: NOQUEUE: reject: RCPT from {IP}: 554 5.7.1 <z@out.test>: Relay access denied; \
from=<x@y.test> to=<z@out.test> proto=ESMTP helo=<vm>
postfix/smtpd[26]: disconnect from {IP} ehlo=1 mail=1 rcpt=0/1 commands=2/3"""


def smtp(log: str, *servers: str) -> tuple[ClientSession, ...]:
    fold = SmtpSessions(frozenset(servers))
    for time, line in enumerate(log.splitlines(), start=1):
        fold.feed(time, "Nov 24 00:27:24 mx " + line)
    return fold.sessions()


def box(*lines: str) -> tuple[ClientSession, ...]:
    fold = BoxSessions()
    for time, line in enumerate(lines, start=10**9):
        fold.feed(time, "Nov 24 00:27:24 " + line)
    return fold.sessions()


def event(name: str, **fields: object) -> str:
    told = {"remote_ip": "10.2.2.1", "remote_port": 5000, "user": "bob@a.test", **fields}
    body = {"event": name, "hostname": "i", "end_time": 1.5, "fields": told}
    return f"stats: Info: {json.dumps(body, separators=(',', ':'))}"


def test_a_submitted_message_is_one_session_with_its_envelope() -> None:
    (one,) = smtp(SUBMITTED)
    assert (one.endpoint, one.account, one.tls, one.end) == (
        "submission",
        "alice@a.test",
        True,
        "quit",
    )
    names = [command.name for command in one.commands]
    assert names == ["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "QUIT"]
    (envelope,) = one.envelopes
    assert (envelope.sender, envelope.recipients) == ("alice@a.test", ("bob@a.test",))
    assert (envelope.queue_id, envelope.message_id) == ("E96F81765BD", "<1@vm>")


def test_a_refused_recipient_and_a_broken_connection() -> None:
    (one,) = smtp(REFUSED)
    assert (one.endpoint, one.end, one.account) == ("smtp", "dropped", "")
    assert [(c.name, c.code) for c in one.commands] == [
        ("EHLO", "250"),
        ("MAIL", "250"),
        ("RCPT", "554"),
    ]
    assert [(e.recipients, e.queue_id) for e in one.envelopes] == [(("z@out.test",), "")]


def test_a_wrong_password_is_no_login() -> None:
    (one,) = smtp(
        f"postfix/submissions/smtpd[2]: connect from {IP}\n"
        f"postfix/submissions/smtpd[2]: warning: {IP}: SASL PLAIN authentication failed: "
        "(reason unavailable), sasl_username=alice@a.test\n"
        f"postfix/submissions/smtpd[2]: disconnect from {IP} ehlo=1 auth=0/1 quit=1 commands=2/3"
    )
    assert (one.account, one.refused) == ("", ("alice@a.test",))
    assert [c.ok for c in one.commands if c.name == "AUTH"] == [False]


def test_what_is_no_client_is_no_session() -> None:
    asked = f"postfix/smtpd[1]: connect from {IP}\n"
    asked += f"postfix/smtpd[1]: disconnect from {IP} ehlo=1 noop=3 quit=1 commands=5"
    assert smtp(asked) == ()  # labctl's own question
    assert smtp(SUBMITTED, "10.2.2.1") == ()  # the other site's server
    greeted = (
        "imap-login: Info: Login aborted: Logged out (no auth attempts in 0 secs) "
        "(no_auth_attempts): user=<>, rip=10.2.2.1, lip=10.2.2.3, lport=143, session=<a>"
    )
    assert box(greeted) == ()


def test_pop3_commands_find_their_session_though_their_events_do_not_name_it() -> None:
    (one,) = box(
        event(
            "auth_request_finished",
            protocol="pop3",
            session="S1",
            success="yes",
            transport="TLS",
            local_port=995,
        ),
        "pop3-login: Info: Logged in: user=<bob@a.test>, lport=995, TLS, session=<S1>",
        event("pop3_command_finished", cmd_name="RETR", cmd_args="1", reply_state="OK"),
        event("pop3_command_finished", cmd_name="DELE", cmd_args="1", reply_state="OK"),
        "pop3(bob@a.test)<21><S1>: Info: Disconnected: Connection closed retr=1/9, del=0/1",
    )
    assert (one.id, one.endpoint, one.account, one.tls, one.end) == (
        "S1",
        "pop3s",
        "bob@a.test",
        True,
        "dropped",
    )
    assert [(c.name, c.arguments, c.code) for c in one.commands] == [
        ("RETR", "1", "+OK"),
        ("DELE", "1", "+OK"),
    ]


def test_imap_commands_and_their_results() -> None:
    (one,) = box(
        event("imap_command_finished", session="S2", cmd_name="SELECT", cmd_args="X",
              tagged_reply_state="NO", local_port=143),
        "imap(bob@a.test)<18><S2>: Info: Disconnected: Logged out in=55 out=1893",
    )  # fmt: skip
    assert (one.endpoint, one.end) == ("imap", "quit")
    assert [(c.name, c.ok, c.code) for c in one.commands] == [("SELECT", False, "NO")]


def test_a_password_typed_too_late_is_not_kept() -> None:
    said = parse_event(
        event(
            "pop3_command_finished", cmd_name="unknown", cmd_input_name="PASS", cmd_args="hunter2"
        )
    )
    assert isinstance(said, CommandDone)
    assert "hunter2" not in repr(said)


def test_what_lines_tell() -> None:
    told = [postfix_told(line) for line in SUBMITTED.splitlines()]
    assert [t.kind for t in told if t] == ["login", "queued", "ended", "delivery"]
    refused = postfix_told(REFUSED.splitlines()[1])
    assert refused is not None
    assert (refused.kind, refused.ok) == ("refused", False)
    flagged = dovecot_told(
        r"imap(bob@a.test)<18><S>: Info: Mailbox INBOX: flag_change: box=INBOX, uid=1, "
        r"msgid=<1@vm>, size=903, flags=(\Seen)"
    )
    assert flagged is not None
    assert (flagged.kind, flagged.account, flagged.message_id) == (
        "mailbox",
        "bob@a.test",
        "<1@vm>",
    )


PIECES = st.sampled_from(
    [*SUBMITTED.splitlines(), *REFUSED.splitlines(), event("imap_command_finished", session="x"),
     event("auth_request_finished", protocol="pop3", session="y"), "stats: Info: {\"event\":"]
)  # fmt: skip


@given(
    st.lists(
        st.one_of(
            PIECES,
            st.text(),
            PIECES.flatmap(lambda line: st.integers(0, len(line)).map(lambda n: line[:n])),
        )
    )
)
def test_any_log_in_any_order_folds(lines: list[str]) -> None:
    postfix, dovecot = SmtpSessions(), BoxSessions()
    for time, line in enumerate(lines):
        postfix.feed(time, line)
        postfix_told(line)
        dovecot_told(line)
        dovecot.feed(time, line)
    for one in (*postfix.sessions(), *dovecot.sessions()):
        assert one.id
        assert (one.end == "open") == (one.ended == 0)
