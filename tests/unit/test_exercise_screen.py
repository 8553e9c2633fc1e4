"""An exercise's screen: complete without colour, inside its width, in both languages."""

import io
import json
from collections.abc import Iterator

import pytest
from rich.cells import cell_len
from rich.console import Console

from labctl import lang
from labctl.cli.exercise_parts import shortened
from labctl.cli.exercise_screen import show_result, show_summary
from labctl.exercise.load import Exercise, load_all
from labctl.exercise.references import accounts
from labctl.lang import Language, Text
from labctl.mail.recorder import Recorder
from labctl.model.dialogue import Line
from labctl.model.lab import Account
from labctl.model.maildir import Folder, Maildir, MaildirEntry
from labctl.model.observation import Session
from labctl.model.status import LabStatus
from labctl.model.verdict import (
    ExerciseResult,
    ExpectationResult,
    StepResult,
    Table,
    as_json,
    worst,
)
from labctl.shipped import built_in_exercises
from labctl.verbs.exercise_names import names_without_a_run

EXERCISES = {exercise.id: exercise for exercise in load_all(built_in_exercises())}
ALICE = "alice@alpha.test"
FILE = "1795416978.M928758P79.imap.alpha.test,S=763,W=784"


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    lang.choose("en")


def result_of(exercise: Exercise, *, holds: bool = True) -> ExerciseResult:
    status = LabStatus("mail", "ready", accounts=(Account(ALICE, "x"), Account("bob@b.test", "y")))
    steps = tuple(
        StepResult(
            step.id,
            tuple(
                ExpectationResult(e.id, holds, Text("in the queue: 0"), Text("in the queue: 1"))
                for e in step.expect
            ),
            (
                Session(
                    "phone",
                    "imap",
                    "imaps",
                    33093,
                    (
                        Line.note("connected to {host}:{port}", tls=False, host="h", port=1),
                        Line("C", "a1 LOGIN alice@alpha.test ***", tls=True),
                        Line("S", "a1 OK " + "CAPABILITY " * 20, tls=True),
                    ),
                ),
                Text("{service} was stopped", {"service": "dovecot"}),
            ),
            (Maildir(ALICE, (Folder("INBOX", (MaildirEntry("new", FILE, "", 9),)),)),),
            (Maildir(ALICE, (Folder("INBOX", (MaildirEntry("cur", FILE + ":2,S", "S", 9),)),)),),
        )
        for step in exercise.logic.steps
    )
    columns = tuple(exercise.logic.columns)
    rows = tuple(
        (row, tuple(Text("250 2.1.5") for _ in columns))
        for step in exercise.logic.steps
        for row in step.rows
    )
    return ExerciseResult(
        exercise.id,
        "pass" if holds else "fail",
        1.25,
        1.0,
        steps,
        Table(columns, rows) if columns else None,
        names=names_without_a_run(status, accounts(exercise.logic)),
    )


def screen(exercise: Exercise, width: int, *, holds: bool = True, colour: bool = False) -> str:
    file = io.StringIO()
    console = Console(
        file=file, width=width, force_terminal=colour, no_color=not colour, highlight=False
    )
    show_result(console, exercise, result_of(exercise, holds=holds))
    show_summary(console, [exercise], [result_of(exercise, holds=holds)])
    return file.getvalue()


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("width", [80, 140])
@pytest.mark.parametrize("name", EXERCISES)
def test_no_line_is_wider_than_the_terminal(name: str, width: int, language: Language) -> None:
    lang.choose(language)
    for line in screen(EXERCISES[name], width).splitlines():
        assert cell_len(line) <= width, line


def test_everything_is_there_in_its_order() -> None:
    shown = screen(EXERCISES["imap-keeps"], 80)
    places = [
        shown.index(words)
        for words in (
            "IMAP reads, and the mail stays",
            "A message for alice@alpha.test",
            "Step 1 of 5",
            "C: a1 LOGIN alice@alpha.test ***",
            "» dovecot was stopped",
            "Maildir of alice@alpha.test",
            "new/ − 1795416978",
            "cur/ + 1795416978",
            "✔ The phone found the message",
            "expected: in the queue: 0",
            "observed: in the queue: 1",
            "IMAP is remote access",
            "To read on: RFC 9051",
            "✔ pass  imap-keeps  in 1.2 s",
            "1 of 1 claims proved",
        )
    ]
    assert places == sorted(places)


def test_flags_are_decoded() -> None:
    assert ":2,S  S = seen" in screen(EXERCISES["imap-keeps"], 80)


