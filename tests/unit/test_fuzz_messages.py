"""Messages from anywhere: what is shown of them can be printed, and secrets on the wire cannot."""

from base64 import b64encode
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.errors import LabError
from labctl.exercise.probes import MessageProbe
from labctl.exercise.stored_answers import message
from labctl.mail.imap_syntax import Untagged, astring, fetched, mailbox, mailbox_name, parse
from labctl.mail.mask import HIDDEN, Mask, Protocol
from labctl.mail.message import compose, summary
from labctl.mail.pcap import SYN, Segment
from labctl.mail.stored import read_stored
from labctl.mail.wiretap import Wiretap
from labctl.model.observation import Observation
from labctl.model.shown import legible
from tests.unit import damaged

PIECES = [
    b"Subject: =?utf-8?q?x?=", b"Subject: =?utf-\xeb7?q?x?=", b"Subject: =?utf-8?b?////?=",
    b"Subject: =?utf-7?q?+2AA-?=", b"Subject: =?rot13?q?a?=", b"Subject: =?idna?q?xn--\xcc.?=",
    b"Subject: =?utf-16?q?a?= =?x?b?a?=", b"Subject: caf\xc3\xa9", b"Subject: caf\xe9",
    b'Content-Type: multipart/mixed; boundary="b"', b"Content-Type: message/rfc822",
    b"Content-Type: message/delivery-status", b"Content-Type: text/plain; charset=utf-7",
    b"Content-Type: text/plain; charset=undefined", b"Content-Type: text/plain; charset=rot13",
    b"Content-Type: text/plain; charset*=utf-8''us%E9cii; name*0*=utf-8''%E9",
    b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: x-uuencode",
    b"Content-Transfer-Encoding: quoted-printable", b"Content-Transfer-Encoding: \xff",
    b"--b", b"--b--", b"", b"", b"begin 644 x", b"=ZZ", b"AAA=A", b"+2AA-", b"From x", b" folded",
]  # fmt: skip
junk = st.lists(st.sampled_from(PIECES) | st.binary(max_size=12), max_size=14).map(b"\n".join)


def printable(text: str) -> bool:
    return text == text.encode("utf-8", "replace").decode()


@given(junk)
def test_what_is_shown_of_any_message_can_be_printed(raw: bytes) -> None:
    stored = read_stored(raw)
    assert printable(stored.text)
    assert all(printable(name) and printable(value) for name, value in stored.shown)
    assert printable("".join((summary(raw).subject, summary(raw).message_id, summary(raw).token)))


@pytest.mark.parametrize("deep", [100, 3000])
def test_parts_inside_parts_without_end(deep: int) -> None:
    parts = (f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(deep))
    raw = "".join(("Subject: deep\n", *parts, "Content-Type: text/plain\n\nhello\n"))
    assert dict(read_stored(raw.encode()).fields)["Subject"] == "deep"
    assert summary(raw.encode()).subject == "deep"


def test_a_subject_typed_by_hand_in_utf_8_is_shown_as_it_was_meant() -> None:
    """Over telnet nobody encodes: RFC 6532 calls it a header in UTF-8."""
    stored = read_stored("Subject: Été\r\n\r\nà bientôt\r\n".encode())
    assert dict(stored.shown) == {"Subject": "Été"}
    assert dict(stored.fields) == {"Subject": "\udcc3\udc89t\udcc3\udca9"}  # as it lies there
    seen = Observation(stored={"a@b.test": (stored,)}, accounts={"alice": "a@b.test"})
    probe = MessageProbe.model_validate({"account": "alice", "header": "Subject", "says": ["x"]})
    assert "Été" in str(message(probe, seen).observed)


@given(st.text(st.characters() | st.characters(categories=["Cs"])))
def test_any_text_is_made_legible_once(text: str) -> None:
    assert printable(legible(text))
    assert legible(legible(text)) == legible(text)
    if printable(text):
        assert legible(text) == text


readable = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs"]), max_size=30)


@given(readable, readable)
def test_a_message_that_is_written_is_read_again(subject: str, body: str) -> None:
    try:
        raw = compose("a@b.test", "c@d.test", subject, f"{body}\n", token="labctl-1")
    except LabError:
        return
    stored = read_stored(raw)
    assert dict(stored.shown)["Subject"].split() == subject.split()
    assert stored.text.strip() == body
    assert (summary(raw).token, summary(raw).subject.split()) == ("labctl-1", subject.split())


# -- IMAP -----------------------------------------------------------------------------------------

ANSWERS = (
    r'2 FETCH (FLAGS (\Seen) UID 7 RFC822.SIZE 512 BODY[HEADER.FIELDS (SUBJECT)] "x")',
    r'LIST (\HasNoChildren \Sent) "." "&AMk-t&AOk-"',
    "OK [UIDVALIDITY 1764000000] UIDs valid",
    "CAPABILITY IMAP4rev1 LITERAL+ AUTH=PLAIN",
)


@given(st.lists(damaged.text(*ANSWERS) | st.binary(max_size=9), max_size=4))
def test_a_damaged_answer_has_values(parts: list[str | bytes]) -> None:
    answer = Untagged("", parse(parts))
    assert answer.number >= 0
    assert answer.word == answer.word.upper()
    if found := fetched(answer):
        assert (found.uid or 0) >= 0
        assert (found.size or 0) >= 0
        assert all(isinstance(flag, str) for flag in found.flags)


@given(readable)
def test_a_mailbox_s_name_is_said_and_heard_again(name: str) -> None:
    (said,) = parse([mailbox(name)]) if mailbox(name) != '""' else ("",)
    assert mailbox_name(said) == name
    assert parse([astring(name.encode("ascii", "ignore").decode()), " x"])[-1] == "x"


