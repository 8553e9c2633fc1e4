"""Bring a whole room up, or make it right again: a lab for each seat, three at a time.

What every seat needs is found out once for all of them: the images, free subnets, whose the ports
are. A seat that is as it should be costs one look and is not touched: its participant may be in the
middle of an exercise, and even a greeting would stand in the log.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from labctl.engine.protocol import Engine
from labctl.errors import EnvironmentProblem, NoSuchWorkshop
from labctl.model.lab import LabSpec, Service
from labctl.model.progress import OnProgress, silent
from labctl.model.workshop import SeatStatus
from labctl.verbs.up import PORT_SEARCH
from labctl.verbs.wished import Wish, wanted_of
from labctl.verbs.workshop_gateway import ports_held
from labctl.verbs.workshop_making import Job, Making
from labctl.verbs.workshop_places import Place, behind_a_gateway, open_for, places
from labctl.verbs.workshop_plan import RoomWish, seated, unasked, wishes
from labctl.verbs.workshop_recovery import Recovered, recovery
from labctl.verbs.workshop_seats import Failed, labs_of_seats, look
from labctl.verbs.workshop_there import as_it_is, found, is_new


@dataclass(frozen=True, slots=True)
class Room:
    """What `workshop up` did."""

    workshop: str
    seats: tuple[SeatStatus, ...]  # those that were asked for and are whole
    made: tuple[int, ...]  # of these, the ones that were not as they should be before
    failed: tuple[Failed, ...]
    unasked: tuple[int, ...]  # seats that are there besides, left as they are
    seconds: float
    recovered: tuple[Recovered, ...] = ()  # of those made: their machine does not answer


def bring_room(
    engine: Engine,
    workshop: str,
    wish: RoomWish,
    checkpoints: Path,
    on_progress: OnProgress = silent,
    *,
    without_mail: bool = False,
) -> Room:
    """Make the room what is wished; a seat that fails is tried once more, and the others stay.

    When it is interrupted, seats that are whole stay; what was begun of new ones is removed.

    Args:
        engine: where it is to be.
        workshop: its name.
        wish: what was asked for.
        checkpoints: the folder of those from which seats come back whose machine does not answer.
        on_progress: told of each seat.
        without_mail: of these seats, those without a checkpoint come back, too.

    Raises:
        NoSuchWorkshop: nothing was asked for, and there is no such workshop.
        BadUsage: the wish cannot be.
        EnvironmentProblem: what all seats need is in the way (no image, a busy port, no engine).
    """
    begun = time.monotonic()
    with engine.locked(workshop):
        there = look(engine, labs_of_seats(engine, workshop))
        seats = seated(workshop, wish, {n: looked.seat for n, looked in there.items()})
        if not seats:
            raise NoSuchWorkshop(workshop)
        specs, labs = found(engine, workshop, seats, there)
        wanted = behind_a_gateway(engine, wishes(wish, seats, specs), specs, asked=wish.gateway)
        images = _images(engine, wanted, specs, on_progress)
        right = {
            n: status
            for n in seats
            if n in there and (status := as_it_is(engine, there[n], wanted[n], images))
        }
        asked = {n: there[n] for n in seats if n in there}
        back = recovery(workshop, checkpoints, asked, without_mail=without_mail)
        jobs = {
            n: Job(
                wanted[n],
                seat,
                seat.lab in labs,
                lost=n in back.nodes,
                checkpoint=back.checkpoints.get(n),
            )
            for n, seat in seats.items()
            if n not in right and n not in back.refused
        }
        new = {
            n: Job(wanted[n], seats[n], trace=True, right=there[n].spec)
            for n in right
            if is_new(there[n])
        }
        where = places(engine, {n: (job.seat.lab, job.wish) for n, job in jobs.items()}, specs)
        if jobs:
            _refuse_busy(engine, workshop, jobs, where)
            jobs = _with_subnets(engine, jobs)
        open_for(engine, workshop, where, specs, on_progress)
        making = Making(engine, workshop, images, on_progress, len(seats), back.refused)
        done, failed = making.all(jobs | new)
    statuses = {n: status for n, status in right.items() if n not in failed} | done
    return Room(
        workshop,
        tuple(SeatStatus(seats[n], s.state, s.node, s) for n, s in sorted(statuses.items())),
        tuple(sorted(done.keys() - making.heard)),
        tuple(Failed(seats[n], why) for n, why in sorted(failed.items())),
        unasked(seats, list(there)),
        time.monotonic() - begun,
        back.made(engine, list(done)),
    )


def _images(
    engine: Engine,
    wanted: Mapping[int, Wish],
    specs: Mapping[int, LabSpec],
    on_progress: OnProgress,
) -> dict[Service, str]:
    several = any(len(wanted_of(w, specs.get(n)).sites) > 1 for n, w in wanted.items())
    return engine.images(on_progress, several_sites=several)


def _refuse_busy(
    engine: Engine, workshop: str, jobs: Mapping[int, Job], where: Mapping[int, Place]
) -> None:
    """No seat is begun while a port of any of them is somebody else's.

    Raises:
        EnvironmentProblem: one is.
    """
    behind = any(each_one.gateway for each_one in where.values())
    own = ports_held(engine, workshop) if behind else frozenset()
    ports = {
        one.lab: [e for e in one.endpoints if not (one.gateway and e.port in own)]
        for n, one in where.items()
    }
    taken = engine.busy_ports(ports)
    busy = [(n, each_one) for n, job in jobs.items() for each_one in taken[job.seat.lab]]
    if busy:
        number, first_busy = busy[0]
        raise EnvironmentProblem(
            "seat {seat} needs the port {port} ({service}), which is held by {holder};"
            " ports of the workshop that are taken: {count}",
            remedy="stop it, or move the room: labctl workshop up --workshop {workshop}"
            " --base 30000",
            seat=number,
            port=first_busy.port,
            service=first_busy.service,
            holder=first_busy.holder,
            count=len(busy),
            workshop=workshop,
        )


def _with_subnets(engine: Engine, jobs: Mapping[int, Job]) -> dict[int, Job]:
    """A subnet for each seat that has none yet, all at once and alone."""
    new = {number: job for number, job in jobs.items() if not job.trace}
    if not new:
        return dict(jobs)
    with engine.locked(PORT_SEARCH):
        subnets = engine.free_subnets([job.seat.lab for job in new.values()])
    pairs = zip(new.items(), subnets, strict=True)
    return {**jobs, **{n: replace(job, subnet=subnet) for (n, job), subnet in pairs}}
