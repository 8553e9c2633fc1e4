"""What stands: a lab's services, endpoints, accounts and CA."""

from labctl.engine.protocol import Engine
from labctl.engine.values import FoundLab
from labctl.errors import NoSuchLab
from labctl.model.lab import LabSpec
from labctl.model.profile import DEFAULT
from labctl.model.status import LabState, LabStatus, ServiceStatus
from labctl.verbs.labs import CLIENT, state_of, which


def _services(there: FoundLab | None, spec: LabSpec | None) -> tuple[ServiceStatus, ...]:
    """The services that are there, and those that should be; the client's may be there."""
    found = there.services if there else ()
    missing = [
        ServiceStatus(service, domain, "absent")
        for service, _, domain in (spec.services if spec else ())
        if not any(s.name == service for s in found)
    ]
    return (*found, *missing)


def _state(there: FoundLab | None, services: tuple[ServiceStatus, ...]) -> LabState:
    states = {service.state for service in services if service.name != CLIENT}
    if states <= {"absent"}:
        return "absent"
    if states == {"running"}:
        return "degraded" if there and there.unfilled else "ready"
    return "stopped" if states <= {"stopped", "absent"} else "degraded"


def status_of(name: str, there: FoundLab | None, spec: LabSpec | None) -> LabStatus:
    """One lab's status from what was found. Pure."""
    services = _services(there, spec)
    if spec and there:
        spec = spec.reached_at(there.address)
    return LabStatus(
        name,
        _state(there, services),
        services,
        spec.endpoints if spec else (),
        spec.accounts if spec else (),
        spec.certificate.ca_pem if spec else "",
        spec.further if spec else (),
        spec.profile if spec else DEFAULT,
        there.node if there else "",
        there is not None and there.node_down,
    )


def status(engine: Engine, given: str | None) -> LabStatus:
    """The status of one lab; ``absent`` when nothing of it is there, unless it was named.

    Raises:
        NoSuchLab: a lab was named and nothing of it is there.
    """
    name = which(engine, given)
    there = engine.find(name)
    if there is None:
        if given and not engine.resources(name):
            raise NoSuchLab(name)
        return LabStatus(name, "absent")
    return status_of(name, there, state_of(engine, there, name))
