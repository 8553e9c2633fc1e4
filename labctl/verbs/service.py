"""One service: start, stop, restart, and its log."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread

from labctl.engine.protocol import Engine
from labctl.engine.values import LogLine
from labctl.errors import EnvironmentProblem, LabError, NotFound
from labctl.mail.peer_trace import is_trace
from labctl.model.status import LabStatus, ServiceStatus
from labctl.verbs import unpublished
from labctl.verbs.labs import CLIENT, found, spec_of
from labctl.verbs.status import status
from labctl.verbs.up import READY_WITHIN, greeting
from labctl.verbs.wipe import LOG_MARK


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """One log line and whose it is."""

    service: str
    line: LogLine


def _service(engine: Engine, lab: str, service: str) -> ServiceStatus:
    there = found(engine, lab)
    for one in there.services:
        if one.name == service:
            return one
    raise NotFound(
        "the lab {lab} has no service {service}",
        remedy="its services are: {known}",
        lab=lab,
        service=ascii(service[:60]),
        known=", ".join(s.name for s in there.services),
    )


def running(engine: Engine, lab: str, service: str) -> None:
    """Make sure that the service runs.

    Raises:
        NotFound: the lab has none such.
        EnvironmentProblem: it does not run.
    """
    if _service(engine, lab, service).state != "running":
        raise EnvironmentProblem(
            "{service} of the lab {name} does not run",
            remedy="make it right first: labctl up --lab {name}",
            service=service,
            name=lab,
        )


def start(engine: Engine, lab: str, service: str) -> LabStatus:
    """Start one service and wait until its endpoints greet."""
    _service(engine, lab, service)
    with engine.locked(lab):
        engine.start(lab, service)
        _wait(engine, lab, service)
    return status(engine, lab)


def stop(engine: Engine, lab: str, service: str) -> LabStatus:
    """Stop one service."""
    _service(engine, lab, service)
    with engine.locked(lab):
        engine.stop(lab, service)
    return status(engine, lab)


def restart(engine: Engine, lab: str, service: str) -> LabStatus:
    """Stop one service, start it, and wait until its endpoints greet."""
    _service(engine, lab, service)
    with engine.locked(lab):
        engine.stop(lab, service)
        engine.start(lab, service)
        _wait(engine, lab, service)
    return status(engine, lab)


def _wait(engine: Engine, lab: str, service: str) -> None:
    """Wait for the service's own endpoints; 465 waits for Dovecot's SASL, which may be stopped."""
    spec = spec_of(engine, lab)
    states = {s.name: s.state for s in found(engine, lab).services}
    known = {name: (kind, domain) for name, kind, domain in spec.services}
    if service not in known:  # the client: nobody waits for it
        return
    kind, domain = known[service]
    if kind in ("dns", "filter"):
        unpublished.wait_for(engine, spec, kind)
        return
    dovecot = spec.service("dovecot", domain)
    without_sasl = kind == "postfix" and states.get(dovecot) != "running"
    engine.wait_ready(
        lab,
        service,
        [
            e
            for e in greeting(spec, domain)
            if e.service == kind and not (without_sasl and e.name != "smtp")
        ],
        ca_pem=spec.certificate.ca_pem,
        deadline=time.monotonic() + READY_WITHIN,
    )


def _mark(engine: Engine, lab: str) -> int:
    """Since when the log counts: the last reset."""
    try:
        return int(engine.read_file(lab, "dovecot", LOG_MARK))
    except (FileNotFoundError, ValueError, NotFound):
        return 0


def logs(
    engine: Engine, lab: str, service: str | None, *, follow: bool = False, tail: int = 0
) -> Iterator[ServiceLine]:
    """The log of one service, or of all servers in the order of time; follows until interrupted.

    Without what Postfix logs only because somebody listens: see ``labctl watch``.
    """
    servers = [s.name for s in found(engine, lab).services if s.name != CLIENT]
    names = [_service(engine, lab, service).name] if service else servers
    since = _mark(engine, lab)
    if follow:
        yield from _followed(engine, lab, names, since, tail)
        return
    lines = [
        ServiceLine(name, line)
        for name in names
        for line in _plain(engine.logs(lab, name, since=since, tail=tail))
    ]
    yield from sorted(lines, key=lambda entry: entry.line.time)


def _plain(lines: Iterable[LogLine]) -> Iterator[LogLine]:
    """What a server logs of itself, without what it logs only because somebody listens."""
    return (line for line in lines if not is_trace(line.text))


def _followed(
    engine: Engine, lab: str, names: list[str], since: int, tail: int
) -> Iterator[ServiceLine]:
    """Follow several logs at once, each in a thread of its own, until all have ended."""
    arrived: SimpleQueue[ServiceLine | LabError | None] = SimpleQueue()

    def pump(name: str) -> None:
        try:
            for line in _plain(engine.logs(lab, name, since=since, follow=True, tail=tail)):
                arrived.put(ServiceLine(name, line))
        except LabError as error:
            arrived.put(error)
        arrived.put(None)

    for name in names:
        Thread(target=pump, args=(name,), daemon=True).start()
    open_logs = len(names)
    while open_logs:
        entry = arrived.get()
        if isinstance(entry, LabError):
            raise entry
        if entry is None:
            open_logs -= 1
        else:
            yield entry
