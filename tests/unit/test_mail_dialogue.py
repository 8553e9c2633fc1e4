"""The words on the wire, from what real servers wrote: no secret gets through, nothing grows."""

import tracemalloc
from collections.abc import Iterable
from time import gmtime, strftime
from typing import Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from labctl.mail.answers import read_answers
from labctl.mail.box_sessions import BoxSessions
from labctl.mail.ear_lines import FileTold, LeftOut, LogKey, Shut, Written
from labctl.mail.ear_lines import parse_line as ear_line
from labctl.mail.peer_trace import SmtpTalk, Spoken, is_trace, parse_spoken
from labctl.mail.rawlog import Rawlog
from labctl.mail.smtp_sessions import SmtpSessions
from labctl.model.dialogue import Line
from labctl.verbs.ears import Ears
from tests.unit.lab_specs import a_lab

SECRET = "laser-coast-ticket"
LOG = LogKey("43", 1795702152, "1")


def fold(lines: Iterable[tuple[Literal["C", "S"], str]]) -> list[tuple[str, str]]:
    rawlog = Rawlog()
    told = [each for by, text in lines for each in rawlog.feed(by, text, len(text.encode()) + 2)]
    return [(line.sender, line.text) for line in told]


def test_the_ear_tells_files_and_words() -> None:
    assert ear_line("file\talpha.test/bob\tnew/1.M2.mx\tcur/1.M2.mx:2,S") == FileTold(
        "bob@alpha.test", "new/1.M2.mx", "cur/1.M2.mx:2,S"
    )
    said = "said\t20261126-140912.43.1.in\t1795702152.831091\t20\tKAPF6 SELECT INBOX"
    assert ear_line(said) == Written(LOG, "C", 1795702152831091000, 20, "KAPF6 SELECT INBOX")
    assert ear_line("gap\t20261126-140912.43.1.out\t9000") == LeftOut(LOG, "S", 9000)
    assert ear_line("shut\t20261126-140912.43.1.out") == Shut(LOG)
    assert ear_line("ready") is None


def test_a_literal_is_a_message_and_its_middle_is_left_out() -> None:
    body = [f"line {n}" for n in range(100)]
    size = sum(len(line) + 2 for line in body)
    told = fold(
        [
            ("S", "* OK [CAPABILITY IMAP4rev1] ready"),
            ("C", "a FETCH 1 BODY[]"),
            ("S", f"* 1 FETCH (BODY[] {{{size}}}"),
            *(("S", line) for line in body),
            ("S", ")"),
            ("S", "a OK Fetch completed."),
        ]
    )
    assert len(told) == 2 + 1 + 12 + 1 + 2
    assert ("S", f"… ({size} bytes)") in told
    assert told[-1] == ("S", "a OK Fetch completed.")


def test_of_a_long_header_the_stamps_are_shown_whole() -> None:
    stamp = ["Received: from a.test", "\tby b.test with ESMTPSA id 7;", "\tnow"]
    signature = ["DKIM-Signature: v=1;", *(f"\tb={n}" for n in range(20))]
    message = [*signature, *stamp, "Date: now", "To: bob", "", "Received: in the text"]
    told = fold(
        [
            ("S", "+OK Logged in."),
            ("C", "RETR 1"),
            ("S", "+OK 999 octets"),
            *(("S", line) for line in message),
            ("S", "."),
        ]
    )
    assert [text for _, text in told][15:-2] == [*stamp, "To: bob"]


def test_pop3_messages_end_with_a_dot_also_when_commands_are_pipelined() -> None:
    told = fold(
        [
            ("S", "+OK Logged in."),
            ("C", "RETR 1"),
            ("C", "RETR 2"),
            ("S", "+OK 9 octets"),
            *(("S", f"x{n}") for n in range(20)),
            ("S", "."),
            ("S", "+OK 9 octets"),
            ("S", "+OK looks like an answer"),
            ("S", "."),
            ("C", "QUIT"),
            ("S", "+OK Logging out."),
        ]
    )
    assert told.count(("S", ".")) == 2
    assert ("S", "… (73 bytes)") in told or any("bytes)" in text for _, text in told)


def test_what_is_compressed_is_no_dialogue() -> None:
    asked: list[tuple[Literal["C", "S"], str]] = [
        ("S", "a OK Logged in"),
        ("C", "b COMPRESS DEFLATE"),
        ("S", "b OK Begin compression."),
    ]
    assert fold([*asked, ("C", "\\x8b\\x03"), ("S", "\\x8b\\x04")]) == asked


