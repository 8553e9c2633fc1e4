"""What a Swarm lists, as labs. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from labctl.engine.found import place, seat_of
from labctl.engine.labels import DIGEST_LABEL, LAB_LABEL, SERVICE_LABEL, SITE_LABEL
from labctl.engine.swarmmarks import Marks
from labctl.engine.swarmnodes import Node, node_among, removed
from labctl.engine.swarmspec import pinned_to, pins
from labctl.engine.values import FoundLab
from labctl.lang import tr
from labctl.model.status import ServiceState, ServiceStatus

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
    services: Iterable[Json],
    tasks: Iterable[Json],
    nodes: Sequence[Node],
    marks: Mapping[str, Marks] = MappingProxyType({}),
) -> list[FoundLab]:
    """The labs that a Swarm runs, by name, each with its node.

    Args:
        services: of any labs.
        tasks: theirs.
        nodes: all there are.
        marks: what is noted of moves, by lab.
    """
    of_service, by_id = latest(tasks), {node.id: node for node in nodes}
    of_lab: dict[str, list[Json]] = {}
    for service in services:
        if lab := (service["Spec"].get("Labels") or {}).get(LAB_LABEL):
            of_lab.setdefault(lab, []).append(service)
    return [
        _lab(lab, mine, of_service, by_id, marks.get(lab, Marks()))
        for lab, mine in sorted(of_lab.items())
    ]


def _lab(
    name: str,
    services: Sequence[Json],
    of_service: Mapping[str, Json],
    nodes: Mapping[str, Node],
    marks: Marks,
) -> FoundLab:
    nodes = {pin: nodes.get(pin) or removed(pin) for s in services if (pin := pinned_to(s["Spec"]))}
    named = [nodes[pin] for pin in pins(services) if pin]
    at = node_among(named, marks.left) if named else None
    found = [_status(s, of_service, nodes.get(pinned_to(s["Spec"]))) for s in services]
    seats = filter(None, (seat_of(s["Spec"]["Labels"]) for s in services))
    return FoundLab(
        name,
        tuple(sorted(found, key=place)),
        next(seats, None),
        at.name if at else "",
        at.address if at else "",
        at is not None and not at.alive,
        # Back on the very node that it was lost on, it has its mail.
        marks.unfilled if at and at.name != marks.unfilled else "",
    )


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
