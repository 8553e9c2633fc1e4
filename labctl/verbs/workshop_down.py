"""Remove a whole room, and prove that nothing of it is left."""

import time

from labctl.engine.protocol import Engine
from labctl.engine.values import Resource
from labctl.errors import LabError, Leftovers, NoSuchWorkshop
from labctl.model.progress import OnProgress, Progress, silent
from labctl.verbs.down import Removed
from labctl.verbs.workshop_gateway import close_gateway
from labctl.verbs.workshop_seats import each


def take_down(
    engine: Engine, workshop: str, on_progress: OnProgress = silent
) -> tuple[Removed, ...]:
    """Remove all seats, also what a killed `up` left of them.

    Raises:
        NoSuchWorkshop: nothing of it is there.
        Leftovers: something could not be removed.
    """
    with engine.locked(workshop):
        there = engine.resources_of_seats(workshop)
        if close_gateway(engine, workshop) is None and not there:
            raise NoSuchWorkshop(workshop)
        gone = 0

        def told(_lab: str, outcome: Removed | LabError) -> None:
            nonlocal gone
            gone += not isinstance(outcome, LabError)
            on_progress(_progress(workshop, gone, len(there)))

        on_progress(_progress(workshop, gone, len(there)))
        done, failed = each(there, lambda lab: _remove(engine, lab, there[lab]), told=told)
        if left := engine.resources_of_seats(workshop):
            raise Leftovers(
                "of the workshop {workshop} these are left: {left}{why}",
                remedy="again: labctl workshop down --workshop {workshop}",
                workshop=workshop,
                left=", ".join(f"{r.kind} {r.name}" for rs in left.values() for r in rs),
                why="".join(f"; {why.problem}" for why in [*failed.values()][:1]),
            )
    return tuple(done[lab] for lab in sorted(done))


def _remove(engine: Engine, lab: str, resources: list[Resource]) -> Removed:
    begun = time.monotonic()
    with engine.locked(lab):
        engine.remove(resources)
    return Removed(lab, tuple(resources), (), time.monotonic() - begun)


def _progress(workshop: str, gone: int, seats: int) -> Progress:
    return Progress(
        "room",
        "{gone} of {seats} seats of {workshop} are removed",
        "done" if gone == seats else "running",
        values={"gone": gone, "seats": seats, "workshop": workshop},
    )