SECRETIVE: list[list[tuple[Literal["C", "S"], str]]] = [
    [("S", "* OK ready"), ("C", f"a LOGIN bob {SECRET}"), ("S", "a NO [PRIVACYREQUIRED] no")],
    [("S", "* OK ready"), ("C", f'a login "bob" "{SECRET}"'), ("S", "a OK Logged in")],
    [("S", "* OK ready"), ("C", "a LOGIN bob {18+}"), ("C", SECRET), ("S", "a NO no")],
    [("S", "* OK ready"), ("C", "a LOGIN {3}"), ("S", "+ OK"), ("C", "bob {18}"), ("S", "+ OK"),
     ("C", SECRET), ("S", "a OK Logged in")],
    [("S", "* OK ready"), ("C", "a AUTHENTICATE PLAIN"), ("S", "+ "), ("C", SECRET)],
    [("S", "* OK ready"), ("C", f"a AUTHENTICATE PLAIN {SECRET}"), ("S", "a NO no")],
    [("S", "+OK ready"), ("C", "USER bob"), ("C", f"PASS {SECRET}"), ("S", "-ERR no")],
    [("S", "+OK ready"), ("C", "AUTH PLAIN"), ("S", "+ "), ("C", SECRET), ("S", "+OK")],
    [("S", "+OK ready"), ("C", f"APOP bob {SECRET}"), ("S", "-ERR no")],
    [("C", f"PASS {SECRET}")],
    [("C", f"a LOGIN bob {SECRET}")],
]  # fmt: skip


@pytest.mark.parametrize("lines", SECRETIVE)
def test_no_rawlog_gives_a_password_away(lines: list[tuple[Literal["C", "S"], str]]) -> None:
    assert SECRET not in repr(fold(lines))


SPOKEN = st.sampled_from(
    ["* OK ready", "+OK ready", "+OK Logged in.", "a OK done", "+ ", "+OK", ".", "-ERR",
     "* 1 FETCH (BODY[] {9}", "a LOGIN bob ***", "RETR 1", "b IDLE", "DONE", "334 ",
     "250-AUTH PLAIN", "250 ok", "354 go on", "\\x16\\x03"]
) | st.text(max_size=60)  # fmt: skip
DIALOGUE = st.lists(st.tuples(st.sampled_from(["C", "S"]), SPOKEN), max_size=30)


@given(
    DIALOGUE,
    st.sampled_from([f"a LOGIN bob {SECRET}", f"PASS {SECRET}", f"x AUTHENTICATE LOGIN {SECRET}"]),
)
def test_nothing_that_is_said_breaks_a_rawlog(
    lines: list[tuple[Literal["C", "S"], str]], login: str
) -> None:
    greeting = "+OK ready" if login.startswith("PASS") else "* OK ready"
    begun: list[tuple[Literal["C", "S"], str]] = [("S", greeting), ("C", login)]
    told = fold([*begun, *lines])
    assert SECRET not in repr(told)
    shown = [Line("C" if by == "C" else "S", text, tls=False) for by, text in told]
    for protocol in ("smtp", "imap", "pop3"):
        read_answers(protocol, shown)


@given(st.text(max_size=200))
@example("said\t20261399-990000.1.1.in\t1.000000\t3\tx")
@example("file\t/\t\t")
def test_no_line_of_the_ear_is_an_accident(line: str) -> None:
    ear_line(line)
    ear_line(f"said\t20261126-140912.43.1.in\t{line}")
    BoxSessions().overhear(Written(LOG, "S", 5, 3, line))


