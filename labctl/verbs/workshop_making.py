"""The work on those seats of a room that are not as they should be: three at a time."""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Network
from threading import Event
from typing import Literal

from labctl.engine.protocol import Engine
from labctl.errors import LabError, NoEngine
from labctl.model.lab import LabSpec, Service
from labctl.model.progress import OnProgress, Progress
from labctl.model.status import LabStatus
from labctl.model.workshop import Seat
from labctl.render.checkpoint import Checkpoint
from labctl.verbs.status import status_of
from labctl.verbs.up import found_before, heard, made
from labctl.verbs.wished import Given, Wish, specified
from labctl.verbs.workshop_checkpoint import refill
from labctl.verbs.workshop_seats import each


@dataclass(frozen=True, slots=True)
class Job:
    """A seat that has to be made or changed."""

    wish: Wish
    seat: Seat
    trace: bool  # something of it is on the engine already
    right: LabSpec | None = None  # it is as it should be; it has only to be heard
    subnet: IPv4Network | None = None
    lost: bool = False  # its machine does not answer, or did not: it gets the mail of the next
    checkpoint: Checkpoint | None = None  # if there is one


@dataclass(slots=True)
class Making:
    """One run over the seats that are not as they should be."""

    engine: Engine
    workshop: str
    images: dict[Service, str]
    on_progress: OnProgress
    seats: int  # of the whole room
    refused: Mapping[int, LabError]  # seats that are not even begun
    ready: int = 0
    heard: set[int] = field(default_factory=set)  # seats that were right, and greeted

    def all(self, jobs: Mapping[int, Job]) -> tuple[dict[int, LabStatus], dict[int, LabError]]:
        """Make them all; who fails is tried once more at the end.

        Raises:
            NoEngine: it went away.
        """
        begun = time.monotonic()
        self.ready = self.seats - len(jobs) - len(self.refused)
        self._tell()
        for number, why in self.refused.items():
            self._tell_of(number, why)
        done, failed = self._pass(jobs)
        if failed:
            # Docker 20.10 may lose a proxy that publishes a port: started anew, it has new ones.
            for number in failed:
                self._put_down(jobs[number].seat.lab)
            again = {
                n: replace(jobs[n], trace=True, right=None, subnet=None) for n in sorted(failed)
            }
            more, failed = self._pass(again)
            done |= more
            for number in failed:
                if not jobs[number].trace:
                    self._put_down(jobs[number].seat.lab)
        failed |= self.refused
        self._tell("failed" if failed else "done", time.monotonic() - begun)
        return done, failed

    def _pass(self, jobs: Mapping[int, Job]) -> tuple[dict[int, LabStatus], dict[int, LabError]]:
        stop = Event()

        def told(number: int, outcome: LabStatus | LabError) -> None:
            if isinstance(outcome, NoEngine):
                raise outcome
            if isinstance(outcome, LabError):
                self._tell_of(number, outcome)
            else:
                self.ready += 1
                self._tell()

        return each(jobs, lambda n: self._one(jobs[n], stop), stop=stop, told=told)

    def _one(self, job: Job, stop: Event) -> LabStatus:
        lab = job.seat.lab
        if stop.is_set():
            raise KeyboardInterrupt
        with self.engine.locked(lab):
            if job.right is not None:
                heard(self.engine, job.right, stop)
                self.heard.add(job.seat.number)
                return status_of(lab, self.engine.find(lab), job.right)
            there, before = found_before(self.engine, lab) if job.trace else (None, None)
            given = Given(self.images, job.subnet)
            spec = specified(self.engine, lab, job.wish, before, given=given)
            status, _ = made(self.engine, spec, there, cancelled=stop)
        if job.lost:
            if job.checkpoint:
                refill(self.engine, job.checkpoint)
            self.engine.filled(lab)
            status = status_of(lab, self.engine.find(lab), spec)
        return status

    def _put_down(self, lab: str) -> None:
        """Stop what never got ready: nobody takes it for a seat, and its logs can be read."""
        with suppress(LabError):
            found = self.engine.find(lab)
            for service in found.services if found else ():
                self.engine.stop(lab, service.name)

    def _tell_of(self, number: int, why: LabError) -> None:
        values: dict[str, object] = {"seat": number, "why": why.problem}
        step = f"seat:{number}"
        self.on_progress(Progress(step, "seat {seat}: {why}", "note", values=values))

    def _tell(
        self, state: Literal["running", "done", "failed"] = "running", seconds: float | None = None
    ) -> None:
        self.on_progress(
            Progress(
                "room",
                "{ready} of {seats} seats of {workshop} are ready",
                state,
                seconds,
                values={"ready": self.ready, "seats": self.seats, "workshop": self.workshop},
            )
        )
