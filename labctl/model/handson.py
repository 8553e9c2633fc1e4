"""A participant's own run of an exercise: where it stands, and what a look at it concluded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from labctl.lang import Text
from labctl.model.maildir import Maildir
from labctl.model.observation import Session
from labctl.model.verdict import ExpectationResult, StepResult

StepState = Literal["done", "shown"]
Standing = Literal["begun", "done", "shown"]  # of an exercise; "shown": a step's solution was
CheckVerdict = Literal["pass", "fail", "waiting"]


@dataclass(frozen=True, slots=True)
class Run:
    """One run, as it is kept with the lab: enough to go on after a reboot.

    Times are nanoseconds since the epoch, by the engine's clock.
    """

    id: str
    exercise: str
    folder: str  # of exercises; empty: labctl's own
    token: str
    begun: int
    step: int = 0  # its index; behind the last one: the run is over
    mark: int = 0  # what was said before does not count; 0: the step has not begun
    followed: int = 0  # when the participant was first seen to have acted
    theirs: tuple[str, ...] = ()  # file names and message ids that are not of this run
    looks: Mapping[str, tuple[Maildir, ...]] = field(default_factory=dict)  # in order
    sessions: Mapping[str, Session] = field(default_factory=dict)  # of the steps that are over
    queue_ids: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()
    sentinels: tuple[str, ...] = ()
    predictions: Mapping[str, str] = field(default_factory=dict)
    truths: Mapping[str, str] = field(default_factory=dict)  # what was measured instead
    replaced: bool = False  # after a wrong turn, messages were: their ids are others now
    hints: int = 0  # how many were given in this step
    shown: tuple[str, ...] = ()  # steps whose solution was

    @property
    def look(self) -> tuple[Maildir, ...]:
        """The Maildirs when the step began."""
        return [*self.looks.values()][-1] if self.looks else ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a participant has come with one exercise."""

    standing: Standing
    at: int
    steps: Mapping[str, StepState] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Course:
    """All that is kept of a participant's work: progress by exercise, and the run under way."""

    progress: Mapping[str, Progress] = field(default_factory=dict)
    run: Run | None = None
    schema: Literal[1] = 1

    def standing(self, exercise: str) -> str:
        """How far an exercise has come: begun, done, shown; empty for one that nobody tried."""
        found = self.progress.get(exercise)
        return found.standing if found else ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing by which a client is recognised, and whether it was seen.

    ``session`` counts the sessions that the step waits for, from 1; 0 is no session's.
    """

    what: Text
    seen: bool
    session: int = 0


@dataclass(frozen=True, slots=True)
class Answered:
    """A prediction: what was said, and what was measured (empty: nothing that was foreseen)."""

    id: str
    said: str
    truth: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at a step concluded."""

    run: str
    exercise: str
    step: str
    verdict: CheckVerdict
    recognised: tuple[Wanted, ...] = ()  # all that was looked for, seen or not
    near_miss: str = ""
    expectations: tuple[ExpectationResult, ...] = ()
    renewed: bool = False  # after a wrong turn: the step begins anew, with what it had
    result: StepResult | None = None  # of the step, once it passed or failed
    sessions: tuple[Session, ...] = ()  # while waiting: what the client has said so far
    over: bool = False  # the exercise is done
    answered: tuple[Answered, ...] = ()  # the predictions, when it is