TRACE = """\
postfix/submission/smtpd[40]: connect from unknown[10.2.3.1]
postfix/submission/smtpd[40]: smtp_stream_setup: maxtime=300 enable_deadline=0 min_data_rate=0
postfix/submission/smtpd[40]: > unknown[10.2.3.1]: 220 mx.alpha.test ESMTP Postfix
postfix/submission/smtpd[40]: < unknown[10.2.3.1]: ehlo [127.0.0.1]
postfix/submission/smtpd[40]: match_list_match: unknown: no match
postfix/submission/smtpd[40]: > unknown[10.2.3.1]: 250-mx.alpha.test
postfix/submission/smtpd[40]: > unknown[10.2.3.1]: 250 STARTTLS
postfix/submission/smtpd[40]: < unknown[10.2.3.1]: STARTTLS
postfix/submission/smtpd[40]: > unknown[10.2.3.1]: 220 2.0.0 Ready to start TLS
postfix/submission/smtpd[40]: private/tlsmgr: wanted attribute: seed
postfix/submission/smtpd[40]: input attribute value: 2kcVCSlth+kRb412PwIrdlup6w8RuxqI
postfix/submission/smtpd[40]: Anonymous TLS connection established from unknown[10.2.3.1]: TLSv1.3 with cipher X
postfix/submission/smtpd[40]: < unknown[10.2.3.1]: ehlo [127.0.0.1]
postfix/submission/smtpd[40]: > unknown[10.2.3.1]: 250-mx.alpha.test
postfix/submission/smtpd[40]: > unknown[10.2.3.1]: 250 AUTH PLAIN LOGIN
postfix/submission/smtpd[40]: < unknown[10.2.3.1]: AUTH LOGIN
postfix/submission/smtpd[40]: > unknown[10.2.3.1]: 334 VXNlcm5hbWU6
postfix/submission/smtpd[40]: < unknown[10.2.3.1]: YWxpY2U=
postfix/submission/smtpd[40]: > unknown[10.2.3.1]: 334 UGFzc3dvcmQ6
postfix/submission/smtpd[40]: < unknown[10.2.3.1]: laser-coast-ticket
postfix/submission/smtpd[40]: xsasl_dovecot_handle_reply: auth reply: OK?1?user=alice@alpha.test
postfix/submission/smtpd[40]: > unknown[10.2.3.1]: 235 2.7.0 Authentication successful
postfix/submission/smtpd[40]: < unknown[10.2.3.1]: mail from:<alice@alpha.test>
postfix/submission/smtpd[40]: > unknown[10.2.3.1]: 250 2.1.0 Ok
postfix/submission/smtpd[40]: < unknown[10.2.3.1]: RCPT TO:<x@y.test>
postfix/submission/smtpd[40]: NOQUEUE: reject: RCPT from unknown[10.2.3.1]: 554 5.7.1 <x@y.test>: no; from=<a@b> to=<x@y.test> proto=ESMTP helo=<x>
postfix/submission/smtpd[40]: > unknown[10.2.3.1]: 554 5.7.1 <x@y.test>: no
postfix/submission/smtpd[40]: < unknown[10.2.3.1]: QUIT
postfix/submission/smtpd[40]: > unknown[10.2.3.1]: 221 2.0.0 Bye
postfix/submission/smtpd[40]: disconnect from unknown[10.2.3.1] ehlo=2 starttls=1 auth=1 mail=1 rcpt=0/1 quit=1 commands=6/7
""".splitlines()  # noqa: E501 - as Postfix writes it


def test_postfixs_trace_is_a_session_as_it_was_spoken() -> None:
    sessions = SmtpSessions()
    for at, line in enumerate(TRACE, start=1):
        sessions.feed(at, line)
    (session,) = sessions.sessions()
    assert [(c.name, c.arguments, c.code) for c in session.commands] == [
        ("EHLO", "[127.0.0.1]", "250"),
        ("STARTTLS", "", "220"),
        ("EHLO", "[127.0.0.1]", "250"),
        ("AUTH", "LOGIN", "235"),
        ("MAIL", "FROM:<alice@alpha.test>", "250"),
        ("RCPT", "TO:<x@y.test>", "554"),
        ("QUIT", "", "221"),
    ]
    assert session.account == "alice@alpha.test"
    assert SECRET not in repr(session)
    assert [line.tls for line in session.lines if line.text.startswith("ehlo")] == [False, True]
    answers, offers = read_answers("smtp", session.lines)
    assert [(o.names, o.tls) for o in offers] == [(("STARTTLS",), False), (("AUTH",), True)]
    assert [a.enhanced for a in answers if a.to.startswith("RCPT")] == ["5.7.1"]


def test_what_is_there_only_for_the_trace_is_told_from_the_log() -> None:
    kept = [line for line in TRACE if not is_trace(line)]
    assert [line.partition("]: ")[2].split(" ")[0] for line in kept] == [
        "connect", "Anonymous", "NOQUEUE:", "disconnect",
    ]  # fmt: skip


@given(st.lists(st.sampled_from(TRACE) | st.text(max_size=80), max_size=60))
def test_no_log_breaks_the_trace(lines: list[str]) -> None:
    sessions = SmtpSessions()
    for at, line in enumerate(lines, start=1):
        sessions.feed(at, line)
        is_trace(line)
        parse_spoken(line)
    sessions.sessions()


