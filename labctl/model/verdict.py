"""What an exercise concluded, and what it shows as evidence. Frozen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from labctl.lang import Text
from labctl.model.dialogue import Line, transcript_json
from labctl.model.lab import EndpointName
from labctl.model.maildir import Maildir, maildir_json
from labctl.model.observation import Session

Outcome = Literal["pass", "fail", "error"]


@dataclass(frozen=True, slots=True)
class ExpectationResult:
    """One claim: whether it holds, what was expected, what was observed."""

    id: str
    holds: bool
    expected: Text
    observed: Text


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step: what was said, the Maildirs around it, and its verdicts."""

    id: str
    expectations: tuple[ExpectationResult, ...] = ()
    acts: tuple[Session | Text, ...] = ()  # what was said, and done without a word, in order
    before: tuple[Maildir, ...] = ()  # only the messages of this run
    after: tuple[Maildir, ...] = ()

    @property
    def sessions(self) -> tuple[Session, ...]:
        """What was said: a session as often as it had the word, each time with its lines only."""
        return tuple(act for act in self.acts if isinstance(act, Session))


@dataclass(frozen=True, slots=True)
class Table:
    """What was measured, as a table: a row's id, then its cells in the order of the columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Text, ...]], ...]


@dataclass(frozen=True, slots=True)
class ExerciseResult:
    """The verdict on one exercise, with its evidence."""

    id: str
    verdict: Outcome
    seconds: float  # of the whole run
    seconds_waiting: float  # of them, spent waiting for the servers and the engine
    steps: tuple[StepResult, ...] = ()
    table: Table | None = None
    problem: str = ""  # why there is no verdict, when it is "error"
    names: Mapping[str, str] = field(default_factory=dict)  # what texts' placeholders stand for
    early: tuple[str, ...] = ()  # of a rehearsal: expectations that held before their step


@dataclass(frozen=True, slots=True)
class StepBegins:
    """Said while an exercise runs: its step of that number (from 1) begins."""

    exercise: str
    step: str
    number: int
    of: int


@dataclass(frozen=True, slots=True)
class Spoken:
    """Said while an exercise runs: a line went over the wire."""

    session: str
    endpoint: EndpointName
    line: Line


@dataclass(frozen=True, slots=True)
class Done:
    """Said while an exercise runs: something happened without a word on the wire."""

    text: Text


@dataclass(frozen=True, slots=True)
class Judged:
    """Said while an exercise runs: a verdict on one expectation."""

    result: ExpectationResult


Event = StepBegins | Spoken | Done | Judged
OnEvent = Callable[[Event], None]


def unheard(_: Event) -> None:
    """Say nothing while an exercise runs."""


def worst(results: "tuple[ExerciseResult, ...]") -> Outcome:
    """The verdict on several exercises: error before fail before pass."""
    found = {result.verdict for result in results}
    return "error" if "error" in found else "fail" if "fail" in found else "pass"


def as_json(results: tuple[ExerciseResult, ...]) -> dict[str, object]:
    """``exercise run --json``: plain data in the shape that is promised to programs."""
    return {"exercises": [_exercise(result) for result in results]}


def _exercise(result: ExerciseResult) -> dict[str, object]:
    data: dict[str, object] = {
        "id": result.id,
        "verdict": result.verdict,
        "seconds": round(result.seconds, 3),
        "seconds_waiting": round(result.seconds_waiting, 3),
        "steps": [step_json(step) for step in result.steps],
    }
    if result.table:
        data["table"] = {
            "columns": list(result.table.columns),
            "rows": [
                {"id": name, "cells": [str(cell) for cell in cells]}
                for name, cells in result.table.rows
            ],
        }
    if result.problem:
        data["problem"] = result.problem
    return data


def step_json(step: StepResult) -> dict[str, object]:
    """One step as plain data."""
    return {
        "id": step.id,
        "expectations": [
            {"id": e.id, "holds": e.holds, "expected": str(e.expected), "observed": str(e.observed)}
            for e in step.expectations
        ],
        "transcript": transcript_json(line for session in step.sessions for line in session.lines),
        "maildir": {
            "before": [maildir_json(maildir) for maildir in step.before],
            "after": [maildir_json(maildir) for maildir in step.after],
        },
    }
