"""The seats of a workshop that are on the engine: every verb on a room begins here."""

from labctl.engine.protocol import Engine
from labctl.engine.values import FoundLab
from labctl.errors import NoSuchWorkshop


def labs_of_seats(engine: Engine, workshop: str) -> dict[int, FoundLab]:
    """The labs of a workshop's seats by number, lowest first; one call to the engine for all."""
    seated = {
        lab.seat.number: lab
        for lab in engine.labs()
        if lab.seat is not None and lab.seat.workshop == workshop
    }
    return dict(sorted(seated.items()))


def seats_there(engine: Engine, workshop: str) -> dict[int, FoundLab]:
    """The labs of a workshop's seats, of which there is at least one.

    Raises:
        NoSuchWorkshop: there is none.
    """
    found = labs_of_seats(engine, workshop)
    if not found:
        raise NoSuchWorkshop(workshop)
    return found
