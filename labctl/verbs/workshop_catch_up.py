"""Bring who came late, or fell behind, to the exercise that the room is at.

Exercises do not build on each other's mail: each brings its own and removes it at its end. So the
ones before need not be run: they are marked as shown, and the exercise begins.
"""

from collections.abc import Sequence

from labctl.engine.protocol import Engine
from labctl.engine.values import FoundLab
from labctl.exercise.load import Exercise
from labctl.model.progress import OnProgress, silent
from labctl.verbs import handson
from labctl.verbs.exercise_run import fits
from labctl.verbs.handson_place import place_of
from labctl.verbs.handson_store import with_standing, write_course
from labctl.verbs.workshop_change import Changed, changed


def catch_up(
    engine: Engine,
    workshop: str,
    seats: Sequence[str],
    known: Sequence[Exercise],
    exercise: Exercise,
    on_progress: OnProgress = silent,
) -> Changed:
    """Begin an exercise at these seats; what comes before it is marked as shown.

    Args:
        engine: where the room is.
        workshop: its name.
        seats: the words for the seats that are meant.
        known: all exercises.
        exercise: one of them.
        on_progress: told of each seat.

    Raises:
        BadUsage: nobody can do this exercise by hand; or a word is no seat.
        NotFound: there is no such workshop, or no such seat.
    """
    handson.refuse_demo(exercise)
    return changed(
        engine, workshop, seats, lambda lab: _catch_up(engine, lab, known, exercise), on_progress
    )


def before(known: Sequence[Exercise], exercise: Exercise) -> tuple[Exercise, ...]:
    """What comes before an exercise: of the short tour, and what it builds on, and that in turn."""
    by_id = {each.id: each for each in known}
    last = exercise.logic.tour or len(known) + 1
    found = {e.id for e in known if e.logic.tour and e.logic.tour < last}
    ahead = [*exercise.logic.requires]
    while ahead:
        name = ahead.pop()
        if name in by_id and name not in found:
            found.add(name)
            ahead += by_id[name].logic.requires
    return tuple(e for e in known if e.id in found and e.id != exercise.id)


def _catch_up(engine: Engine, lab: FoundLab, known: Sequence[Exercise], exercise: Exercise) -> None:
    run = place_of(engine, lab.name).course.run
    if run and run.exercise != exercise.id:
        under_way = next((e for e in known if e.id == run.exercise and not run.folder), None)
        handson.reset(engine, lab.name, under_way)
    place = place_of(engine, lab.name)
    course, now = place.course, engine.now()
    for each in before(known, exercise):
        if each.logic.hands_on and fits(each, place.status):
            course = with_standing(course, each.id, "shown", now)
    write_course(engine, lab.name, course)
    handson.start(engine, lab.name, exercise, "")
