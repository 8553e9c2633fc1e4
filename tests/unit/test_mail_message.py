"""Messages: composed so that any MTA takes them, read so that no junk can break it."""

from contextlib import suppress
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.errors import BadUsage
from labctl.mail.message import Summary, compose, crlf, summary

TEXT = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]))


def test_a_french_message_is_ascii_on_the_wire_and_reads_as_written() -> None:
    raw = compose(
        "alice@alpha.test", ["bob@alpha.test", "carol@alpha.test"], "Été à Orléans", "Ça va ?\nœuf",
        token="run-1", headers=[("X-Extra", "yes")], date=datetime(2026, 1, 2, tzinfo=UTC),
        message_id="<1@alpha.test>",
    )  # fmt: skip
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"Subject: =?utf-8?" in raw
    assert b"Date: Fri, 02 Jan 2026 00:00:00 +0000\r\n" in raw
    assert summary(raw) == Summary("Été à Orléans", "<1@alpha.test>", "run-1")
    read = message_from_bytes(raw, policy=SMTP)
    assert read.get_content() == "Ça va ?\r\nœuf\r\n"
    assert read["To"] == "bob@alpha.test, carol@alpha.test"
    assert read["X-Extra"] == "yes"


def test_each_message_has_its_own_id_of_the_senders_domain() -> None:
    ids = {summary(compose("a@alpha.test", "b@alpha.test", "x", "y")).message_id for _ in range(5)}
    assert len(ids) == 5
    assert all(i.endswith("@alpha.test>") for i in ids)


@pytest.mark.parametrize(
    "header", [("Subject\r\nX", "y"), ("X-A", "a\r\nBcc: b@c.example"), ("X A", "y"), ("", "y")]
)
def test_no_header_can_smuggle_another(header: tuple[str, str]) -> None:
    with pytest.raises(BadUsage):
        compose("a@alpha.test", "b@alpha.test", "x", "y", headers=[header])


@given(TEXT, TEXT)
def test_any_subject_and_body_survive(subject: str, body: str) -> None:
    raw = compose("a@alpha.test", "b@alpha.test", subject, body)
    assert raw.isascii()
    assert summary(raw).subject.split() == subject.split()
    assert message_from_bytes(raw, policy=SMTP).get_content().rstrip("\r\n") == body


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_sender_and_recipient_give_a_message_or_a_clear_refusal(one: str, two: str) -> None:
    with suppress(BadUsage):
        assert compose(one, two, "x", "y").isascii()


@given(st.binary(max_size=400))
def test_any_bytes_can_be_summarised(raw: bytes) -> None:
    assert isinstance(summary(raw), Summary)
    assert isinstance(summary(b"Subject: =?" + raw), Summary)


def test_a_summary_reads_the_header_only() -> None:
    raw = b"subject: folded\r\n  twice\r\nMESSAGE-ID:<1@x>\n\nX-Labctl-Token: body\nSubject: no\n"
    assert summary(raw) == Summary("folded twice", "<1@x>", "")
    assert summary("Subject: été".encode()) == Summary("été")
    assert summary(b"\nSubject: body") == Summary()


@given(st.binary(max_size=100))
def test_every_line_end_becomes_crlf_once(raw: bytes) -> None:
    once = crlf(raw)
    assert crlf(once) == once
    assert b"\n" not in once.replace(b"\r\n", b"")
    assert b"\r" not in once.replace(b"\r\n", b"")
