"""The IMAP client and its syntax, against a scripted server and against any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.mail import imap_syntax, utf7
from labctl.mail.imap import ImapClient
from labctl.mail.imap_result import ImapResult
from labctl.mail.imap_syntax import Untagged
from labctl.mail.wire import ConnectionLost, NotUnderstood
from labctl.model.lab import Account
from tests.unit.mail_loopback import HANG_UP, HEAR, TLS, server

ALICE = Account("alice@alpha.test", "three-short-words")
GREETING = b"* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready\r\n"


def test_a_message_is_read_and_the_dialogue_is_kept() -> None:
    script = (
        GREETING, HEAR, b"a1 OK [CAPABILITY IMAP4rev1 IDLE MOVE] Logged in\r\n",
        HEAR, b'* STATUS INBOX (MESSAGES 1 UNSEEN 1)\r\na2 OK done\r\n',
        HEAR, b"* 1 EXISTS\r\n* OK [UIDVALIDITY 17] ok\r\na3 OK [READ-WRITE] Select completed\r\n",
        HEAR, b"* 1 FETCH (UID 7 FLAGS (\\Seen) BODY[] {19}\r\nSubject: x\r\n\r\nabc\r\n)\r\n"
              b"a4 OK done\r\n",
        HEAR, b"* BYE Logging out\r\na5 OK done\r\n",
    )  # fmt: skip
    with server("imaps", *script) as (target, heard), ImapClient(target) as imap:
        assert imap.connect().capabilities == {"IMAP4REV1", "STARTTLS", "LOGINDISABLED"}
        assert "MOVE" in imap.login(ALICE).capabilities
        assert imap.status().counts == {"MESSAGES": 1, "UNSEEN": 1}
        selected = imap.select()
        assert (selected.exists, selected.number("UIDVALIDITY")) == (1, 17)
        assert selected.code == "READ-WRITE"
        [message] = imap.fetch("1", "(UID FLAGS BODY[])").fetched
        assert (message.seq, message.uid, message.flags) == (1, 7, ("\\Seen",))
        assert message.body == b"Subject: x\r\n\r\nabc\r\n"
        assert imap.logout().ok
    assert heard.lines[0] == b"a1 LOGIN alice@alpha.test three-short-words"
    texts = [line.text for line in imap.transcript]
    assert "a1 LOGIN alice@alpha.test ***" in texts
    assert "* 1 FETCH (UID 7 FLAGS (\\Seen) BODY[] {19}" in texts
    assert ")" in texts


def test_starttls_and_a_login_in_the_clear_is_a_refusal_of_its_own_code() -> None:
    script = (
        GREETING, HEAR, b"a1 NO [PRIVACYREQUIRED] Plaintext disallowed\r\n",
        HEAR, b"a2 OK Begin TLS\r\n", TLS, HEAR, b"* CAPABILITY IMAP4rev1\r\na3 OK done\r\n",
    )  # fmt: skip
    with server("imap", *script) as (target, _), ImapClient(target) as imap:
        imap.connect()
        refusal = imap.login(ALICE)
        assert (refusal.ok, refusal.code) == (False, "PRIVACYREQUIRED")
        assert imap.starttls().ok
        assert imap.capability().capabilities == {"IMAP4REV1"}
    assert imap.transcript[-2].tls


def test_a_password_beyond_ascii_goes_by_authenticate() -> None:
    script = (GREETING, HEAR, b"+ \r\n", HEAR, b"a1 OK in\r\n", HEAR, b"a2 OK\r\n")
    with server("imap", *script) as (target, heard), ImapClient(target) as imap:
        imap.connect()
        assert imap.login(Account("alice@alpha.test", "été")).ok
        imap.noop()
    assert heard.lines[0] == b"a1 AUTHENTICATE PLAIN"
    said = [line.text for line in imap.transcript if line.sender == "C"]
    assert said == ["a1 AUTHENTICATE PLAIN", "***", "a2 NOOP"]


def test_append_waits_for_the_server_before_its_literal() -> None:
    script = (GREETING, HEAR, b"+ OK\r\n", HEAR, HEAR, HEAR, b"a1 OK [APPENDUID 17 3] done\r\n")
    with server("imap", *script) as (target, heard), ImapClient(target) as imap:
        imap.connect()
        result = imap.append("Envoyés", b"Subject: x\n\n", ["\\Seen"])
    assert heard.lines == [b"a1 APPEND Envoy&AOk-s (\\Seen) {14}", b"Subject: x", b"", b""]
    assert result.code == "APPENDUID"


def test_an_append_that_is_refused_sends_nothing() -> None:
    with server("imap", GREETING, HEAR, b"a1 NO [TRYCREATE] no\r\n") as (target, heard):
        with ImapClient(target) as imap:
            imap.connect()
            assert imap.append("Nowhere", b"secret").code == "TRYCREATE"
        assert len(heard.lines) == 1
    assert heard.rest == b""


def test_idle_sees_a_new_message_and_hands_it_over_once_more_at_the_end() -> None:
    script = (GREETING, HEAR, b"+ idling\r\n", b"* 3 EXISTS\r\n", HEAR, b"a1 OK done\r\n")
    with server("imap", *script) as (target, heard), ImapClient(target) as imap:
        imap.connect()
        assert imap.idle_start().status == "+"
        answer = imap.idle_wait()
        assert answer is not None
        assert answer.number == 3
        assert imap.idle_wait(lambda a: a.word == "FETCH", seconds=0.02) is None
        assert imap.idle_done().exists == 3
    assert heard.lines == [b"a1 IDLE", b"DONE"]


def test_a_bye_that_ends_the_connection_is_a_value() -> None:
    script = (GREETING, HEAR, b"* BYE Too many invalid IMAP commands.\r\n", HANG_UP)
    with server("imap", *script) as (target, _), ImapClient(target) as imap:
        imap.connect()
        result = imap.command("NONSENSE")
    assert (result.status, result.text) == ("BYE", "Too many invalid IMAP commands.")


def test_a_connection_that_breaks_without_a_bye_is_not() -> None:
    with server("imap", GREETING, HEAR, HANG_UP) as (target, _), ImapClient(target) as imap:
        imap.connect()
        with pytest.raises(ConnectionLost):
            imap.noop()


def test_another_protocol_is_not_understood() -> None:
    with (
        server("imap", b"220 mx ESMTP\r\n") as (target, _),
        ImapClient(target) as imap,
        pytest.raises(NotUnderstood, match="220"),
    ):
        imap.connect()


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (lambda i: i.examine("Été"), b"a1 EXAMINE &AMk-t&AOk-"),
        (lambda i: i.select('a"b c'), b'a1 SELECT "a\\"b c"'),
        (lambda i: i.store("1", "+FLAGS (\\Seen)", uid=True), b"a1 UID STORE 1 +FLAGS (\\Seen)"),
        (lambda i: i.copy("1:2", "Archive"), b"a1 COPY 1:2 Archive"),
        (lambda i: i.move("1", "Archive"), b"a1 MOVE 1 Archive"),
        (lambda i: i.create("R&D"), b"a1 CREATE R&-D"),
        (lambda i: i.delete("Old"), b"a1 DELETE Old"),
        (lambda i: i.list(), b'a1 LIST "" "*"'),
        (lambda i: i.expunge(), b"a1 EXPUNGE"),
        (lambda i: i.close(), b"a1 CLOSE"),
    ],
)
def test_each_command_is_one_line(call: object, line: bytes) -> None:
    assert callable(call)
    with server("imap", GREETING, HEAR, b"a1 OK\r\n") as (target, heard):
        with ImapClient(target) as imap:
            imap.connect()
            assert call(imap).ok
        assert heard.lines == [line]


def test_folders_and_expunged_are_read_out_of_answers() -> None:
    answers = (
        '* LIST (\\HasNoChildren \\Sent) "." Sent', '* LIST () "." "&AOk-t&AOk-"', "* 1 EXPUNGE",
    )  # fmt: skip
    result = ImapResult(
        "OK", "", tuple(Untagged(a[2:], imap_syntax.parse([a[2:]])) for a in answers)
    )
    assert result.folders == (("Sent", ("\\HasNoChildren", "\\Sent")), ("été", ()))
    assert result.expunged == (1,)


def test_nested_lists_sections_and_nil() -> None:
    text = '1 FETCH (BODY[HEADER.FIELDS (SUBJECT TO)] "a \\"b" ENVELOPE ("x" NIL (("y"))) )'
    assert imap_syntax.parse([text]) == (
        "1", "FETCH",
        ("BODY[HEADER.FIELDS (SUBJECT TO)]", 'a "b', "ENVELOPE", ("x", None, (("y",),))),
    )  # fmt: skip


@given(st.lists(st.one_of(st.text(max_size=60), st.binary(max_size=20)), max_size=4))
def test_any_answer_can_be_read(parts: list[str | bytes]) -> None:
    values = imap_syntax.parse(parts)
    text = "".join(p if isinstance(p, str) else "{}" for p in parts)
    answer = Untagged(text, values)
    result = ImapResult("OK", text, (answer,))
    assert answer.number >= 0
    for message in result.fetched:
        assert message.seq >= 0
        assert (message.uid, message.size, message.flags, message.body) is not None
    assert isinstance((result.counts, result.folders, result.capabilities, result.exists), tuple)
    assert result.number("UIDVALIDITY") is None or result.code


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=30))
def test_folder_names_round_trip(name: str) -> None:
    assert utf7.decode(utf7.encode(name)) == name
    assert utf7.encode(name).isascii()


@given(st.text(max_size=30))
def test_any_folder_name_can_be_decoded(name: str) -> None:
    assert isinstance(utf7.decode(name), str)


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), min_size=1))
def test_any_word_survives_as_an_argument(word: str) -> None:
    parsed = imap_syntax.parse([imap_syntax.astring(word)])
    assert parsed == (word,)