@given(DIALOGUE)
def test_what_follows_auth_is_hidden_until_the_server_has_decided(
    lines: list[tuple[Literal["C", "S"], str]],
) -> None:
    talk = SmtpTalk()

    def said(by: Literal["C", "S"], text: str) -> str:
        line, _ = talk.feed(1, Spoken("smtpd", "", "4", by, text), tls=True)
        return line.text

    told = [said("C", f"AUTH PLAIN {SECRET}"), said("S", "334 "), said("C", SECRET)]
    told += [said(by, text) for by, text in lines]
    assert SECRET not in repr(told)


def test_half_an_hour_of_events_takes_no_more_and_more_memory() -> None:
    ears = Ears(a_lab(), ("postfix", "dovecot"))
    minutes = {n: _minute(n) for n in (0, 1)}  # parsed once: what grows is what is remembered
    tracemalloc.start()
    try:
        for number in range(26):
            _hear(ears, number, minutes[number % 2])
        early, _ = tracemalloc.get_traced_memory()
        for number in range(26, 30):
            _hear(ears, number, minutes[number % 2])
        late, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(ears.events) == ears.events.maxlen
    assert late < early * 1.02 + 200_000, (early, late)
    assert late < 25_000_000


def _minute(odd: int) -> list[tuple[str, str]]:
    """Forty sessions of each kind, a message sent and fetched in each: what the servers tell.

    ``PID``, ``NAME`` and ``SECONDS`` stand for what differs from one session to the next.
    """
    who = f"u{odd}@alpha.test"
    told = [("postfix", line.replace("smtpd[40]", "smtpd[PID]")) for line in TRACE]
    login = f"imap-login: Info: Logged in: user=<{who}>, method=PLAIN, rip=1.2.3.4, lip=1.2.3.5, "
    told.append(("dovecot", f"{login}lport=993, mpid=PID, TLS, session=<NAME>"))
    for k in range(20):
        side, text = ("in", f"a{k} NOOP") if k % 2 else ("out", f"a{k} OK done")
        told.append(("ear", f"said\tSTAMP.PID.1.{side}\tSECONDS.000000\t9\t{text}"))
    told += [("ear", f"shut\tSTAMP.PID.1.{side}") for side in ("in", "out")]
    told.append(("ear", f"file\talpha.test/u{odd}\t\tnew/NAME"))
    told.append(("dovecot", f"imap({who})<PID><NAME>: Info: Disconnected: Logged out in=1 out=2"))
    return told


def _hear(ears: Ears, number: int, told: list[tuple[str, str]]) -> None:
    for n in range(40):
        count = number * 40 + n
        seconds = 1795702152 + count
        stamp = strftime("%Y%m%d-%H%M%S", gmtime(seconds))
        for step, (service, line) in enumerate(told):
            text = line.replace("PID", str(100 + count)).replace("NAME", f"s{count}")
            text = text.replace("SECONDS", str(seconds)).replace("STAMP", stamp)
            at = seconds * 10**9 + step
            if service == "ear":
                ears.overhear("dovecot", at, text)
            else:
                ears.hear(service, at, text)


def test_servers_among_themselves_are_heard_once_and_tls_is_told() -> None:
    ears = Ears(a_lab(), ("postfix",))
    for text in (
        "postfix/smtp[9]: > mx[10.0.0.2]:25: EHLO mx.alpha.test",
        "postfix/smtpd[4]: > mx[10.0.0.1]: 220 mx.beta.test ESMTP Postfix",
        "postfix/smtpd[4]: < mx[10.0.0.1]: STARTTLS",
        "postfix/smtpd[4]: > mx[10.0.0.1]: 220 2.0.0 Ready to start TLS",
        "postfix/smtpd[4]: < mx[10.0.0.1]: EHLO mx.alpha.test",
        "postfix/lmtp[5]: > 10.0.0.3[10.0.0.3]:24: LHLO mx.beta.test",
    ):
        ears.hear("postfix", 1, text)
    told = [(e.session, e.sender, e.text, e.tls) for e in ears.events]
    assert told == [
        ("smtpd-4", "S", "220 mx.beta.test ESMTP Postfix", False),
        ("smtpd-4", "C", "STARTTLS", False),
        ("smtpd-4", "S", "220 2.0.0 Ready to start TLS", False),
        ("smtpd-4", "C", "EHLO mx.alpha.test", True),
        ("lmtp-5", "C", "LHLO mx.beta.test", False),
    ]
