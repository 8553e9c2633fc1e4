"""What stands of a whole room: each seat's lab, and who sits there."""

from pathlib import Path

from labctl.engine.protocol import Engine
from labctl.errors import NoSuchWorkshop
from labctl.model.status import LabStatus
from labctl.model.workshop import Seat, SeatStatus
from labctl.verbs.status import status_of
from labctl.verbs.workshop_recovery import with_ages
from labctl.verbs.workshop_seats import Looked, labs_of_seats, look
from labctl.verbs.workshop_watching import Watching


def room_status(
    engine: Engine, workshop: str, checkpoints: Path | None = None
) -> tuple[SeatStatus, ...]:
    """The status of each seat, lowest first; also of one of which no container is left.

    Args:
        engine: where they are.
        workshop: its name.
        checkpoints: the folder of those whose age is told of seats whose machine does not answer.

    Raises:
        NoSuchWorkshop: nothing of it is there.
    """
    looked = look(engine, labs_of_seats(engine, workshop))
    found = {number: _status(one) for number, one in looked.items()}
    for lab in engine.resources_of_seats(workshop):
        number = int(lab.rpartition("-")[2])
        if number not in found:
            empty = LabStatus(lab, "absent")
            found[number] = SeatStatus(Seat(workshop, number), empty.state, "", empty)
    if not found:
        raise NoSuchWorkshop(workshop)
    seats = [status for _, status in sorted(found.items())]
    return with_ages(seats, workshop, checkpoints, engine.now)


def _status(looked: Looked) -> SeatStatus:
    status = status_of(looked.lab.name, looked.lab, looked.spec)
    return SeatStatus(looked.seat, status.state, status.node, status)


class StatusWatching(Watching[SeatStatus]):
    """Follows each seat's status while it is used with ``with``."""

    def __init__(self, engine: Engine, workshop: str, checkpoints: Path | None = None) -> None:
        super().__init__(engine, workshop, _status)
        self._checkpoints = checkpoints

    def seats(self) -> tuple[SeatStatus, ...]:
        """What was read of each seat last."""
        return with_ages(super().seats(), self.workshop, self._checkpoints, self.now)
