"""What servers print, and the same with a few places damaged: nothing but the truth, or nothing."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labctl.mail import dovecot_log, happenings, postfix_log
from labctl.mail.box_sessions import BoxSessions
from labctl.mail.dovecot_events import CommandDone, LoginTried, parse_event
from labctl.mail.maildir import Place, parse_entry, read_maildir
from labctl.mail.queue import QueueEntry, Waiting, read_queue
from labctl.mail.smtp_sessions import SmtpSessions
from labctl.mail.utf7 import decode, encode
from labctl.model.clientsession import ClientSession
from labctl.model.maildir import PARTS, Part
from tests.unit import damaged

# As Postfix 3.10 prints them.
POSTFIX = (
    "Nov 24 00:27:24 mx postfix/submission/smtpd[20]: connect from unknown[10.2.2.1]",
    "Nov 24 00:27:24 mx postfix/submission/smtpd[20]: Anonymous TLS connection established from"
    " unknown[10.2.2.1]: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)",
    "Nov 24 00:27:24 mx postfix/submission/smtpd[20]: E96F81765BD: client=unknown[10.2.2.1],"
    " sasl_method=PLAIN, sasl_username=alice@a.test",
    "Nov 24 00:27:24 mx postfix/cleanup[23]: E96F81765BD: message-id=<1@vm>",
    "Nov 24 00:27:24 mx postfix/qmgr[8]: E96F81765BD: from=<alice@a.test>, size=573, nrcpt=1"
    " (queue active)",
    "Nov 24 00:27:24 mx postfix/lmtp[24]: E96F81765BD: to=<bob@a.test>, relay=10.2.2.3[10.2.2.3]"
    ":24, delay=0.03, delays=0/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 <bob@a.test> Saved)",
    "Nov 24 00:27:24 mx postfix/qmgr[8]: E96F81765BD: removed",
    "Nov 24 00:27:24 mx postfix/smtpd[20]: NOQUEUE: reject: RCPT from unknown[10.2.2.1]: 554 5.7.1"
    " <z@out.test>: Relay access denied; from=<x@y.test> to=<z@out.test> proto=ESMTP helo=<vm>",
    "Nov 24 00:27:24 mx postfix/submission/smtpd[20]: warning: unknown[10.2.2.1]: SASL PLAIN"
    " authentication failed: (reason unavailable), sasl_username=alice@a.test",
    "Nov 24 00:27:24 mx postfix/submission/smtpd[20]: disconnect from unknown[10.2.2.1] ehlo=2"
    " starttls=1 auth=0/1 mail=1 rcpt=1 data=1 quit=1 commands=7/8",
    "Nov 24 00:27:24 mx postfix/master[1]: daemon started -- version 3.10.5, configuration /etc/p",
)


def exported(event: str, **fields: object) -> str:
    """As Dovecot 2.4.1 exports an event."""
    told = {"remote_ip": "10.2.2.1", "remote_port": 5000, "session": "s1", **fields}
    body = {"event": event, "hostname": "i", "end_time": 1764000000.25, "fields": told}
    return f"Nov 24 00:27:24 stats: Info: {json.dumps(body, separators=(',', ':'))}"


# As Dovecot 2.4.1 prints them.
DOVECOT = (
    "Nov 24 00:27:24 imap-login: Info: Logged in: user=<bob@a.test>, method=PLAIN, rip=10.2.2.1,"
    " lip=10.2.2.3, mpid=77, TLS, session=<s1>, lport=993",
    "Nov 24 00:27:24 pop3-login: Info: Login aborted: Logged out (auth failed, 1 attempts in 2"
    " secs): user=<bob@a.test>, method=PLAIN, rip=10.2.2.1, lip=10.2.2.3, session=<s2>, lport=110",
    "Nov 24 00:27:24 imap(bob@a.test)<77><s1>: Info: Disconnected: Logged out in=54 out=614"
    " deleted=0 expunged=0",
    "Nov 24 00:27:24 lmtp(bob@a.test)<80><s3>: Info: msgid=<1@vm>: saved mail to INBOX",
    "Nov 24 00:27:24 imap(bob@a.test)<77><s1>: Info: expunge: box=INBOX, uid=1, msgid=<1@vm>,"
    " size=573, flags=(\\Seen \\Deleted)",
    "Nov 24 00:27:24 master: Info: Dovecot v2.4.1 (7d8c0e5) starting up for imap, pop3, lmtp",
    exported("auth_request_finished", protocol="imap", user="bob@a.test", success="yes"),
    exported("imap_command_finished", cmd_name="FETCH", cmd_args="1 FLAGS", local_port=993),
    exported("pop3_command_finished", cmd_name="DELE", cmd_args="1", reply_state="OK"),
)
lines = st.lists(damaged.text(*POSTFIX, *DOVECOT), max_size=25)


def read_all(line: str) -> tuple[object, ...]:
    return (
        postfix_log.parse_line(line),
        dovecot_log.parse_line(line),
        parse_event(line),
        happenings.postfix_told(line),
        happenings.dovecot_told(line),
    )


@pytest.mark.parametrize("line", POSTFIX[:10])
def test_what_postfix_prints_is_read(line: str) -> None:
    if "SASL PLAIN" not in line:
        assert postfix_log.parse_line(line) is not None
    assert read_all(line)[1:3] == (None, None)  # and by nobody else


@pytest.mark.parametrize("line", [*DOVECOT[:5], *DOVECOT[6:]])
def test_what_dovecot_prints_is_read(line: str) -> None:
    assert (dovecot_log.parse_line(line) is None) != (parse_event(line) is None)
    assert happenings.dovecot_told(line) is not None or "auth_request" in line
    assert postfix_log.parse_line(line) is None


@settings(max_examples=200)
@given(damaged.text(*POSTFIX, *DOVECOT))
def test_a_damaged_line_says_something_or_nothing(line: str) -> None:
    for said in read_all(line):
        assert said is None or isinstance(hash(said), int)


def orderly(session: ClientSession) -> bool:
    times = [command.at for command in session.commands]
    return times == sorted(times) and (session.end == "open") == (session.ended == 0)


@given(lines)
def test_damaged_lines_in_any_order_are_sessions_in_order(log: list[str]) -> None:
    smtp, box = SmtpSessions(), BoxSessions()
    for time, line in enumerate(log, start=10**18):
        for fold in (smtp, box):
            told = fold.feed(time, line)
            known = fold.session(told) if told else None
            assert known is None or known in fold.sessions()
    assert all(map(orderly, (*smtp.sessions(), *box.sessions())))


def test_two_sessions_at_once_are_told_apart() -> None:
    """What another process's client does changes nothing about a session."""
    alone, among = SmtpSessions(), SmtpSessions()
    own = [line for line in POSTFIX[:10] if "cleanup" not in line and "[8]" not in line]
    others = [line.replace("[20]", "[99]").replace("E96F81765BD", "FFFFFFFFFFF") for line in own]
    for time, (line, other) in enumerate(zip(own, others, strict=True), start=1):
        alone.feed(time, line)
        among.feed(time, other)
        among.feed(time, line)
    assert alone.sessions()[0] in among.sessions()
    assert len(among.sessions()) == 2 * len(alone.sessions())


