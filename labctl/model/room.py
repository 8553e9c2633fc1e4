"""A room at work: how far each seat of a workshop has come with each exercise. Frozen values.

No mail, no password and no address stands in them. Times are nanoseconds since the epoch, by the
engine's clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Literal

from labctl.model.handson import Standing
from labctl.model.status import LabState
from labctl.model.workshop import Seat

AttemptVerdict = Literal["pass", "shown", "begun"]
_VERDICT: dict[Standing, AttemptVerdict] = {"done": "pass", "shown": "shown", "begun": "begun"}


@dataclass(frozen=True, slots=True)
class Attempt:
    """One seat's run of one exercise: the best one it made."""

    exercise: str
    standing: Standing
    started: int  # 0: never; it was marked so that the seat catches up
    done: int = 0  # when it came to its end; 0: it has not
    hints: int = 0
    shown: tuple[str, ...] = ()  # the steps whose solution was

    @property
    def verdict(self) -> AttemptVerdict:
        """``pass``: all of it was the participant's own; ``shown``: not all; ``begun``: no end."""
        return _VERDICT[self.standing]

    @property
    def latest(self) -> int:
        """When it began, or ended."""
        return max(self.started, self.done)

    @property
    def seconds(self) -> float | None:
        """From its start to its end, pauses included."""
        return (self.done - self.started) / 1e9 if self.done and self.started else None


@dataclass(frozen=True, slots=True)
class Now:
    """Where a seat is just now: in which step of which exercise."""

    exercise: str
    step: int  # 1 is the first
    since: int  # when it got there
    hints: int = 0  # in this step
    wrong: int = 0  # wrong turns in this step


@dataclass(frozen=True, slots=True)
class SeatWork:
    """One seat: its lab's state, and the exercises that somebody there has begun."""

    seat: Seat
    state: LabState
    attempts: Mapping[str, Attempt] = field(default_factory=dict)
    now: Now | None = None
    unread: bool = False  # what it keeps could not be read


@dataclass(frozen=True, slots=True)
class Room:
    """All seats of a workshop, the lowest number first, at one moment."""

    workshop: str
    at: int
    seats: tuple[SeatWork, ...]

    @property
    def exercises(self) -> tuple[str, ...]:
        """All that anybody has begun, the first that was begun first."""
        first: dict[str, int] = {}
        for seat in self.seats:
            for name, attempt in seat.attempts.items():
                began = attempt.started or attempt.done
                first[name] = min(began, first.get(name, began))
        return tuple(sorted(first, key=lambda name: (first[name], name)))

    def attempts(self, exercise: str) -> tuple[Attempt, ...]:
        """All that seats have begun of one exercise."""
        return tuple(s.attempts[exercise] for s in self.seats if exercise in s.attempts)

    def median(self, exercise: str) -> float | None:
        """Half of those who came to its end took no longer than so many seconds."""
        took = [a.seconds for a in self.attempts(exercise) if a.seconds is not None]
        return median(took) if took else None

    @property
    def waiting(self) -> tuple[SeatWork, ...]:
        """The seats that are in the middle of a step, the one that waits longest first."""
        at_work = [(s.now.since, s.seat.number, s) for s in self.seats if s.now]
        return tuple(seat for _, _, seat in sorted(at_work, key=lambda each: each[:2]))

    def waits(self, seat: SeatWork) -> float:
        """For how many seconds a seat has been in its step."""
        return max(0.0, (self.at - seat.now.since) / 1e9) if seat.now else 0.0
