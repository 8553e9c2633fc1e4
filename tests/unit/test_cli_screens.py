"""What stands on the screen: at 80 columns, readable without colour, safe for the terminal."""

import io
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console, RenderableType

from labctl import lang
from labctl.cli import console, lab_screen, mail_screen, progress_screen
from labctl.cli.maildir_screen import entry_text, maildir_tree
from labctl.cli.progress_screen import live
from labctl.cli.transcript_screen import line_text, show_transcript
from labctl.engine.values import Resource
from labctl.errors import NoSuchLab, PortBusy
from labctl.mail.queue import QueueEntry, Waiting
from labctl.model.dialogue import Line
from labctl.model.maildir import Folder, Maildir, MaildirEntry
from labctl.model.progress import Progress
from labctl.model.status import LabStatus, ServiceStatus
from labctl.verbs.down import Removed
from labctl.verbs.read import Fetched, Letter
from labctl.verbs.send import Sent
from labctl.verbs.status import status_of
from tests.unit.lab_specs import a_lab

NEW = MaildirEntry("new", "1699.M1P7.mx,S=512", "", 512, "Hello [b]bob[/b]", "<1@alpha.test>")
SEEN = MaildirEntry("cur", "1700.M2P7.mx,S=9:2,RS", "RS", 9, "Re: Hello", "<2@alpha.test>")
BOX = Maildir("bob@alpha.test", (Folder("INBOX", (NEW, SEEN)), Folder("Archive")))
HOSTILE = "\x1b[2J\x1b]0;owned\x07\u202e"


def drawn(*things: RenderableType, width: int = 80) -> str:
    """What a terminal of that width shows, as text."""
    screen = Console(file=io.StringIO(), width=width, record=True, highlight=False)
    for thing in things:
        screen.print(thing)
    return screen.export_text()


