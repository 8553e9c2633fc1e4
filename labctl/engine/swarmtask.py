"""The tasks of a Swarm service: the one that counts, and waiting until it runs."""

import time
from functools import partial
from threading import Event
from typing import Any

from labctl.engine.dockerengine import DockerEngine
from labctl.engine.labels import DIGEST_LABEL, LAB_LABEL, SERVICE_LABEL, SWARM_SERVICE
from labctl.engine.swarmfound import latest
from labctl.engine.swarmnodes import Node
from labctl.engine.swarmreached import Swarm
from labctl.engine.swarmspec import OWN_ADDRESS_LABEL
from labctl.engine.undisturbed import undisturbed
from labctl.errors import NotFound, NotReady

Json = dict[str, Any]

_WITHIN = 60.0  # seconds until a service has a container that runs
_FORGOTTEN = 20.0  # seconds after which a node has forgotten a container that ended
_LOOK_EVERY = 0.1  # seconds
_NEVER = ("rejected", "failed", "complete", "orphaned")  # states of a task that will not run
_nap = Event()


def task_of(swarm: Swarm, service: Json) -> Json:
    """The youngest task of a service; one that says so little when there is none yet."""
    found = latest(swarm.api.tasks([service]))
    return found.get(service["ID"], {"ID": "", "Status": {"State": "new"}})


def runs(engine: DockerEngine, spec: Json) -> bool:
    """Whether the node has a running container of this very specification, at its address."""
    labels = spec["Labels"]
    mine = [f"{SWARM_SERVICE}={spec['Name']}", f"{DIGEST_LABEL}={labels[DIGEST_LABEL]}"]
    running = engine.api.containers(filters={"label": mine})
    networks = running[0]["NetworkSettings"]["Networks"].values() if running else ()
    return any(net["IPAddress"] == labels[OWN_ADDRESS_LABEL] for net in networks)


def await_running(swarm: Swarm, node: Node, spec: Json, before: str = "") -> None:
    """Wait until the service runs by another task than ``before``.

    Raises:
        NotReady: it does not, with the Swarm's own reason.
    """
    engine, name = swarm.engine_of(node), spec["Name"]
    deadline = time.monotonic() + _WITHIN
    while not runs(engine, spec):
        task = task_of(swarm, swarm.api.service(name))
        status = task["Status"]
        over = status["State"] in _NEVER and task["ID"] != before
        if over or time.monotonic() > deadline:
            raise NotReady(
                "the Swarm does not start {service} on {node}: {why}",
                remedy="see more: docker service ps --no-trunc {service}; then again: labctl up",
                service=name,
                node=node.name,
                why=str(status.get("Err") or status.get("Message") or status["State"]),
            )
        _nap.wait(_LOOK_EVERY)


def start_again(swarm: Swarm, lab: str, service: str) -> None:
    """Have a stopped service run again, by a new task with the same volumes.

    Raises:
        NoSuchLab, NotFound: there is none such.
    """
    node, there = swarm.node_of(lab), _service(swarm, lab, service)
    spec = there["Spec"]
    if not runs(swarm.engine_of(node), spec):
        before = task_of(swarm, there)["ID"]
        undisturbed(lambda: swarm.api.update_service(there, spec))
        await_running(swarm, node, spec, before)


def await_end(swarm: Swarm, lab: str, service: str) -> None:
    """Wait until the manager, too, knows that a service was stopped."""
    there = _service(swarm, lab, service)
    deadline = time.monotonic() + _WITHIN
    while task_of(swarm, there)["Status"]["State"] == "running" and time.monotonic() < deadline:
        _nap.wait(_LOOK_EVERY)


def end_all(swarm: Swarm, node: Node, lab: str) -> None:
    """End the tasks of a lab's services as an administrator would; the services stay.

    The Swarm does it: only then does a node give up its part of the lab's network, too.

    Raises:
        NotReady: one does not end.
    """
    for service in swarm.api.services(lab):
        none = service["Spec"] | {"Mode": {"Replicated": {"Replicas": 0}}}
        undisturbed(partial(swarm.api.update_service, service, none))
    engine, begun = swarm.engine_of(node), time.monotonic()
    mine = {"label": [f"{LAB_LABEL}={lab}", SWARM_SERVICE]}
    while left := engine.api.containers(all=True, filters=mine):
        running = [c["Labels"][SERVICE_LABEL] for c in left if c["State"] == "running"]
        if not running and time.monotonic() > begun + _FORGOTTEN:
            return
        if time.monotonic() > begun + _WITHIN:
            raise NotReady(
                "the Swarm does not stop {service} on {node}",
                remedy="see more: docker service ps --no-trunc {service}; then again: labctl up",
                service=f"{lab}_{running[0]}",
                node=node.name,
            )
        _nap.wait(_LOOK_EVERY)


def ended(engine: DockerEngine, lab: str, service: str) -> list[str]:
    """The containers that a service had on a node before its last one, the oldest first."""
    mine = [f"{LAB_LABEL}={lab}", f"{SERVICE_LABEL}={service}"]
    found = engine.api.containers(all=True, filters={"label": mine})
    return [c["Id"] for c in sorted(found, key=lambda c: int(c["Created"]))][:-1]


def _service(swarm: Swarm, lab: str, service: str) -> Json:
    for there in swarm.api.services(lab):
        if there["Spec"]["Labels"][SERVICE_LABEL] == service:
            return there
    raise NotFound(
        "the lab {lab} has no service {service}",
        remedy="see its services: labctl status",
        lab=lab,
        service=service,
    )
