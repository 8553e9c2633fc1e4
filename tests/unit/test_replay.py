"""A demo that has run is stepped through: a line a key, a page a step, and back."""

import io

import pytest
from rich.console import Console

from labctl.cli.replay import Replay, beats
from labctl.exercise.load import load
from labctl.lang import Text
from labctl.model.dialogue import Line
from labctl.model.maildir import Folder, Maildir, MaildirEntry
from labctl.model.observation import Session
from labctl.model.verdict import ExerciseResult, ExpectationResult, StepResult
from labctl.shipped import built_in_exercises

EXERCISE = load(built_in_exercises() / "pop3-takes")
_BOX = Maildir("alice@alpha.test", (Folder("INBOX", (MaildirEntry("new", "1.a", "", 5),)),))
_NAMES = {name: name for name in ("alice", "bob", "host", "token", "ca", "domain")} | {
    f"{kind}_{name}": "1"
    for kind in ("port", "documented")
    for name in ("smtp", "submission", "submissions", "imap", "imaps", "pop3", "pop3s")
}


def _result(lines: int = 3) -> ExerciseResult:
    talk = Session(
        "p",
        "pop3",
        "pop3s",
        20095,
        tuple(Line("S" if n % 2 else "C", f"line {n}", tls=True) for n in range(lines)),
    )
    held = ExpectationResult("both-kept", True, Text("2"), Text("2"))
    steps = tuple(
        StepResult(step.id, (held,), (talk, Text("Postfix was stopped")), (_BOX,), (_BOX,))
        for step in EXERCISE.logic.steps
    )
    return ExerciseResult("pop3-takes", "pass", 1, 1, steps, names=_NAMES)


def _seen(replay: Replay, height: int = 40) -> str:
    file = io.StringIO()
    Console(file=file, width=80, height=height).print(replay.screen())
    return file.getvalue()


def _pressed(replay: Replay, keys: str) -> str:
    for key in keys:
        assert replay.press(key)
    return _seen(replay)


def test_a_key_brings_a_line_and_no_more() -> None:
    replay = Replay(EXERCISE, _result(), 80)
    assert "Step 1 of 3" in _pressed(replay, "n")
    said = _pressed(replay, "  ")
    assert "line 0" in said
    assert "line 1" not in said
    assert "▶ C: line 0" in said
    assert "line 0" not in _pressed(replay, "b")


def test_a_step_is_a_page_and_the_explanation_the_last() -> None:
    replay = Replay(EXERCISE, _result(), 80)
    assert "Step 3 of 3" in _pressed(replay, "nnn")
    assert EXERCISE.text.explain.split()[0] in _pressed(replay, "\r")
    assert not replay.press("n")


@pytest.mark.parametrize("key", ["q", "\x1b", "\x04"])
def test_it_can_be_left_at_any_time(key: str) -> None:
    assert not Replay(EXERCISE, _result(), 80).press(key)


def test_a_key_without_a_meaning_changes_nothing() -> None:
    replay = Replay(EXERCISE, _result(), 80)
    before = _seen(replay)
    assert _pressed(replay, "xyz7b") == before


def test_a_long_page_shows_its_end_and_never_scrolls() -> None:
    replay = Replay(EXERCISE, _result(60), 80)
    _pressed(replay, "n")
    here = len([beat for beat in beats(EXERCISE, _result(60), 80) if beat.page == 1])
    _pressed(replay, " " * (here - 1))
    said = _seen(replay, height=20)
    assert len(said.splitlines()) <= 20
    assert "Step 1 of 3" in said
    assert "space: next line" in said
    assert EXERCISE.text.expect["both-kept"].holds.split()[0] in said
