"""Remove what a lab left on a Swarm: services, what runs on the nodes, networks, then volumes."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event

from labctl.engine.dockerengine import DockerEngine
from labctl.engine.explain import absent, explained, status_code
from labctl.engine.labels import LAB_LABEL, SWARM_SERVICE
from labctl.engine.remove import REMOVED, remove_container
from labctl.engine.swarmmarks import LEFT_LABEL, left_of
from labctl.engine.swarmnodes import Node
from labctl.engine.swarmreached import Swarm
from labctl.engine.swarmspec import pinned_to
from labctl.engine.values import Resource
from labctl.errors import EnvironmentProblem
from labctl.model.progress import OnProgress, Progress

_WITHIN = 60.0  # seconds until the nodes have followed
_GIVEN_UP = 15.0  # seconds until an engine has seen that nothing needs a network any more
_FORGOTTEN = 20.0  # seconds after which a node has forgotten a container
_LOOK_EVERY = 0.1  # seconds
# Last what says that there is such a lab, and where.
_ORDER = ("service", "container", "network", "volume", "config")
_nap = Event()


def remove(swarm: Swarm, resources: Sequence[Resource], on_progress: OnProgress) -> None:
    """Remove ``resources``; what is gone already is no error.

    A node that does not answer keeps what it has. What the Swarm keeps of such a lab stays, too,
    so that it is not forgotten.

    Raises:
        EnvironmentProblem: so it is; all else is removed.
    """
    engines = {node.name: engine for node, engine in swarm.reached()}
    silent = [node for node in swarm.nodes() if not node.alive]
    for node in silent:
        told = "the node {node} does not answer: what it has stays there"
        on_progress(Progress(f"node:{node.name}", told, "done", values={"node": node.name}))
    remembered = _remember(swarm, resources, silent)
    services = [r.name for r in resources if r.kind == "service"]
    for name in services:
        swarm.api.remove_service(name)
    with ThreadPoolExecutor(max(1, len(engines))) as pool:
        list(pool.map(lambda engine: _end_tasks(engine, services), engines.values()))
    # The Swarm's own networks before what describes them on the nodes.
    for resource in sorted(resources, key=lambda r: (_ORDER.index(r.kind), bool(r.node))):
        if resource.kind == "config" and resource.name in remembered:
            continue
        begun = time.monotonic()
        if not resource.node:
            _remove_of_swarm(swarm, resource)
        elif resource.node in engines:
            _remove_on(engines[resource.node], resource)
        else:
            continue  # it stays, as was told above
        name = f"{resource.name} ({resource.node})" if resource.node else resource.name
        step, took = f"{resource.kind}:{name}", time.monotonic() - begun
        on_progress(Progress(step, REMOVED[resource.kind], "done", took, values={"name": name}))
    if remembered:
        raise EnvironmentProblem(
            "the node {node} does not answer: what it has stays there",
            remedy="once more when it is back; if it never will be: docker node rm --force {node},"
            " then once more",
            node=", ".join(node.name for node in silent),
        )


def _remember(swarm: Swarm, resources: Sequence[Resource], silent: Sequence[Node]) -> set[str]:
    """Note of each lab that is to go which silent nodes have something of it; the configs kept."""
    if not silent:
        return set()
    names = {(r.kind, r.name) for r in resources}
    by_id = {node.id: node.name for node in silent}
    lost: dict[str, set[str]] = {}
    for service in swarm.api.services():
        node = by_id.get(pinned_to(service["Spec"]))
        if node and ("service", service["Spec"]["Name"]) in names:
            lost.setdefault(service["Spec"]["Labels"][LAB_LABEL], set()).add(node)
    remembered = set()
    for config in swarm.api.configs():
        labels = config["Spec"]["Labels"]
        if ("config", config["Spec"]["Name"]) not in names:
            continue
        known = left_of(config)
        if left := (known & set(by_id.values())) | lost.get(labels[LAB_LABEL], set()):
            swarm.api.label_config(config, labels | {LEFT_LABEL: ",".join(sorted(left))})
            remembered.add(config["Spec"]["Name"])
    return remembered


def _end_tasks(engine: DockerEngine, services: Sequence[str]) -> None:
    """Wait until a node has no container of these services; killed, for nothing is left to save.

    The node itself removes them, and with the last one its part of the network, which nobody else
    can; only what it forgets is removed from here.
    """
    begun = time.monotonic()
    while services and time.monotonic() < begun + _WITHIN:
        with explained():
            labelled = engine.api.containers(all=True, filters={"label": SWARM_SERVICE})
            left = [c for c in labelled if c["Labels"][SWARM_SERVICE] in services]
            for container in left:
                if time.monotonic() > begun + _FORGOTTEN:
                    remove_container(engine.api, container["Id"])
                elif container["State"] == "running":
                    _kill(engine, container["Id"])
        if not left:
            return
        _nap.wait(_LOOK_EVERY)


def _kill(engine: DockerEngine, container: str) -> None:
    try:
        engine.api.kill(container, "KILL")
    except Exception as error:
        if status_code(error) not in (404, 409):  # it is gone, or has ended, meanwhile
            raise


def _remove_of_swarm(swarm: Swarm, resource: Resource) -> None:
    if resource.kind == "config":
        swarm.api.remove_config(resource.name)
    elif resource.kind == "network":
        _patiently(partial(swarm.manager.api.remove_network, resource.name))


def _remove_on(engine: DockerEngine, resource: Resource) -> None:
    if resource.kind == "container":
        remove_container(engine.api, resource.name)
    elif resource.kind == "network":
        _remove_description(engine, resource.name)
    elif resource.kind == "volume":
        _patiently(partial(engine.api.remove_volume, resource.name))


def _remove_description(engine: DockerEngine, name: str) -> None:
    """Remove what a network was like.

    An engine that lost its power counts on a network that went with it, and never gives up what
    described that; it is a line in its records and takes nothing. (Docker 20.10)
    """
    try:
        _patiently(partial(engine.api.remove_network, name), _GIVEN_UP)
    except Exception as error:
        users = [
            n for n in engine.api.networks() if (n.get("ConfigFrom") or {}).get("Network") == name
        ]
        if users or "is in use" not in str(error):
            raise


def _patiently(removal: Callable[[], None], within: float = _WITHIN) -> None:
    """Again, as long as the engine says that something still uses it."""
    deadline = time.monotonic() + within
    while True:
        try:
            removal()
        except Exception as error:
            if absent(error):
                return
            if not status_code(error) or time.monotonic() > deadline:
                raise
        else:
            return
        _nap.wait(_LOOK_EVERY)
