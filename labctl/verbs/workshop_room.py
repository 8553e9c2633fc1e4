"""A room at work: how far everybody is, read once or kept up to date."""

from labctl.engine.protocol import Engine
from labctl.errors import LabError
from labctl.model.handson import Course
from labctl.model.room import Room, SeatWork
from labctl.verbs.handson_store import COURSE_FILE, load_course
from labctl.verbs.status import status_of
from labctl.verbs.workshop_seats import Looked, look, seats_there
from labctl.verbs.workshop_watching import Watching
from labctl.verbs.workshop_work import attempts_of, evidence_of, marked, now_of


def room(engine: Engine, workshop: str) -> Room:
    """How far everybody is, at this moment.

    Raises:
        NoSuchWorkshop: it has no seat here.
    """
    looked = look(engine, seats_there(engine, workshop))
    return Room(workshop, engine.now(), tuple(_work(looked[number]) for number in sorted(looked)))


def _work(looked: Looked) -> SeatWork:
    """How far one seat is."""
    state = status_of(looked.lab.name, looked.lab, looked.spec).state
    if looked.spec is None:  # it is being made, or removed, or somebody spoilt its file
        return SeatWork(looked.seat, state, unread=True)
    try:
        kept = looked.files.get(COURSE_FILE)
        course = load_course(kept) if kept else Course()
    except LabError:
        return SeatWork(looked.seat, state, unread=True)
    lines = evidence_of(looked.files)
    attempts = marked(course, attempts_of(lines))
    return SeatWork(looked.seat, state, attempts, now_of(course, lines))


class RoomWatching(Watching[SeatWork]):
    """Follows how far everybody is while it is used with ``with``."""

    def __init__(self, engine: Engine, workshop: str) -> None:
        super().__init__(engine, workshop, _work)

    def room(self) -> Room:
        """How far everybody is, as far as is known; asks nothing of the engine."""
        return Room(self.workshop, self.now(), self.seats())
