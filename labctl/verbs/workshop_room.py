"""A room at work: how far everybody is, read once or kept up to date."""

from concurrent.futures import ThreadPoolExecutor

from labctl.engine.protocol import Engine
from labctl.engine.values import FoundLab
from labctl.errors import LabError
from labctl.model.room import Room, SeatWork
from labctl.verbs.handson_place import kept_in
from labctl.verbs.status import status_of
from labctl.verbs.workshop_seats import seats_there
from labctl.verbs.workshop_watching import AT_ONCE, Watching
from labctl.verbs.workshop_work import attempts_of, evidence_of, marked, now_of


def room(engine: Engine, workshop: str) -> Room:
    """How far everybody is, at this moment.

    Raises:
        NoSuchWorkshop: it has no seat here.
    """
    there = seats_there(engine, workshop)
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        found = [*pool.map(lambda lab: work_at(engine, lab), there.values())]
    return Room(workshop, engine.now(), tuple(found))


def work_at(engine: Engine, there: FoundLab) -> SeatWork:
    """How far one seat is."""
    assert there.seat is not None
    try:
        kept = kept_in(engine, there)
        place = kept.place()
    except LabError:  # it is being made, or removed, or somebody spoilt a file of it
        return SeatWork(there.seat, status_of(there.name, there, None).state, unread=True)
    lines = evidence_of(kept.files)
    return SeatWork(
        place.spec.seat or there.seat,
        place.status.state,
        marked(place.course, attempts_of(lines)),
        now_of(place.course, lines),
    )


class RoomWatching(Watching[SeatWork]):
    """Follows how far everybody is while it is used with ``with``."""

    def __init__(self, engine: Engine, workshop: str) -> None:
        super().__init__(engine, workshop, work_at)

    def room(self) -> Room:
        """How far everybody is, as far as is known; asks nothing of the engine."""
        return Room(self.workshop, self.now(), self.seats())
