"""Whether a workshop would fit here: a seat is started, measured and removed; the rest is sums."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from secrets import token_hex
from threading import Event
from typing import TYPE_CHECKING

from labctl.engine.machine import LabUse
from labctl.engine.protocol import Engine
from labctl.errors import EnvironmentProblem, NoSuchLab
from labctl.model.capacity import DISK_LEFT, Capacity, Requirement, kept_seats
from labctl.model.lab import ENDPOINT_NAMES
from labctl.model.progress import OnProgress, Progress, silent
from labctl.model.workshop import FIRST_BASE, Seat, lab_name
from labctl.verbs.down import down
from labctl.verbs.labs import spec_of
from labctl.verbs.targets import target_of
from labctl.verbs.up import PORT_SEARCH, Wish, up
from labctl.verbs.workshop_gateway import close_gateway, doors_for, open_gateway
from labctl.verbs.workshop_places import refuse_without_gateway

if TYPE_CHECKING:
    from labctl.definition.schema import Definition

_LOOPBACK = "127.0.0.1"
_IDLE = 6.0  # seconds in which nobody does anything
_EVERY = 20.0  # seconds between two messages that somebody sends and reads
# What a seat costs outside its containers, which the kernel does not count for it: measured by what
# MemAvailable lost to a hundred of them.
_BESIDE_CONTAINER = 1.0  # MiB: of the engine's process for it, what no other shares
_BESIDE_SEAT = 0.5  # MiB: its network, what the engine keeps of it
_OF_A_PORT = 0.8  # MiB: the engine's proxy for each that a seat publishes itself
_THREADS_BESIDE = 12  # of the engine's process for a container
_FILES_OF_CONTAINER = 60  # open in and for a container, beside those of its processes
_FILES_OF_PROCESS = 20
_LOGS = 20  # MiB: two files of ten for each container, as the Compose document has it
_TOGETHER = 0.75  # of the time that seats take one by one: three are started at a time
_SPARE_MEMORY = 0.05  # of the machine's, left to everything else
_SPARE = 0.8  # of the processors, and of what the kernel counts: the share that is used up
_NEIGHBOURS = 6  # a seat's two servers and the gateway know two others each
_IDLING = 1  # mail clients of a seat that wait for new mail (IDLE): a file system watcher each
_WATCHES = 2  # of each: new/ and cur/


@dataclass(frozen=True, slots=True)
class _Seat:
    """What one seat costs."""

    memory: float  # MiB
    threads: int
    files: int
    used: float  # cores, by somebody who works
    start: float  # seconds
    logs: float  # MiB of disk, once they are as large as they may get


def capacity(
    engine: Engine,
    seats: int,
    nodes: int = 1,
    definition: "Definition | None" = None,
    on_progress: OnProgress = silent,
    *,
    gateway: bool = False,
) -> Capacity:
    """Plan a workshop of so many seats on so many machines like the engine's.

    Args:
        engine: the one of the machine.
        seats: of the whole workshop.
        nodes: on how many machines.
        definition: what each seat is; none: as usual.
        on_progress: told of what is tried.
        gateway: the seats are to be behind a gateway.

    Raises:
        EnvironmentProblem: the engine is on another machine, of which nothing is known from here,
            or it can have no gateway.
    """
    if gateway:
        refuse_without_gateway(engine)
    before = engine.machine()
    if before is None:
        raise EnvironmentProblem(
            "the engine is on another machine: what is free there cannot be seen from here",
            remedy="run labctl workshop plan on that machine",
        )
    sites = len(definition.sites) if definition else 1
    ports = engine.free_seats(FIRST_BASE, sites) * sites * len(ENDPOINT_NAMES)
    kept = None
    if before.outgoing:
        kept = kept_seats(FIRST_BASE, sites, before.outgoing) * sites * len(ENDPOINT_NAMES)
    subnets = engine.subnets_left()
    seat = _calibrated(engine, definition, on_progress, behind=gateway)

    def left(most: int | None, used: int | None) -> float | None:
        return None if most is None else most * _SPARE - (used or 0)

    memory = before.memory_free - _SPARE_MEMORY * before.memory
    disk = None if before.disk_free is None else before.disk_free - DISK_LEFT
    requirements = (
        Requirement("memory", seat.memory, memory),
        Requirement("cpu", seat.used, before.processors * _SPARE),
        Requirement("ports", sites * len(ENDPOINT_NAMES), ports),
        Requirement("kept-ports", sites * len(ENDPOINT_NAMES), kept),
        Requirement("subnets", 1, subnets, 1 if gateway else 0),
        Requirement("processes", seat.threads, left(before.threads_most, before.threads)),
        Requirement("inotify-instances", _IDLING, before.inotify_instances),
        Requirement("inotify-watches", _IDLING * _WATCHES, before.inotify_watches),
        Requirement("files", seat.files, left(before.files_most, before.files)),
        Requirement("neighbours", _NEIGHBOURS * sites, before.neighbours),
        Requirement("disk", seat.logs, disk),
    )
    found = Capacity(
        *(seats, nodes, requirements, 0.0, seat.start * _TOGETHER),
        sites=sites,
        outgoing=before.outgoing,
    )
    return replace(found, start_seconds=found.seats_here * found.seconds_each)


@contextmanager
def _room(engine: Engine) -> Iterator[str]:
    """A workshop of no other's name; nothing is left of it."""
    workshop = f"plan-{token_hex(4)}"
    try:
        yield workshop
    finally:
        for number in (1, 2):
            try:
                down(engine, lab_name(workshop, number))
            except NoSuchLab:
                continue
        close_gateway(engine, workshop)


