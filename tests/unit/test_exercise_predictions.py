"""Questions asked beforehand, and probes that compare what two sessions were told. Pure."""

from dataclasses import replace
from pathlib import Path

import pytest

from labctl.errors import BadExercise
from labctl.exercise.judge import find
from labctl.exercise.load import load
from labctl.exercise.predictions import questions_about, true_option
from labctl.exercise.probes import Probe
from labctl.model.dialogue import Line
from labctl.model.observation import Observation, Session
from tests.unit.exercise_files import LOGIC, TEXTS, write

ALICE, BOB = "alice@alpha.test", "bob@alpha.test"
SEEN = Observation(
    {"alice": ALICE, "bob": BOB}, logins=(f"imap-login: Info: Login: user=<{ALICE}>, TLS",)
)
PREDICT = """\
predict:
  - id: early
    after: {after}
    truth: {{none: {{logins: {{count: 0}}}}, some: {{logins: {{at_least: 1}}}}}}
  - id: late
    truth: {{none: {{logins: {{count: 0}}}}, two: {{logins: {{count: 2}}}}}}
steps:
"""
QUESTIONS = """\
predict:
  early: {question: "Who?", options: {none: None, some: Some}}
  late: {question: "Who?", options: {none: None, two: Two}}
"""


def told(name: str, *ids: str) -> Session:
    listing = (Line("S", f"{n} {each}", tls=True) for n, each in enumerate(ids, start=1))
    return Session(name, "pop3", "pop3s", 995, (Line("C", "UIDL", tls=True), *listing))


def _written(folder: Path, after: str) -> Path:
    logic = LOGIC.replace("steps:\n", PREDICT.format(after=after))
    return write(folder, logic=logic, en=TEXTS + QUESTIONS, fr=TEXTS + QUESTIONS)


def test_a_question_is_answered_after_its_step_or_else_after_the_last(tmp_path: Path) -> None:
    logic = load(_written(tmp_path, "read")).logic
    assert [q.id for q in questions_about(logic, "read")] == ["early", "late"]
    assert questions_about(logic, "another") == ()
    assert [true_option(q, SEEN) for q in logic.predict] == ["some", ""]


def test_a_question_about_no_step_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadExercise, match=r"predict\.0\.after: there is no step listen"):
        load(_written(tmp_path, "listen"))


@pytest.mark.parametrize(("who", "number"), [("alice", 1), ("bob", 0)])
def test_logins_of_one_account_are_counted_alone(who: str, number: int) -> None:
    probe = Probe.model_validate({"logins": {"account": who, "count": number}})
    assert find(probe, SEEN).holds


@pytest.mark.parametrize(("second", "number"), [("b", 1), ("c", 2), ("", 0)])
def test_ids_that_are_told_no_longer(second: str, number: int) -> None:
    sessions = {s.name: s for s in (told("early", "a", "b"), told("late", *second))}
    probe = Probe.model_validate({"fewer": {"sessions": ["early", "late"], "count": number}})
    assert find(probe, replace(SEEN, sessions=sessions)).holds
