"""The exercises that come with labctl: complete in both languages, true in every lab."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from labctl.exercise.actions import Imap, Pop3, Smtp, deed
from labctl.exercise.lint import lint
from labctl.exercise.load import Exercise, load_all
from labctl.exercise.references import accounts, known_placeholders
from labctl.exercise.schema import Step
from labctl.exercise.texts import placeholders, prose
from labctl.model.dialogue import Line
from labctl.model.lab import DOCUMENTED_PORT
from labctl.model.observation import Answer, Observation, Session
from labctl.shipped import built_in_exercises
from labctl.verbs.handson_session import can_be_asked, session_name

CORE = [
    "smtp-sends",
    "smtp-does-not-store",
    "submission-ports",
    "imap-keeps",
    "imap-two-devices",
    "pop3-takes",
    "who-stores-what",
]
EXERCISES = load_all(built_in_exercises())
ENGINE_TESTS = [
    file.read_text("utf-8") for file in Path(__file__).parents[1].glob("engine/**/test_*.py")
]
by_id = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.id)
LITERAL = re.compile(
    rf"\b({'|'.join(map(str, DOCUMENTED_PORT.values()))})\b|\b(alice|bob|carol)\b|@", re.IGNORECASE
)


def test_the_core_exercises_are_the_short_tour() -> None:
    assert [e.id for e in EXERCISES if e.logic.tour] == CORE


@by_id
def test_every_wrong_turn_is_taken_by_a_test_with_a_real_client(exercise: Exercise) -> None:
    tests = [text for text in ENGINE_TESTS if f'"{exercise.id}"' in text]
    turns = {miss.id for step in exercise.logic.steps for miss in step.near_misses}
    assert {turn for turn in turns if not any(f'"{turn}"' in text for text in tests)} == set()


@by_id
def test_both_languages_have_the_same_keys(exercise: Exercise) -> None:
    keys = {
        language: {path for path, _ in prose(texts.model_dump()) if path[0] != "sources"}
        for language, texts in exercise.texts.items()
    }
    assert keys["en"] == keys["fr"]


@by_id
def test_both_languages_name_the_same_things(exercise: Exercise) -> None:
    named = {
        language: {name for _, text in prose(texts.model_dump()) for name in placeholders(text)}
        for language, texts in exercise.texts.items()
    }
    assert named["en"] == named["fr"]


@by_id
def test_no_text_names_a_port_or_an_account_literally(exercise: Exercise) -> None:
    for texts in exercise.texts.values():
        for path, text in prose(texts.model_dump()):
            bare = re.sub(r"\{\w+\}", "", text)
            assert not LITERAL.search(bare), (path, text)


@by_id
def test_every_expectation_has_words_for_both_outcomes(exercise: Exercise) -> None:
    ids = {e.id for step in exercise.logic.steps for e in step.expect}
    for texts in exercise.texts.values():
        assert texts.expect.keys() == ids
        assert all(v.holds.strip() != v.fails.strip() for v in texts.expect.values())


@by_id
def test_texts_differ_between_the_languages(exercise: Exercise) -> None:
    english, french = exercise.texts["en"], exercise.texts["fr"]
    assert english.title != french.title
    assert english.explain != french.explain


@by_id
def test_lint_has_nothing_to_complain_about(exercise: Exercise) -> None:
    """What only a lab can tell: tests/engine/test_exercise_lint.py."""
    found = [str(complaint) for complaint in lint(exercise)]
    assert [each for each in found if "nobody can do it hands-on" not in each] == []


@by_id
def test_its_people_can_be_named_in_its_texts(exercise: Exercise) -> None:
    known = known_placeholders(exercise.logic)
    assert {who.replace("-", "_") for who in accounts(exercise.logic)} <= known


@by_id
def test_french_signs_stand_behind_a_space_that_does_not_break(exercise: Exercise) -> None:
    for path, text in prose(exercise.texts["fr"].model_dump()):
        assert not re.search(r"[\w`»)}] [:;?!»]|« ", text), (path, text)


@by_id
def test_it_can_be_done_by_hand(exercise: Exercise) -> None:
    """Some step is the participant's; it answers wrong turns, helps, and asks what will happen."""
    logic = exercise.logic
    hands_on = [step for step in logic.steps if step.recognise or step.mended]
    assert hands_on
    assert any(step.near_misses for step in hands_on)
    assert logic.predict
    assert logic.hints or any(step.hints for step in hands_on)


@by_id
def test_every_step_by_hand_can_be_judged_from_the_servers_side(exercise: Exercise) -> None:
    """Not by what the demo's own client alone knows: its copy, its words."""
    known = Observation(accounts={})
    for step in exercise.logic.steps:
        if step.recognise:
            names = [session_name(step, wanted) for wanted in step.recognise]
            heard = {name: _heard(step, name) for name in names}
            known = replace(known, sessions={**known.sessions, **heard})
            assert any(can_be_asked(each, known, replaced=False) for each in step.expect), step.id


def _heard(step: Step, name: str) -> Session:
    """A session of which the servers told that each command was said, and some of its lines."""
    talks = [act for act in map(deed, step.do) if isinstance(act, Smtp | Imap | Pop3)]
    said = [word for act in talks if act.session == name for word in act.commands]
    answers = (Answer(word, "OK") for word in (*said, "."))
    return Session(
        name,
        "smtp",
        "smtp",
        25,
        (Line("S", "UIDVALIDITY UIDL", tls=True),),
        tuple(answers),
        queue_ids=("ABC",),
    )