@pytest.fixture(autouse=True)
def eighty_columns(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("COLUMNS", "80")
    for one in (console.out, console.err):
        one.cache_clear()
    yield
    for one in (console.out, console.err):
        one.cache_clear()


@pytest.fixture
def french() -> Iterator[None]:
    lang.choose("fr")
    yield
    lang.choose("en")


# -- a Maildir -------------------------------------------------------------------------------------


def test_a_maildir_is_the_tree_of_files_that_it_is() -> None:
    assert drawn(maildir_tree(BOX), width=100) == (
        "bob@alpha.test  Maildir\n"
        "├── INBOX\n"
        "│   ├── new/  1\n"
        "│   │   └── 1699.M1P7.mx,S=512  512 bytes  Hello [b]bob[/b]\n"
        "│   └── cur/  1\n"
        "│       └── 1700.M2P7.mx,S=9:2,RS  RS = replied, seen  9 bytes  Re: Hello\n"
        "└── Archive\n"
        "    ├── new/  0\n"
        "    └── cur/  0\n"
    )


def test_tmp_is_there_only_when_something_is_in_it() -> None:
    writing = MaildirEntry("tmp", "1.M1P1.mx", "", 3)
    assert "tmp/  1" in drawn(maildir_tree(Maildir("a@b.test", (Folder("INBOX", (writing,)),))))


def test_a_maildir_that_is_not_there_yet() -> None:
    assert "no Maildir yet" in drawn(maildir_tree(Maildir("alice@alpha.test")))


@pytest.mark.usefixtures("french")
def test_flags_are_decoded_in_french() -> None:
    assert "RS = " in drawn(entry_text(SEEN))
    assert "seen" not in drawn(entry_text(SEEN))


@given(st.text(max_size=200))
def test_no_subject_drives_the_terminal(subject: str) -> None:
    entry = MaildirEntry("new", "1.M1P1.mx", "", 3, subject)
    shown = drawn(maildir_tree(Maildir("a@b.test", (Folder("INBOX", (entry,)),))), width=500)
    assert all(c.isprintable() or c in "\n\t" for c in shown)


# -- a dialogue ------------------------------------------------------------------------------------


def test_a_dialogue_names_who_speaks_and_marks_tls() -> None:
    lines = (
        Line("S", "220 mx.alpha.test ESMTP Postfix", False),
        Line("C", "STARTTLS", False),
        Line.note("TLS began ({version})", tls=True, version="TLSv1.3"),
        Line("C", "AUTH PLAIN [secret]", True),
    )
    assert [line_text(line).plain for line in lines] == [
        "   S: 220 mx.alpha.test ESMTP Postfix",
        "   C: STARTTLS",
        "     — TLS began (TLSv1.3)",
        "🔒 C: AUTH PLAIN [secret]",
    ]


def test_a_long_line_is_not_broken(capsys: pytest.CaptureFixture[str]) -> None:
    show_transcript([Line("S", "250 " + "x" * 300, False)])
    assert capsys.readouterr().out == f"   S: 250 {'x' * 300}\n"


# -- progress --------------------------------------------------------------------------------------


def test_progress_without_a_terminal_is_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with live() as tell:
        tell(Progress("image:postfix", "building the image"))
        tell(Progress("image:postfix", "building the image", detail="apt: unpacking"))
        tell(Progress("endpoint:imaps", "{name} greets", "done", 0.42, values={"name": "imaps"}))
        tell(Progress("ports", "moved to [20000]", "note"))
        tell(Progress("image:postfix", "building the image", "failed"))
    said = capsys.readouterr()
    assert said.out == ""
    assert [(line[0], line[12:]) for line in said.err.splitlines()] == [
        ("…", "building the image"),
        ("✓", "imaps greets"),
        ("!", "moved to [20000]"),
        ("✗", "building the image"),
    ]


def test_quiet_progress_says_nothing_without_a_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with live(quiet=True) as tell:
        tell(Progress("x", "something"))
    assert capsys.readouterr() == ("", "")


def on_a_terminal(monkeypatch: pytest.MonkeyPatch, told: Sequence[Progress]) -> str:
    """What a terminal of 24 lines of 80 is sent, its control sequences left out."""
    screen = Console(file=io.StringIO(), force_terminal=True, width=80, height=24)
    monkeypatch.setattr(progress_screen, "err", lambda: screen)
    monkeypatch.setattr(progress_screen, "on_a_terminal", lambda: True)
    with progress_screen.live() as tell:
        for progress in told:
            tell(progress)
    sent = cast("io.StringIO", screen.file).getvalue()
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", sent).replace("\r", "\n")


def test_on_a_terminal_no_step_is_wider_than_it(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = on_a_terminal(
        monkeypatch,
        [
            Progress("a", "first " * 40, detail="a line of apt " * 20),
            Progress("b", "second [b]again[/b]", "done", 2.0),
            Progress("c", "held by [/usr/sbin/exim4]", "note"),
        ],
    )
    assert all(len(line) <= 80 for line in shown.splitlines())
    assert "✓    2.0 s  second [b]again[/b]" in shown
    assert "held by [/usr/sbin/exim4]" in shown


def test_on_a_terminal_the_last_of_many_steps_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [Progress(str(n), f"step {n}", "done", 0.0) for n in range(100)]
    assert "step 99" in on_a_terminal(monkeypatch, many)


# -- a lab -----------------------------------------------------------------------------------------


def running() -> LabStatus:
    spec = a_lab()
    services = tuple(
        ServiceStatus(name, "alpha.test", "running", f"mail-{name}-1")
        for name in ("postfix", "dovecot")
    )
    return LabStatus("mail", "ready", services, spec.endpoints, spec.accounts, "PEM")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_status_stands_at_80_columns(language: lang.Language) -> None:
    lang.choose(language)
    try:
        shown = drawn(lab_screen.status_table(running()))
    finally:
        lang.choose("en")
    assert max(map(len, shown.splitlines())) <= 80
    for word in ("127.0.0.1:20025", "submissions", "465", "alice@alpha.test", "amber-violin-moss"):
        assert word in shown


def test_a_password_that_looks_like_markup_is_shown_as_it_is() -> None:
    assert running().accounts[1].password in drawn(lab_screen.status_table(running()), width=120)


def test_an_ipv6_endpoint_is_bracketed() -> None:
    status = status_of("mail", None, a_lab(bind="::1"))
    assert "[::1]:20025" in drawn(lab_screen.status_table(status))


def test_a_removed_lab_says_that_nothing_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    removed = (Resource("container", "mail-postfix-1"), Resource("network", "mail_lab"))
    lab_screen.show_removed([Removed("mail", removed, (), 0.93)])
    assert capsys.readouterr().out.splitlines() == [
        "lab mail removed in 0.9 s (containers: 1, networks: 1, volumes: 0)",
        "nothing is left",
    ]


def test_what_was_kept_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    lab_screen.show_removed([Removed("mail", (), (Resource("volume", "mail_mail"),), 0.9)])
    assert capsys.readouterr().out.splitlines()[-1] == "kept: mail_mail"


# -- mail ------------------------------------------------------------------------------------------


def test_an_accepted_message(capsys: pytest.CaptureFixture[str]) -> None:
    sent = Sent(True, "250 2.0.0 Ok: queued as 4F[x]", "4F", "<1@alpha.test>", ())
    mail_screen.show_sent(sent, verbose=False, as_json=False)
    assert capsys.readouterr().out == "✓ accepted: 250 2.0.0 Ok: queued as 4F[x]\n"


def test_a_refused_message_with_braces(capsys: pytest.CaptureFixture[str]) -> None:
    sent = Sent(False, "550 5.1.1 <{x}>: unknown", "", "", (Line("C", "RCPT TO:<{x}>", True),))
    mail_screen.show_sent(sent, verbose=True, as_json=False)
    assert capsys.readouterr().out.splitlines() == [
        "🔒 C: RCPT TO:<{x}>",
        "✗ refused: 550 5.1.1 <{x}>: unknown",
    ]


def test_a_letter_cannot_drive_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    letter = Letter(1, 3, HOSTILE, HOSTILE, HOSTILE, HOSTILE, f"one\n[b]two[/b] {HOSTILE}\r\nend")
    fetched = Fetched("bob@alpha.test", "imaps", (letter,), False, ())
    mail_screen.show_fetched(fetched, verbose=False, as_json=False)
    shown = capsys.readouterr().out
    assert all(c.isprintable() or c == "\n" for c in shown)
    assert "[b]two[/b]" in shown


def test_no_mail(capsys: pytest.CaptureFixture[str]) -> None:
    fetched = Fetched("bob@alpha.test", "imaps", (), False, ())
    mail_screen.show_fetched(fetched, verbose=False, as_json=False)
    assert capsys.readouterr().out == "no mail in the INBOX of bob@alpha.test\n"


def test_an_empty_queue(capsys: pytest.CaptureFixture[str]) -> None:
    mail_screen.show_queue([], as_json=False)
    assert capsys.readouterr().out == "the queue is empty: nothing waits\n"


def test_what_waits_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    waiting = QueueEntry(
        "4F1",
        "deferred",
        "",
        datetime(2026, 11, 23, tzinfo=UTC),
        512,
        (Waiting("bob@alpha.test", "connect to imap.alpha.test[/run/lmtp]: refused"),),
    )
    mail_screen.show_queue([waiting], as_json=False)
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    for word in ("4F1", "deferred", "<>", "bob@alpha.test"):
        assert word in shown
    assert "[/run/lmtp]" in shown.replace("\n", "").replace(" ", "")


# -- errors ----------------------------------------------------------------------------------------


def test_an_error_is_the_problem_then_the_way_past(capsys: pytest.CaptureFixture[str]) -> None:
    console.show_error(PortBusy("smtp", 25, "exim4 [pid 7]"))
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        "error: port 25 (smtp) is held by exim4 [pid 7]",
        "  → stop it, or move the lab: labctl up --ports 20000",
    ]


def test_an_error_cannot_drive_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    console.show_error(NoSuchLab(HOSTILE))
    assert all(c.isprintable() or c == "\n" for c in capsys.readouterr().err)


def test_no_line_begins_with_a_sign_that_belongs_to_the_word_before() -> None:
    console.out()
    for width in range(20, 40):
        shown = drawn(
            "Déposez au port 25\u00a0: le premier essai\u00a0; et puis\u00a0?", width=width
        )
        assert not re.search(r"^\s*[:;?]", shown, re.MULTILINE), shown
