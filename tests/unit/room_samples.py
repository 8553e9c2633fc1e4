"""A room of people at work, for tests of its pictures."""

from labctl.model.handson import Standing
from labctl.model.room import Attempt, Now, Room, SeatWork
from labctl.model.workshop import Seat

SECOND = 10**9
NOW = 1_795_482_000 * SECOND  # 2026-11-24, in the morning
EXERCISES = ("smtp-sends", "port-25-server-to-server", "pop3-takes", "imap-keeps")


def attempt(exercise: str, standing: Standing, began: int, seconds: int = 0) -> Attempt:
    """One that began so many seconds ago."""
    started = NOW - began * SECOND
    shown = ("send",) if standing == "shown" else ()
    done = started + seconds * SECOND if standing != "begun" else 0
    return Attempt(exercise, standing, started, done, hints=len(shown), shown=shown)


def seat(number: int) -> SeatWork:
    """Each tenth seat sleeps, each third is in the middle of the second exercise."""
    who = Seat("workshop", number, f"Person {number}", "Heron" if number == 3 else "")
    if number % 10 == 0:
        return SeatWork(who, "stopped" if number == 20 else "ready")
    took = 60 + number
    first = attempt(EXERCISES[0], "shown" if number % 7 == 0 else "done", 900, took)
    if number % 3:
        return SeatWork(who, "ready", {first.exercise: first})
    second = attempt(EXERCISES[1], "begun", 600)
    now = Now(EXERCISES[1], 2, NOW - (100 + number) * SECOND, hints=number % 2, wrong=1)
    return SeatWork(who, "ready", {one.exercise: one for one in (first, second)}, now)


def a_room(seats: int) -> Room:
    return Room("workshop", NOW, tuple(seat(number) for number in range(1, seats + 1)))
