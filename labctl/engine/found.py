"""What the engine lists, as labs. Pure."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from labctl.engine.labels import (
    DIGEST_LABEL,
    LAB_LABEL,
    SEAT_LABEL,
    SERVICE_LABEL,
    SITE_LABEL,
    WORKSHOP_LABEL,
)
from labctl.engine.values import FoundLab
from labctl.model.status import ServiceState, ServiceStatus
from labctl.model.workshop import Seat

# The engine's word for a container's state -> ours. ``created``: an `up` goes on, or was killed.
_STATE: dict[str, ServiceState] = {
    "running": "running",
    "created": "starting",
    "restarting": "starting",
    "removing": "stopped",
    "exited": "stopped",
    "paused": "stopped",
    "dead": "dead",
}
# Exit codes of a service that its administrator stopped: 0, or TERM's (128 + 15).
_STOPPED_ON_PURPOSE = ("Exited (0)", "Exited (143)")


def service_status(container: dict[str, Any]) -> ServiceStatus:
    """One container of ``GET /containers/json``."""
    labels = container["Labels"]
    state = _STATE.get(container["State"], "dead")
    said = str(container.get("Status", ""))
    if container["State"] == "exited" and not said.startswith(_STOPPED_ON_PURPOSE):
        state = "dead"
    return ServiceStatus(
        name=labels.get(SERVICE_LABEL) or labels.get("com.docker.compose.service", "?"),
        site=labels.get(SITE_LABEL, ""),
        state=state,
        container=container["Names"][0].lstrip("/"),
        detail=said,
        digest=labels.get(DIGEST_LABEL, ""),
    )


def place(service: ServiceStatus) -> tuple[object, ...]:
    """Site by site, Postfix first; then what is the whole lab's, the mail clients last."""
    name = service.name
    return (name == "client", not service.site, service.site, "postfix" not in name, name)


def seat_of(labels: Mapping[str, str]) -> Seat | None:
    """The seat that something of a lab belongs to, if it is that of a workshop."""
    with suppress(KeyError, ValueError):
        return Seat(labels[WORKSHOP_LABEL], int(labels[SEAT_LABEL]))
    return None


def labs_of(containers: Iterable[dict[str, Any]]) -> list[FoundLab]:
    """The labs that a list of containers holds, by name; what is not ours is left out."""
    services: dict[str, list[ServiceStatus]] = {}
    seats: dict[str, Seat] = {}
    for container in containers:
        name = container["Labels"].get(LAB_LABEL)
        if name and SERVICE_LABEL in container["Labels"]:
            services.setdefault(name, []).append(service_status(container))
            if (seat := seat_of(container["Labels"])) is not None:
                seats[name] = seat
    return [
        FoundLab(
            name,
            tuple(sorted(found, key=place)),
            seats.get(name),
        )
        for name, found in sorted(services.items())
    ]