def _calibrated(
    engine: Engine, definition: "Definition | None", on_progress: OnProgress, *, behind: bool
) -> _Seat:
    """What the second seat costs: with the first one comes what all share."""
    domains = [s.domain for s in definition.sites] if definition else ["alpha.test"]
    published = 0 if behind else len(domains) * len(ENDPOINT_NAMES)
    with _room(engine) as workshop:

        def make(number: int) -> float:
            ports = _through_gateway(engine, workshop, number, domains) if behind else "free"
            seat = Seat(workshop, number)
            wish = Wish(definition, ports=ports, bind=_LOOPBACK, seat=seat, gateway=behind)
            return up(engine, lab_name(workshop, number), wish).seconds

        _tell(on_progress, "a seat is started, so that another one can be measured beside it")
        make(1)
        _tell(on_progress, "the seat that is measured is started")
        seconds = make(2)
        name = lab_name(workshop, 2)
        _tell(on_progress, "it is measured while nobody uses it, and while somebody does")
        idle, there = _idle(engine, name)
        message = _a_message(engine, name)
    containers = there.containers
    return _Seat(
        there.memory + containers * _BESIDE_CONTAINER + published * _OF_A_PORT + _BESIDE_SEAT,
        there.processes + containers * _THREADS_BESIDE,
        there.processes * _FILES_OF_PROCESS + containers * _FILES_OF_CONTAINER,
        idle + message / _EVERY,
        seconds,
        containers * _LOGS,
    )


def _through_gateway(engine: Engine, workshop: str, number: int, domains: Sequence[str]) -> int:
    """The base of free ports at which the gateway leads to a seat; nobody else finds them free."""
    with engine.locked(PORT_SEARCH):
        base = engine.free_base(_LOOPBACK, len(domains))
        open_gateway(engine, workshop, _LOOPBACK, doors_for(workshop, number, base, domains))
    return base


def _tell(on_progress: OnProgress, template: str) -> None:
    on_progress(Progress("plan", template, "done"))


def _idle(engine: Engine, lab: str) -> tuple[float, LabUse]:
    """Cores that a seat takes while nobody uses it; and what it holds then."""
    before, begun = engine.used(lab), time.monotonic()
    Event().wait(_IDLE)
    after = engine.used(lab)
    return (after.cpu - before.cpu) / (time.monotonic() - begun), after


def _a_message(engine: Engine, lab: str) -> float:
    """Seconds of CPU in a seat for one message that is sent and read."""
    from labctl.mail.imap import ImapClient
    from labctl.mail.message import compose
    from labctl.mail.smtp import SmtpClient

    spec = spec_of(engine, lab)
    sender, reader = spec.accounts[0], spec.accounts[-1]
    before = engine.used(lab).cpu
    with SmtpClient(target_of(spec, "submission")) as smtp:
        smtp.connect()
        smtp.ehlo("plan.labctl.test")
        smtp.starttls()
        smtp.ehlo("plan.labctl.test")
        smtp.auth(sender)
        smtp.mail(sender.address)
        smtp.rcpt(reader.address)
        smtp.data(compose(sender.address, reader.address, "plan", "plan\n"))
        smtp.quit()
    with ImapClient(target_of(spec, "imaps")) as imap:
        imap.connect()
        imap.login(reader)
        imap.select("INBOX")
        imap.fetch("1:*", "(BODY[])")
        imap.logout()
    return engine.used(lab).cpu - before