def test_tls_is_marked_and_speakers_can_be_told_apart_without_colour() -> None:
    shown = screen(EXERCISES["imap-keeps"], 80)
    assert "🔒 C: a1" in shown
    assert "🔒 S: a1 OK" in shown
    assert "\x1b" not in shown


def test_what_fails_says_so_and_is_not_explained_away() -> None:
    shown = screen(EXERCISES["imap-keeps"], 80, holds=False)
    assert "✘ The file left new/." in shown
    assert "IMAP is remote access" not in shown
    assert "✘ fail" in shown
    assert "0 of 1 claims proved" in shown


def test_body_text_has_the_terminal_s_own_colour() -> None:
    line = next(
        x
        for x in screen(EXERCISES["imap-keeps"], 80, colour=True).splitlines()
        if "IMAP is remote access" in x
    )
    assert "\x1b[3" not in line.replace("\x1b[39", "")


def test_the_table_shows_what_was_measured() -> None:
    shown = screen(EXERCISES["submission-ports"], 80)
    assert "465 · TLS+AUTH" in shown
    assert shown.count("250 2.1.5") >= 9


def test_a_long_run_of_one_speaker_is_shortened() -> None:
    lines = [Line("S", str(n), tls=True) for n in range(30)]
    shown = [line.text for line in shortened([Line("C", "x", tls=True), *lines])]
    assert shown == ["x", "0", "1", "2", "3", "4", "5", "6", "… 22 more lines …", "29"]


def test_of_a_message_that_is_read_the_essentials_are_shown() -> None:
    message = b"Return-Path: <x>\r\n" + b"Received: y\r\n" * 20
    wire = Recorder()
    wire.record("C", "RETR 1")
    wire.record("S", "+OK")
    wire.record_message("S", message + b"From: a\r\nTo: b\r\nSubject: c\r\n\r\ntext\r\n")
    wire.record("S", ".")
    shown = [line.text for line in shortened(wire.transcript)]
    assert shown == ["RETR 1", "+OK", "From: a", "To: b", "Subject: c", "… (314 bytes)", "."]


def test_a_short_message_that_is_read_says_how_much_is_left_out() -> None:
    wire = Recorder()
    wire.record_message("S", b"Date: now\r\nSubject: c\r\n\r\none\r\ntwo\r\n")
    assert [line.text for line in shortened(wire.transcript)] == ["Subject: c", "… 4 more lines …"]


def test_what_the_client_sends_is_shown_from_its_beginning() -> None:
    wire = Recorder()
    wire.record_message("C", b"From: a\r\nDate: now\r\n\r\ntext\r\n")
    assert [line.text for line in shortened(wire.transcript)] == [
        "From: a",
        "Date: now",
        "",
        "text",
    ]


def test_a_lookup_of_labctls_own_is_one_note() -> None:
    wire = Recorder()
    wire.tls = True
    wire.record("C", "STAT")
    with wire.lookup():
        for number in (9, 8):
            wire.record("C", f"TOP {number} 0")
            wire.record("S", "+OK")
            wire.record_message("S", b"Subject: mine\r\n")
    wire.record("C", "RETR 8")
    shown = list(shortened(wire.transcript))
    assert [line.text for line in shown] == [
        "STAT",
        "labctl looks for its own messages (2 × TOP)",
        "RETR 8",
    ]
    assert shown[1].sender == "-"
    assert [line.text for line in wire.transcript].count("Subject: mine") == 2


def test_the_json_has_the_promised_shape() -> None:
    data = json.loads(json.dumps(as_json((result_of(EXERCISES["submission-ports"]),))))
    (one,) = data["exercises"]
    assert {"id", "verdict", "seconds", "steps"} <= one.keys()
    step = one["steps"][0]
    assert step["expectations"][0].keys() == {"id", "holds", "expected", "observed"}
    assert step["transcript"][0] == {
        "from": "C",
        "line": "a1 LOGIN alice@alpha.test ***",
        "tls": True,
    }
    assert all(line["from"] in "CS" for line in step["transcript"])
    before, after = step["maildir"]["before"], step["maildir"]["after"]
    assert before[0]["folders"][0]["new"][0]["file"] == FILE
    assert after[0]["folders"][0]["cur"][0]["flags"] == "S"
    assert one["table"]["rows"][0]["id"] == "p25-local"


def test_an_error_is_worse_than_a_failure() -> None:
    good = result_of(EXERCISES["imap-keeps"])
    bad = result_of(EXERCISES["imap-keeps"], holds=False)
    assert worst((good, good)) == "pass"
    assert worst((good, bad)) == "fail"
