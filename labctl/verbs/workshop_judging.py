"""A room whose participants have mail clients and no labctl: the host's begins and judges for them.

The servers' logs are asked whether anything was said at a seat since the last look, which is cheap;
only then is the step looked at as `exercise check` does it.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event, Thread
from time import monotonic
from types import TracebackType
from typing import Self

from labctl.engine.protocol import Engine
from labctl.errors import LabError
from labctl.exercise.load import Exercise
from labctl.model.progress import OnProgress, silent
from labctl.model.room import Room, SeatWork
from labctl.verbs import handson
from labctl.verbs.handson_look import look
from labctl.verbs.handson_place import place_of
from labctl.verbs.sensing import services_of
from labctl.verbs.workshop_change import Changed, changed

_AT_ONCE = 2
_PAUSE = 1.0  # seconds between two rounds
_MENDED = 15.0  # seconds between two looks at servers that somebody mends: no client tells of it

ExerciseOf = Callable[[str, str], Exercise]  # a folder, empty for labctl's own, and an id


def begin(
    engine: Engine,
    workshop: str,
    seats: Sequence[str],
    exercise: Exercise,
    folder: str,
    on_progress: OnProgress = silent,
) -> Changed:
    """Begin an exercise at these seats, or go on with it where it is under way.

    Args:
        engine: where the room is.
        workshop: its name.
        seats: the words for the seats that are meant.
        exercise: which.
        folder: of the exercise; empty: labctl's own.
        on_progress: told of each seat.

    Raises:
        BadUsage: nobody can do this exercise by hand; or a word is no seat.
        NotFound: there is no such workshop, or no such seat.
    """
    handson.refuse_demo(exercise)
    return changed(
        engine,
        workshop,
        seats,
        lambda lab: handson.start(engine, lab.name, exercise, folder),
        on_progress,
    )


class Judging:
    """Judges, while it is used with ``with``, what the participants of a room do."""

    def __init__(self, engine: Engine, room: Callable[[], Room], exercise_of: ExerciseOf) -> None:
        self._engine, self._room, self._exercise_of = engine, room, exercise_of
        self._heard: dict[int, int] = {}  # until when the logs of a seat were asked
        self._again: dict[int, float] = {}  # when to look whatever the logs say
        self._over = Event()
        self._thread = Thread(target=self._guarded, daemon=True)
        self._problem: Exception | None = None  # what ended it before its time

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """What is being concluded is concluded: it changes the lab in several steps."""
        self._over.set()
        self._thread.join()

    def heed(self) -> None:
        """Raise what keeps it from judging, if anything does."""
        if self._problem:
            raise self._problem

    def _guarded(self) -> None:
        try:
            self._run()
        except Exception as problem:  # noqa: BLE001 - handed to whoever heeds it
            self._problem = problem

    def _run(self) -> None:
        while not self._over.is_set():
            with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
                [*pool.map(self._one, self._room().waiting)]
            self._over.wait(_PAUSE)

    def _one(self, seat: SeatWork) -> None:
        if self._over.is_set():
            return
        with suppress(LabError):  # it is gone, or stopped: the next round shows
            number, now = seat.seat.number, self._engine.now()
            first = number not in self._heard
            due = number in self._again and self._again[number] <= monotonic()
            if first or due or self._anything_said(seat):
                self._look(seat)
            self._heard[number] = now

    def _anything_said(self, seat: SeatWork) -> bool:
        lab, number = seat.seat.lab, seat.seat.number
        assert seat.now is not None
        since = max(self._heard.get(number, 0), seat.now.since)
        return any(
            True
            for service in services_of(self._engine, lab)
            for _ in self._engine.logs(lab, service, since=since)
        )

    def _look(self, seat: SeatWork) -> None:
        place = place_of(self._engine, seat.seat.lab)
        exercise = self._exercise_of(place.run.folder, place.run.exercise)
        checked = look(self._engine, place, exercise)
        self._again.pop(seat.seat.number, None)
        if checked.expectations and checked.verdict == "waiting":  # its traces settle
            self._again[seat.seat.number] = monotonic()
        elif any(step.id == checked.step and step.mended for step in exercise.logic.steps):
            self._again[seat.seat.number] = monotonic() + _MENDED
