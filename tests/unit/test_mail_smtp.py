"""The SMTP client against a scripted server."""

from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.errors import BadUsage, ExitCode
from labctl.mail.smtp import Reply, SmtpClient
from labctl.mail.wire import (
    ConnectionLost,
    NoAnswer,
    NotReachable,
    NotUnderstood,
    Target,
    TlsProblem,
)
from labctl.model.lab import Account, Endpoint
from tests.unit.mail_loopback import HANG_UP, HEAR, TLS, server

ALICE = Account("alice@alpha.test", "three-short-words")
EHLO = b"250-mx.alpha.test\r\n250-SIZE 10240000\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN\r\n"


def test_a_message_is_submitted_under_starttls_and_the_dialogue_is_kept() -> None:
    script = (
        b"220 mx ESMTP\r\n", HEAR, EHLO, HEAR, b"220 2.0.0 Ready\r\n", TLS,
        HEAR, EHLO, HEAR, b"235 2.7.0 Authentication successful\r\n",
        HEAR, b"250 2.1.0 Ok\r\n", HEAR, b"250 2.1.5 Ok\r\n", HEAR, b"354 End\r\n",
        HEAR, HEAR, HEAR, HEAR, b"250 2.0.0 Ok: queued as 4XyZ\r\n", HEAR, b"221 2.0.0 Bye\r\n",
    )  # fmt: skip
    with server("submission", *script) as (target, heard), SmtpClient(target) as smtp:
        assert smtp.connect().code == 220
        assert smtp.ehlo().extensions["STARTTLS"] == ""
        assert smtp.starttls().ok
        assert smtp.ehlo().extensions["SIZE"] == "10240000"
        assert smtp.auth(ALICE).enhanced == "2.7.0"
        assert smtp.mail(ALICE.address, size=20).ok
        assert smtp.rcpt("bob@alpha.test").ok
        assert smtp.data(b"Subject: x\n\n.dot\n").queue_id == "4XyZ"
        assert smtp.quit().code == 221
    assert heard.lines[3] == b"AUTH PLAIN AGFsaWNlQGFscGhhLnRlc3QAdGhyZWUtc2hvcnQtd29yZHM="
    assert heard.lines[4] == b"MAIL FROM:<alice@alpha.test> SIZE=20"
    assert heard.lines[7:11] == [b"Subject: x", b"", b"..dot", b"."]
    said = [(line.sender, line.text, line.tls) for line in smtp.transcript]
    assert ("C", "STARTTLS", False) in said
    assert ("-", "TLS 1.3 begins", True) in said
    assert ("C", "AUTH PLAIN ***", True) in said
    assert ("S", "250 2.0.0 Ok: queued as 4XyZ", True) in said
    assert said[-1] == ("-", "connection closed", True)


def test_submissions_begins_with_tls() -> None:
    with server("submissions", b"220 mx\r\n") as (target, _), SmtpClient(target) as smtp:
        smtp.connect()
        smtp.drop()
    assert [line.text for line in smtp.transcript][1:] == [
        "TLS 1.3 begins",
        "220 mx",
        "connection dropped by the client, without a farewell",
    ]


def test_a_refusal_is_a_value() -> None:
    answer = b"554-5.7.1 no\r\n554 5.7.1 <x@y.example>: Relay access denied\r\n"
    with server("smtp", b"220 mx\r\n", HEAR, answer) as (target, _), SmtpClient(target) as smtp:
        smtp.connect()
        reply = smtp.rcpt("x@y.example")
    assert (reply.code, reply.enhanced, reply.ok) == (554, "5.7.1", False)
    assert str(reply) == "554 5.7.1 no 5.7.1 <x@y.example>: Relay access denied"


def test_a_refused_data_sends_no_message() -> None:
    with server("smtp", b"220 mx\r\n", HEAR, b"503 no\r\n") as (target, heard):
        with SmtpClient(target) as smtp:
            smtp.connect()
            assert smtp.data(b"Subject: secret\n\n").code == 503
        assert heard.lines == [b"DATA"]
    assert heard.rest == b""


def test_a_long_message_is_shown_by_its_beginning() -> None:
    message = b"".join(b"X-%d: y\n" % n for n in range(40)) + b"\nbody\n"
    script = (b"220 mx\r\n", HEAR, b"354 go\r\n", *[HEAR] * 43, b"250 ok\r\n")
    with server("smtp", *script) as (target, _), SmtpClient(target) as smtp:
        smtp.connect()
        smtp.data(message)
    texts = [line.text for line in smtp.transcript]
    assert texts[4:6] == ["X-0: y", "X-1: y"]
    assert texts[16] == "… (358 bytes)"
    assert texts[17] == "."


