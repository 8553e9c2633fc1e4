"""What is done to seats as to any lab: reset, restart, a profile; to several at a time."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from labctl.engine.protocol import Engine
from labctl.engine.values import FoundLab
from labctl.errors import NotFound
from labctl.model.profile import PROFILES
from labctl.model.progress import OnProgress, Progress, silent
from labctl.model.workshop import Seat
from labctl.verbs import profile as profiles
from labctl.verbs import reset as resetting
from labctl.verbs import service
from labctl.verbs.labs import CLIENT, is_kind
from labctl.verbs.workshop_seats import Failed, chosen, each


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of the seats that were meant."""

    workshop: str
    seats: tuple[int, ...]  # those that were changed
    failed: tuple[Failed, ...]
    seconds: float


def reset(
    engine: Engine, workshop: str, seats: Sequence[str], on_progress: OnProgress = silent
) -> Changed:
    """Back to fresh labs: no mail, an empty queue; accounts and progress stay.

    Raises:
        NotFound: there is no such workshop, or no such seat.
    """
    return changed(
        engine, workshop, seats, lambda lab: resetting.reset(engine, lab.name), on_progress
    )


def restart(
    engine: Engine, workshop: str, seats: Sequence[str], on_progress: OnProgress = silent
) -> Changed:
    """Stop and start all servers of these seats; mail, queue and progress stay.

    Raises:
        NotFound: there is no such workshop, or no such seat.
    """
    return changed(engine, workshop, seats, lambda lab: _restart(engine, lab), on_progress)


def _restart(engine: Engine, lab: FoundLab) -> None:
    """Postfix last: it asks Dovecot for passwords when it greets."""
    names = [s.name for s in lab.services if s.name != CLIENT]
    for name in sorted(names, key=lambda n: is_kind(n, "postfix")):
        service.restart(engine, lab.name, name)


def switch(
    engine: Engine,
    workshop: str,
    seats: Sequence[str],
    profile: str,
    on_progress: OnProgress = silent,
) -> Changed:
    """Have these seats run with a profile, or with ``default`` again.

    Raises:
        NotFound: there is no such workshop, seat or profile.
    """
    if profile not in PROFILES:
        raise NotFound(
            "there is no profile {name}",
            remedy="the profiles are: {known}",
            name=ascii(profile[:60]),
            known=", ".join(PROFILES),
        )
    return changed(
        engine, workshop, seats, lambda lab: profiles.switch(engine, lab.name, profile), on_progress
    )


def changed(
    engine: Engine,
    workshop: str,
    words: Sequence[str],
    act: Callable[[FoundLab], object],
    on_progress: OnProgress = silent,
) -> Changed:
    """Do something to each of these seats, some at a time; who fails does not keep the others.

    Raises:
        BadUsage: a word is no seat.
        NotFound: there is no such workshop, or no such seat.
    """
    labs = chosen(engine, workshop, words)
    whose = {n: lab.seat or Seat(workshop, n) for n, lab in labs.items()}
    return changing(workshop, whose, lambda number: act(labs[number]), on_progress)


def changing(
    workshop: str,
    seats: Mapping[int, Seat],
    act: Callable[[int], object],
    on_progress: OnProgress = silent,
) -> Changed:
    """Do something to each of these seats, some at a time, by their numbers."""
    begun = time.monotonic()
    count = 0

    def tell(number: int = 0, _outcome: object = None) -> None:
        nonlocal count
        count += number > 0
        on_progress(
            Progress(
                "room",
                "done: {count} of {seats} seats of {workshop}",
                "done" if count == len(seats) else "running",
                values={"count": count, "seats": len(seats), "workshop": workshop},
            )
        )

    tell()
    done, failed = each(seats, act, told=tell)
    why = tuple(Failed(seats[n], problem) for n, problem in sorted(failed.items()))
    return Changed(workshop, tuple(sorted(done)), why, time.monotonic() - begun)