secrets = st.text("abcXYZ019+/=", min_size=6, max_size=12).filter(lambda s: len(set(s)) > 4)


@given(
    secrets,
    st.sampled_from(["LOGIN", "AUTHENTICATE", "PASS", "APOP", "AUTH"]),
    st.sampled_from(["cmd_name", "cmd_input_name"]),
    st.sampled_from([str.upper, str.lower, str.title]),
)
def test_a_secret_in_an_event_is_never_kept(
    secret: str, name: str, key: str, case: Callable[[str], str]
) -> None:
    for kind in ("imap_command_finished", "pop3_command_finished"):
        words = {"cmd_name": "unknown", key: case(name), "cmd_args": f"bob {secret}"}
        line = exported(kind, user="bob@a.test", **words)
        assert secret not in repr(parse_event(line))
        assert secret not in repr(happenings.dovecot_told(line))
        fold = BoxSessions()
        fold.feed(1, line)
        assert secret not in repr(fold.sessions())


readable = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(readable, readable, st.integers(0, 10**9), st.floats(0, 4e9), st.booleans())
def test_an_event_that_is_written_is_read_again(
    user: str, words: str, port: int, at: float, ok: bool
) -> None:
    """Dovecot writes JSON: every text, with whatever in it, comes back as it was."""
    fields = {"user": user, "cmd_name": "FETCH", "cmd_args": words, "local_port": port}
    line = exported("imap_command_finished", **fields, tagged_reply_state="OK" if ok else "NO")
    line = line.replace("1764000000.25", repr(at))
    found = parse_event(line)
    assert isinstance(found, CommandDone)
    assert (found.user, found.arguments, found.local_port) == (user, words, str(port))
    assert (found.reply == "OK") is ok
    assert abs(found.at - at * 1e9) < 2000  # nanoseconds; a float of that size has no more digits
    tried = parse_event(line.replace("imap_command_finished", "auth_request_finished"))
    assert isinstance(tried, LoginTried)