def test_words_in_the_clear_after_starttls_are_refused() -> None:
    script = (b"220 mx\r\n", HEAR, b"220 go\r\n250 injected\r\n")
    with server("submission", *script) as (target, _), SmtpClient(target) as smtp:
        smtp.connect()
        with pytest.raises(TlsProblem, match="after STARTTLS"):
            smtp.starttls()


def test_a_certificate_of_another_ca_is_refused() -> None:
    from tests.unit.mail_loopback import certificate

    other = certificate("127.0.0.2")[0]
    with server("submissions", ca=other) as (target, _), SmtpClient(target) as smtp:
        with pytest.raises(TlsProblem, match=r"submissions \(127\.0\.0\.1") as caught:
            smtp.connect()
        assert caught.value.exit_code is ExitCode.ENVIRONMENT


def test_a_certificate_of_another_name_is_refused() -> None:
    with server("submissions") as (target, _):
        named = Target(target.endpoint, target.ca_pem, server_name="mx.alpha.test")
        with SmtpClient(named) as smtp, pytest.raises(TlsProblem, match="mismatch"):
            smtp.connect()


def test_a_silent_server_is_named_after_the_deadline() -> None:
    with server("smtp") as (target, _), SmtpClient(target, timeout=0.05) as smtp:
        with pytest.raises(NoAnswer, match=r"did not answer within 0\.05 s"):
            smtp.connect()
        smtp.drop()


def test_a_server_that_hangs_up_is_a_lost_connection() -> None:
    with server("smtp", b"220 mx\r\n", HEAR, HANG_UP) as (target, _), SmtpClient(target) as smtp:
        smtp.connect()
        with pytest.raises(ConnectionLost, match="labctl logs postfix"):
            smtp.noop()
        with pytest.raises(ConnectionLost):
            smtp.noop()
    assert smtp.transcript[-1].text == "connection closed by the server"


def test_a_closed_port_is_not_reachable() -> None:
    with (
        server("smtp", HANG_UP) as (target, _),
        SmtpClient(target) as smtp,
        pytest.raises(ConnectionLost),
    ):
        smtp.connect()
    with SmtpClient(target) as smtp, pytest.raises(NotReachable, match="labctl status"):
        smtp.connect()


def test_another_protocol_is_not_understood() -> None:
    with (
        server("smtp", b"HTTP/1.1 400 Bad\r\n") as (target, _),
        SmtpClient(target) as smtp,
        pytest.raises(NotUnderstood, match="HTTP"),
    ):
        smtp.connect()


def test_a_line_break_is_never_sent() -> None:
    with server("smtp", b"220 mx\r\n") as (target, heard), SmtpClient(target) as smtp:
        smtp.connect()
        with pytest.raises(BadUsage):
            smtp.rcpt("a@alpha.test>\r\nDATA")
    assert heard.rest == b""


def test_control_characters_of_a_server_are_written_out() -> None:
    with server("smtp", b"220 \x1b[2Jmx\r\n") as (target, _), SmtpClient(target) as smtp:
        smtp.connect()
    assert smtp.transcript[1].text == r"220 \x1b[2Jmx"


def test_a_lab_bound_to_all_addresses_is_reached_on_loopback() -> None:
    assert Target(Endpoint("smtp", "0.0.0.0", 25), "").host == "127.0.0.1"


@given(st.integers(100, 599), st.lists(st.text(max_size=20), max_size=4))
def test_a_reply_can_be_asked_anything(code: int, lines: list[str]) -> None:
    reply = Reply(code, tuple(lines))
    assert reply.ok == (200 <= code < 400)
    assert isinstance((reply.enhanced, reply.queue_id, reply.extensions, str(reply)), tuple)


def test_auth_plain_carries_the_address_and_the_password() -> None:
    script = (b"220 mx\r\n", HEAR, b"535 5.7.8 no\r\n")
    account = Account("bob@alpha.test", "wörter")
    with server("smtp", *script) as (target, heard), SmtpClient(target) as smtp:
        smtp.connect()
        assert smtp.auth(account).code == 535
    assert b64decode(heard.lines[0].split()[2]).decode() == "\0bob@alpha.test\0wörter"
