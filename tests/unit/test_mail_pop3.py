"""The POP3 client against a scripted server."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.mail.pop3 import Pop3Client, Pop3Reply
from labctl.mail.wire import ConnectionLost, NotUnderstood
from labctl.model.lab import Account
from tests.unit.mail_loopback import HANG_UP, HEAR, TLS, server

ALICE = Account("alice@alpha.test", "three-short-words")


def test_a_message_is_taken_and_removed_at_quit() -> None:
    script = (
        b"+OK Dovecot ready.\r\n", HEAR, b"+OK\r\n", HEAR, b"+OK Logged in.\r\n",
        HEAR, b"+OK 2 866\r\n", HEAR, b"+OK 2 messages:\r\n1 433\r\n2 433\r\n.\r\n",
        HEAR, b"+OK\r\n1 000168\r\n2 000268\r\n.\r\n",
        HEAR, b"+OK 25 octets\r\nSubject: x\r\n\r\n..dot\r\n.\r\n",
        HEAR, b"+OK Marked to be deleted.\r\n", HEAR, b"+OK Logging out.\r\n",
    )  # fmt: skip
    with server("pop3s", *script) as (target, heard), Pop3Client(target) as pop3:
        pop3.connect()
        assert pop3.login(ALICE).ok
        assert pop3.stat().stat == (2, 866)
        assert pop3.list().listing == {1: "433", 2: "433"}
        assert pop3.uidl().listing == {1: "000168", 2: "000268"}
        assert pop3.retr(1).data == b"Subject: x\r\n\r\n.dot\r\n"
        assert pop3.dele(1).ok
        assert pop3.quit().ok
    assert heard.lines[1] == b"PASS three-short-words"
    texts = [line.text for line in pop3.transcript]
    assert "PASS ***" in texts
    assert not any("three" in text for text in texts)
    assert texts[-1] == "connection closed"


def test_stls_begins_tls_and_capa_tells_what_changes() -> None:
    script = (
        b"+OK\r\n", HEAR, b"+OK\r\nSTLS\r\n.\r\n", HEAR, b"+OK Begin TLS\r\n", TLS,
        HEAR, b"+OK\r\nUSER\r\nSASL PLAIN\r\n.\r\n",
    )  # fmt: skip
    with server("pop3", *script) as (target, _), Pop3Client(target) as pop3:
        pop3.connect()
        assert pop3.capa().capabilities == {"STLS": ""}
        assert pop3.stls().ok
        assert pop3.capa().capabilities == {"USER": "", "SASL": "PLAIN"}
    assert [line.text for line in pop3.transcript if line.sender == "S" and line.tls] == [
        "+OK", "USER", "SASL PLAIN", ".",
    ]  # fmt: skip


def test_a_refusal_is_a_value_with_its_code() -> None:
    answer = b"-ERR [AUTH] Plaintext authentication disallowed.\r\n"
    with server("pop3", b"+OK\r\n", HEAR, answer) as (target, heard), Pop3Client(target) as pop3:
        pop3.connect()
        reply = pop3.login(ALICE)
    assert (reply.ok, reply.code) == (False, "AUTH")
    assert heard.lines == [b"USER alice@alpha.test"]


def test_a_message_that_breaks_off_is_a_lost_connection() -> None:
    script = (b"+OK\r\n", HEAR, b"+OK\r\nSubject: x\r\n", HANG_UP)
    with server("pop3", *script) as (target, _), Pop3Client(target) as pop3:
        pop3.connect()
        with pytest.raises(ConnectionLost):
            pop3.retr(1)


def test_one_message_of_a_listing() -> None:
    script = (
        b"+OK\r\n",
        HEAR,
        b"+OK 2 000268\r\n",
        HEAR,
        b"+OK 2 433\r\n",
        HEAR,
        b"+OK 0\r\n.\r\n",
    )
    with server("pop3", *script) as (target, _), Pop3Client(target) as pop3:
        pop3.connect()
        assert pop3.uidl(2).listing == {2: "000268"}
        assert pop3.list(2).listing == {2: "433"}
        assert pop3.list().listing == {}


def test_top_is_shown_by_its_beginning_and_rset_noop_are_said() -> None:
    header = b"".join(b"X: %d\r\n" % n for n in range(30))
    script = (b"+OK\r\n", HEAR, b"+OK\r\n" + header + b".\r\n", HEAR, b"+OK\r\n", HEAR, b"+OK\r\n")
    with server("pop3", *script) as (target, heard), Pop3Client(target) as pop3:
        pop3.connect()
        assert pop3.top(1).data == header
        assert pop3.rset().ok
        assert pop3.noop().ok
        pop3.drop()
    assert heard.lines == [b"TOP 1 0", b"RSET", b"NOOP"]
    assert "… (200 bytes)" in [line.text for line in pop3.transcript]


def test_another_protocol_is_not_understood() -> None:
    with (
        server("pop3", b"* OK IMAP\r\n") as (target, _),
        Pop3Client(target) as pop3,
        pytest.raises(NotUnderstood),
    ):
        pop3.connect()


@given(st.text(max_size=40), st.binary(max_size=60))
def test_a_reply_can_be_asked_anything(text: str, data: bytes) -> None:
    reply = Pop3Reply(ok=True, text=text, data=data)
    asked = (reply.code, reply.lines, reply.capabilities, reply.listing, reply.stat, str(reply))
    assert len(asked) == 6