# -- secrets --------------------------------------------------------------------------------------

SECRET = "correct-horse+battery"
PLAIN = b64encode(f"\0ann@a.test\0{SECRET}".encode()).decode()
CODED = b64encode(SECRET.encode()).decode()
ANN = b64encode(b"ann@a.test").decode()

# Every way in which a client tells a password; {c}: the server's word comes only afterwards.
SMTP_LOGINS = (
    ("C:AUTH PLAIN " + PLAIN, "S:235 2.7.0 ok"),
    ("C:AUTH PLAIN", "S:334 ", "C:" + PLAIN, "S:235 2.7.0 ok"),
    ("C:AUTH PLAIN", "C:" + PLAIN, "S:334 ", "S:235 2.7.0 ok"),
    ("C:AUTH LOGIN", "S:334 VX", "C:" + ANN, "S:334 UG", "C:" + CODED, "S:535 5.7.8 no"),
    ("C:auth login " + ANN, "S:334 UG", "C:" + CODED, "S:235 ok"),
    ("C:AUTH LOGIN", "C:" + ANN, "C:" + CODED, "S:334 VX", "S:334 UG", "S:235 ok"),
    ("C:AUTH XOAUTH2 " + CODED, "S:334 e30=", "C:", "S:535 no"),
)
IMAP_LOGINS = (
    (f"C:a LOGIN ann {SECRET}", "S:a OK"),
    (f'C:a LOGIN "an n" "{SECRET}"', "S:a NO"),
    ("C:a LOGIN {3}", "S:+ OK", "C:ann {21}", "S:+ OK", "C:" + SECRET, "S:a OK"),
    ("C:a LOGIN {3+}", "C:ann {21+}", "C:" + SECRET, "S:a OK"),
    ("C:a LOGIN ann {21+}", "C:" + SECRET, "S:a OK"),
    ("C:a login ann {21}", "S:+ ", "C:" + SECRET, "S:a OK"),
    ("C:a AUTHENTICATE PLAIN", "S:+ ", "C:" + PLAIN, "S:a OK"),
    ("C:a AUTHENTICATE PLAIN " + PLAIN, "S:a OK"),
    ("C:a AUTHENTICATE LOGIN", "S:+ VX", "C:" + ANN, "S:+ UG", "C:" + CODED, "S:a OK"),
    ("C:a AUTHENTICATE PLAIN", "C:" + PLAIN, "S:+ ", "S:a OK"),
)
POP3_LOGINS = (
    ("C:USER ann", "S:+OK", "C:PASS " + SECRET, "S:+OK"),
    ("C:USER ann", "C:pass " + SECRET, "S:+OK", "S:-ERR"),
    ("C:AUTH PLAIN", "S:+ ", "C:" + PLAIN, "S:+OK"),
    ("C:AUTH PLAIN " + PLAIN, "S:-ERR no"),
    ("C:AUTH PLAIN", "C:" + PLAIN, "S:+ ", "S:+OK"),
    ("C:APOP ann " + CODED, "S:+OK"),
)
LOGINS: list[tuple[Protocol, tuple[str, ...]]] = [
    *(("smtp", lines) for lines in SMTP_LOGINS),
    *(("imap", lines) for lines in IMAP_LOGINS),
    *(("pop3", lines) for lines in POP3_LOGINS),
]
FAREWELL: dict[Protocol, str] = {"smtp": "QUIT", "imap": "b LOGOUT", "pop3": "QUIT"}
PORT: dict[Protocol, int] = {"smtp": 587, "imap": 143, "pop3": 110}


def given_away(text: str) -> list[str]:
    return [secret for secret in (SECRET, PLAIN, CODED) if secret in text]


@pytest.mark.parametrize(("protocol", "lines"), LOGINS)
def test_no_way_of_logging_in_shows_the_password(
    protocol: Protocol, lines: tuple[str, ...]
) -> None:
    mask = Mask(protocol)
    shown = [mask.client(x[2:]) if x[0] == "C" else mask.server(x[2:]) for x in lines]
    assert not given_away("\n".join(shown))
    assert HIDDEN in "\n".join(shown)
    assert mask.client(FAREWELL[protocol]) == FAREWELL[protocol]  # what comes after is seen again


@given(st.sampled_from(LOGINS), st.lists(st.integers(1, 400), max_size=8), st.booleans())
def test_on_the_wire_it_is_hidden_wherever_packets_end(
    login: tuple[Protocol, tuple[str, ...]], cuts: list[int], learned: bool
) -> None:
    protocol, lines = login
    tap = Wiretap({"ann": SECRET} if learned else None)
    client, server = ("10.0.0.9", 40000), ("10.0.0.2", PORT[protocol])
    said = {client: 1, server: 1}
    heard = [tap.feed(Segment(0, client, server, SYN, 0, b""))]
    heard.append(tap.feed(Segment(0, server, client, SYN | 16, 0, b"")))
    for time, line in enumerate(lines, start=1):
        data = f"{line[2:]}\r\n".encode()
        source, target = (client, server) if line[0] == "C" else (server, client)
        edges = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
        for start, end in pairwise(edges):
            piece = data[start:end]
            heard.append(tap.feed(Segment(time, source, target, 24, said[source], piece)))
            said[source] += len(piece)
    shown = "\n".join(line for group in heard for one in group for line in one.lines)
    assert not given_away(shown)
    assert len(shown.splitlines()) == len(lines)
