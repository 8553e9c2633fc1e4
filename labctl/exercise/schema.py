"""The logic of an exercise, as in ``exercise.yaml``; pydantic refuses everything else."""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, model_validator

from labctl.exercise.actions import Action, Fixture
from labctl.exercise.base import Complaint, Many, OneLine, Part, Some, Word
from labctl.exercise.probes import Expectation, Probe
from labctl.model.lab import EndpointName


class SessionSeen(Part):
    """A session by which any client of a participant's is recognised, from the server's side."""

    protocol: Literal["smtp", "imap", "pop3"]
    account: Word
    endpoint: EndpointName | None = None
    commands: Many[OneLine] = ()
    end: Literal["quit", "logout", "dropped"] | None = None


class NearMiss(Part):
    """A likely wrong turn, with words of its own in the text files."""

    id: Word
    when: SessionSeen


class Prediction(Part):
    """A question asked before the exercise; what is measured decides which answer was right."""

    id: Word
    truth: Annotated[dict[Word, Probe], Field(min_length=2)]


class Step(Part):
    """What is done, and what must then be true."""

    id: Word
    do: Some[Action]
    expect: Some[Expectation]
    rows: Many[Word] = ()  # lines of the table, measured when the step has ended
    recognise: SessionSeen | None = None
    near_misses: Many[NearMiss] = ()
    recipes: Many[Word] = ()


class Logic(Part):
    """The whole of ``exercise.yaml``."""

    format: Literal[1] = Field(alias="schema")
    id: Word
    tour: Annotated[int, Field(ge=1, le=99)] | None = None  # place in the short tour
    claims: Some[OneLine]
    requires: Many[Word] = ()
    minutes: Annotated[int, Field(ge=1, le=120)] = 5
    lab: Word = "solo"
    profile: Word = "default"
    fixture: Fixture = Fixture()
    watch: Some[Word]  # accounts whose Maildir is shown before and after each step
    predict: Many[Prediction] = ()
    steps: Some[Step]
    columns: dict[Word, Probe] = {}  # noqa: RUF012 - of the table; session "row": the row's own
    hints: Many[Word] = ()

    @model_validator(mode="after")
    def _ids_are_unique(self) -> "Logic":
        expectations = [e for step in self.steps for e in step.expect]
        misses = [miss for step in self.steps for miss in step.near_misses]
        for named in (self.steps, expectations, misses, self.predict):
            _unique(part.id for part in named)
        _unique(self.hints)
        _unique(row for step in self.steps for row in step.rows)
        return self


def _unique(names: Iterable[str]) -> None:
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise Complaint("the id {id} is used twice", id=twice[0])
