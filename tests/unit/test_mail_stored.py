"""A message's file, read: what lies there, and what a mail program shows. No junk can break it."""

from hypothesis import given
from hypothesis import strategies as st

from labctl.mail.message import Attachment, bare, compose, summary
from labctl.mail.postfix_log import reports
from labctl.mail.stored import read_stored

REPORT = b"""\
Return-Path: <>
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="b"

--b
Content-Type: message/rfc822

X-Labctl-Token: labctl-1

hi
--b--
"""


def test_a_french_message_lies_there_encoded_and_is_shown_as_written() -> None:
    raw = compose("a@b.test", "c@d.test", "Réunion", "Ça va ?\n", encoding="quoted-printable")
    stored = read_stored(raw, "Archive")
    assert stored.folder == "Archive"
    assert dict(stored.fields)["Subject"].startswith("=?utf-8?")
    assert dict(stored.shown)["Subject"] == "Réunion"
    assert "=C3=87a va" in stored.body
    assert stored.text.strip() == "Ça va ?"


def test_folded_fields_are_one_line_and_repeated_ones_stay_in_order() -> None:
    stored = read_stored(b"Received: by b\n\tfor <c>\nReceived: by a\n\nhi\n")
    assert stored.fields == (("Received", "by b for <c>"), ("Received", "by a"))
    assert stored.body == "hi\n"


def test_a_picture_travels_as_base64() -> None:
    picture = Attachment("p.png", b"\x89PNG", "image/png")
    stored = read_stored(compose("a@b.test", "c@d.test", "s", "text\n", attachment=picture))
    assert dict(stored.fields)["Content-Type"].startswith("multipart/mixed")
    assert "iVBORw==" in stored.body
    assert stored.text.strip() == "text"


def test_typed_by_hand_it_has_a_subject_and_a_token_and_nothing_else() -> None:
    stored = read_stored(bare("By hand", "hi\n", "labctl-1"))
    assert [name for name, _ in stored.fields] == ["Subject", "X-Labctl-Token"]


def test_a_report_has_the_token_of_the_message_that_it_returns() -> None:
    assert summary(REPORT).token == "labctl-1"
    assert summary(REPORT.replace(b"report-type", b"other")).token == ""


def test_postfix_names_its_reports() -> None:
    line = "postfix/bounce[2]: 021CC18E070: sender non-delivery notification: 6E1E718E2B9"
    assert reports([line, "noise"], ["021CC18E070"]) == {"6E1E718E2B9"}
    assert reports([line], ["ABCDEF"]) == frozenset()


@given(st.binary())
def test_no_bytes_can_break_it(junk: bytes) -> None:
    read_stored(junk)
    read_stored(b"Content-Type: text/plain; charset=" + junk + b"\n\n" + junk)
    read_stored(b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" + junk)
