"""What a Swarm lists, as labs. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from labctl.engine.found import place, seat_of
from labctl.engine.labels import DIGEST_LABEL, LAB_LABEL, SERVICE_LABEL, SITE_LABEL
from labctl.engine.swarmnodes import Node, fit
from labctl.engine.swarmspec import pinned_to
from labctl.engine.values import FoundLab
from labctl.lang import tr
from labctl.model.status import ServiceState, ServiceStatus
from labctl.model.workshop import Seat

Json = dict[str, Any]

_BEFORE = frozenset(
    {"new", "allocated", "pending", "assigned", "accepted", "preparing", "ready", "starting"}
)
_STOPPED_ON_PURPOSE = (0, 143)  # exit codes: 143 is TERM's


def latest(tasks: Iterable[Json]) -> dict[str, Json]:
    """The youngest task of each service, by the service's id."""
    found: dict[str, Json] = {}
    for task in tasks:
        before = found.get(task["ServiceID"])
        if before is None or before["CreatedAt"] < task["CreatedAt"]:
            found[task["ServiceID"]] = task
    return found


def labs_of(
    services: Iterable[Json], tasks: Iterable[Json], nodes: Sequence[Node]
) -> list[FoundLab]:
    """The labs that a Swarm runs, by name, each with its node."""
    of_service, by_id = latest(tasks), {node.id: node for node in nodes}
    found: dict[str, list[ServiceStatus]] = {}
    at: dict[str, Node] = {}
    seats: dict[str, Seat] = {}
    for service in services:
        labels = service["Spec"].get("Labels") or {}
        if not (lab := labels.get(LAB_LABEL)):
            continue
        node = by_id.get(pinned_to(service["Spec"]))
        if node and (lab not in at or fit(node) > fit(at[lab])):
            at[lab] = node
        if (seat := seat_of(labels)) is not None:
            seats[lab] = seat
        found.setdefault(lab, []).append(_status(service, of_service, node))
    return [
        FoundLab(
            lab,
            tuple(sorted(each, key=place)),
            seats.get(lab),
            at[lab].name if lab in at else "",
            at[lab].address if lab in at else "",
            lab in at and not at[lab].alive,
        )
        for lab, each in sorted(found.items())
    ]


def _status(service: Json, of_service: Mapping[str, Json], node: Node | None) -> ServiceStatus:
    labels = service["Spec"]["Labels"]
    state, detail = _state(of_service.get(service["ID"]), node)
    return ServiceStatus(
        name=labels.get(SERVICE_LABEL, "?"),
        site=labels.get(SITE_LABEL, ""),
        state=state,
        container=service["Spec"]["Name"],
        detail=detail,
        digest=labels.get(DIGEST_LABEL, ""),
    )


def _state(task: Json | None, node: Node | None) -> tuple[ServiceState, str]:
    if node is not None and not node.alive:
        return "dead", tr("the node {node} does not answer", node=node.name)
    if task is None:
        return "starting", ""
    status = task["Status"]
    said = str(status.get("Err") or status.get("Message") or "")
    if status["State"] in _BEFORE:
        return "starting", said
    if status["State"] == "running":
        return "running", ""
    code = (status.get("ContainerStatus") or {}).get("ExitCode", 0)
    ended = status["State"] in ("complete", "failed", "shutdown")
    return ("stopped" if ended and code in _STOPPED_ON_PURPOSE else "dead"), said