entries = st.builds(
    QueueEntry,
    st.from_regex(r"[0-9A-F]{6,12}", fullmatch=True),
    st.sampled_from(["active", "deferred", "incoming", "hold"]),
    readable,
    st.integers(0, 4 * 10**9).map(lambda second: datetime.fromtimestamp(second, UTC)),
    st.integers(0, 10**9),
    st.lists(st.builds(Waiting, readable, readable), max_size=3).map(tuple),
)


def as_postqueue_prints(entry: QueueEntry) -> dict[str, object]:
    return {
        "queue_name": entry.queue_name,
        "queue_id": entry.queue_id,
        "arrival_time": int(entry.arrival.timestamp()),
        "message_size": entry.size,
        "forced_expire": False,
        "sender": entry.sender,
        "recipients": [
            {"address": each.address, **({"delay_reason": each.reason} if each.reason else {})}
            for each in entry.recipients
        ],
    }


@given(st.lists(entries, max_size=4))
def test_a_queue_that_is_printed_is_read_again(queue: list[QueueEntry]) -> None:
    printed = "".join(json.dumps(as_postqueue_prints(entry)) + "\n" for entry in queue)
    assert read_queue(printed) == tuple(queue)


@given(st.data())
def test_a_damaged_queue_has_entries_or_none(choose: st.DataObject) -> None:
    whole = as_postqueue_prints(choose.draw(entries))
    wrong = json.dumps(choose.draw(damaged.data(whole)))
    torn = choose.draw(damaged.text(json.dumps(whole)))
    for entry in read_queue(f"{wrong}\n{torn}\n"):
        assert json.dumps(str(entry.recipients), ensure_ascii=False).encode()
        entry.sender.encode()
        entry.queue_id.encode()


NAMES = ("cur/1699.M1P7.mx,S=512,W=530:2,RS", "new/1699.M1P7.mx", ".&AMk-t&AOk-.Sub/cur/1.M2.h:2,a")


@given(damaged.text(*NAMES))
def test_a_damaged_file_name_is_a_place_or_none(path: str) -> None:
    place = parse_entry(path)
    assert place is None or path.endswith(place.file)
    box = read_maildir("a@b.test", [(path, b"Subject: x\n\n")])
    assert sum(len(folder.entries) for folder in box.folders) == (place is not None)


@given(
    st.sampled_from(["INBOX", "Sent", "Été", "R&D", "日本", "a.b"]),
    st.sampled_from(PARTS),
    st.from_regex(r"[1-9][0-9]{0,9}\.M[0-9]{1,6}P[0-9]{1,5}\.[a-z]{1,8}", fullmatch=True),
    st.sets(st.sampled_from("DFPRSTabz")).map(lambda flags: "".join(sorted(flags))),
)
def test_a_file_name_that_is_written_is_read_again(
    folder: str, part: Part, unique: str, flags: str
) -> None:
    file = f"{unique}:2,{flags}" if part == "cur" else unique
    above = "" if folder == "INBOX" else f".{encode(folder)}/"
    wanted = Place(folder, part, file, flags if part == "cur" else "")
    assert parse_entry(f"{above}{part}/{file}") == wanted


@given(damaged.text("&AMk-t&AOk-", "&-", "&2D3cqQ-", "&ZeVnLIqe-.Sub"))
def test_a_damaged_mailbox_name_is_still_a_name(name: str) -> None:
    name = name.replace("\ud800", "\ufffd")  # a file's name has no such thing
    decoded = decode(name)
    assert decoded == name or decode(encode(decoded)) == decoded
