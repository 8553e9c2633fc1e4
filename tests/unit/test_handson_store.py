"""A participant's work survives being written and read, and a file that was cut off."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.errors import EnvironmentProblem
from labctl.model.handson import Course, Run
from labctl.model.maildir import Folder, Maildir, MaildirEntry
from labctl.model.observation import Answer, Session
from labctl.verbs.handson_store import (
    dump_course,
    lines_of,
    load_course,
    with_run,
    with_standing,
    with_step,
)

BOX = Maildir("alice@alpha.test", (Folder("INBOX", (MaildirEntry("cur", "1.a:2,S", "S", 5),)),))
RUN = Run(
    "12345678",
    "pop3-takes",
    "",
    "labctl-1",
    1,
    looks={"start": (BOX,)},
    sessions={"first": Session("first", "pop3", "pop3s", 995, answers=(Answer("QUIT", "+OK"),))},
)


def test_a_run_is_read_back_as_it_was_written() -> None:
    course = with_step(Course(run=RUN), "pop3-takes", "retrieve", shown=True, at=5)
    assert load_course(dump_course(course)) == course
    assert RUN.look == (BOX,)


def test_what_was_done_once_stays_done() -> None:
    course = with_standing(Course(), "x", "done", 1)
    assert with_standing(course, "x", "shown", 2).standing("x") == "done"
    assert (
        with_standing(with_standing(Course(), "x", "shown", 1), "x", "begun", 2).standing("x")
        == "shown"
    )
    steps = with_step(with_step(Course(), "x", "a", shown=False, at=1), "x", "a", shown=True, at=2)
    assert steps.progress["x"].steps == {"a": "done"}
    assert with_run(course, None).standing("x") == "done"


@given(st.binary(max_size=200))
def test_any_bytes_are_a_course_or_a_sentence(content: bytes) -> None:
    with suppress(EnvironmentProblem):
        load_course(content)


@given(st.binary(max_size=200))
def test_any_bytes_have_lines_of_evidence_or_none(content: bytes) -> None:
    assert all(isinstance(line, dict) for line in lines_of(content))


def test_a_line_that_was_cut_off_is_left_out() -> None:
    assert list(lines_of(b'{"a": 1}\n{"b": ')) == [{"a": 1}]


def test_an_unreadable_course_says_the_way_past_it() -> None:
    with pytest.raises(EnvironmentProblem, match="cannot be read"):
        load_course(b"{}x")
