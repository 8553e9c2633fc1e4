"""A Swarm, reached through one of its managers; each node's own engine; what of labs is found."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from labctl.engine.api import Api
from labctl.engine.dockerengine import DockerEngine
from labctl.engine.explain import absent, explained
from labctl.engine.labels import LAB_LABEL, SWARM_LABEL, SWARM_SERVICE, WORKSHOP_LABEL
from labctl.engine.locate import EngineAddress
from labctl.engine.ours import of_swarm
from labctl.engine.swarmapi import SwarmApi
from labctl.engine.swarmfound import labs_of
from labctl.engine.swarmmarks import UNSETTLED_LABEL, Marks, marks_in
from labctl.engine.swarmnetwork import described_lab
from labctl.engine.swarmnodes import (
    ENGINE_LABEL,
    USE_LABEL,
    Node,
    node_among,
    nodes_of,
    removed,
    settled,
)
from labctl.engine.swarmspec import pins
from labctl.engine.values import FoundLab, Resource
from labctl.errors import EnvironmentProblem, NoEngine, NoSuchLab

Labels = Mapping[str, str]
_nap = threading.Event()


class Swarm:
    """A manager, and the engines of all nodes."""

    def __init__(self, manager: DockerEngine) -> None:
        self.manager = manager
        self._engines: dict[str, DockerEngine] = {}
        self._bringing: dict[tuple[str, str], threading.Lock] = {}
        self._guard = threading.Lock()

    @cached_property
    def _own(self) -> dict[str, Any]:
        """What the manager says of its part in the Swarm."""
        with explained():
            return self.manager.client.api.info().get("Swarm") or {}

    @cached_property
    def api(self) -> SwarmApi:
        """What only a manager answers.

        Raises:
            EnvironmentProblem: the engine manages no Swarm.
        """
        if not self._own.get("ControlAvailable"):
            raise EnvironmentProblem(
                "the engine at {url} manages no Swarm",
                remedy="make it one: docker swarm init; or name a manager's engine in DOCKER_HOST",
                url=self.manager.address.url,
            )
        return SwarmApi(self.manager.client.api)

    def nodes(self) -> tuple[Node, ...]:
        """All nodes, by name.

        Raises:
            EnvironmentProblem: the manager does not know which of them answer.
        """
        with explained():
            return nodes_of(settled(self.api.nodes, _nap.wait))

    def engine_of(self, node: Node) -> DockerEngine:
        """The node's own engine.

        Raises:
            NoEngine: nobody said where it is, or the node does not answer.
        """
        if not node.alive:
            raise NoEngine(
                "the node {node} does not answer",
                remedy="look at the nodes: docker node ls",
                node=node.name,
            )
        if not node.engine and node.id == self._own.get("NodeID"):
            return self.manager
        if not node.engine:
            raise NoEngine(
                "nobody said how the engine of the node {node} is reached",
                remedy="say it: docker node update --label-add {label}=ssh://USER@{address} {node};"
                " or leave that node out: docker node update --label-add {use}=no {node}",
                use=USE_LABEL,
                node=node.name,
                label=ENGINE_LABEL,
                address=node.address,
            )
        with self._guard:
            if node.id not in self._engines:
                tls = self.manager.address.tls if node.engine.startswith("tcp:") else None
                address = EngineAddress(node.engine, "variable", node.name, tls)
                self._engines[node.id] = DockerEngine(address)
            return self._engines[node.id]

    def reached(self) -> Iterator[tuple[Node, DockerEngine]]:
        """The nodes that answer, with their engines, but for those left out by a label."""
        for node in self.nodes():
            if node.alive and node.ours:
                yield node, self.engine_of(node)

    def labs(self, lab: str = "") -> list[FoundLab]:
        """All labs, or one."""
        with explained():
            services = self.api.services(lab)
            tasks = self.api.tasks(services)
            marks = marks_in(self.api.configs(lab, UNSETTLED_LABEL))
        return labs_of(services, tasks, self.nodes(), marks)

    def node_of(self, lab: str) -> Node:
        """The node that a lab is on.

        Raises:
            NoSuchLab: no such lab is on any.
        """
        with explained():
            pinned = pins(self.api.services(lab)) - {""}
        if not pinned:
            raise NoSuchLab(lab)
        by_id = {node.id: node for node in self.nodes()}
        found = [by_id.get(each) or removed(each) for each in pinned]
        if len(found) == 1:
            return found[0]
        with explained():
            marks = marks_in(self.api.configs(lab, UNSETTLED_LABEL)).get(lab, Marks())
        return node_among(found, marks.left)

    def resources_of_seats(self, workshop: str) -> dict[str, list[Resource]]:
        """Everything of the labs of which something carries the workshop's label, by lab."""
        there = self._labelled()
        seats = {ls[LAB_LABEL] for ls, _ in there if ls.get(WORKSHOP_LABEL) == workshop}
        found: dict[str, list[Resource]] = {lab: [] for lab in sorted(seats)}
        for labels, resource in there:
            if (lab := labels[LAB_LABEL]) in found:
                found[lab].append(resource)
        return found

    def resources(self, lab: str) -> list[Resource]:
        """What carries the lab's label: on the Swarm, and on the nodes that answer."""
        return [one for whose, one in self.everything(lab) if whose == lab]

    def everything(self, lab: str = "") -> list[tuple[str, Resource]]:
        """All that is of labs, or of one, each with its lab."""
        return [(labels[LAB_LABEL], one) for labels, one in self._labelled(lab)]

    def _labelled(self, lab: str = "") -> list[tuple[Labels, Resource]]:
        """The same, each with its labels; a network of the Swarm's has but the lab's.

        Where a node keeps nothing of a lab but what its network was like, there is none: an engine
        that lost its power in the middle keeps that for ever (see ``swarmremove``).
        """
        mine = {"label": f"{LAB_LABEL}={lab}" if lab else LAB_LABEL}
        with explained():
            services = [s["Spec"] for s in self.api.services(lab)]
            networks = self.manager.api.networks(filters={"scope": "swarm"})
            found: list[tuple[Labels, Resource]]
            found = [(s["Labels"], Resource("service", s["Name"])) for s in services]
            kept = [config["Spec"] for config in self.api.configs(lab)]
            found += [(k["Labels"], Resource("config", k["Name"])) for k in kept]
            described = [({LAB_LABEL: described_lab(n)}, n["Name"]) for n in networks]
            found += [(labels, Resource("network", name)) for labels, name in described]
            names = {service["Name"] for service in services}
            for node, engine in self.reached():
                found += _on(node.name, engine.api, mine, names)
        whole = {labels[LAB_LABEL] for labels, one in found if not _is_description(one)} - {""}
        return [(labels, one) for labels, one in found if labels[LAB_LABEL] in whole]

    def bring(self, references: Sequence[str], engine: DockerEngine) -> dict[str, str]:
        """Copy the images that a node lacks from the manager; the id of each."""
        return {reference: self._bring(reference, engine) for reference in references}

    def _bring(self, reference: str, engine: DockerEngine) -> str:
        with explained():
            identity = str(self.manager.api.inspect_image(reference)["Id"])
            with self._one_at_a_time(engine.address.url, identity):
                if not self._has(engine, reference, identity):
                    source: Api = self.manager.client.api
                    target: Api = engine.client.api
                    for said in target.load_image(source.get_image(reference)):
                        if problem := said.get("error"):
                            raise EnvironmentProblem(
                                "an image could not be brought to {url}: {engine}",
                                url=engine.address.url,
                                engine=problem,
                            )
        return identity

    @contextmanager
    def _one_at_a_time(self, url: str, identity: str) -> Iterator[None]:
        with self._guard:
            lock = self._bringing.setdefault((url, identity), threading.Lock())
        with lock:
            yield

    @staticmethod
    def _has(engine: DockerEngine, reference: str, identity: str) -> bool:
        """By its name: by its id alone it would go with the next `docker image prune`."""
        try:
            return str(engine.api.inspect_image(reference)["Id"]) == identity
        except Exception as error:
            if not absent(error):
                raise
            return False


def _is_description(resource: Resource) -> bool:
    return resource.kind == "network" and bool(resource.node)


def _on(
    node: str, api: Api, mine: dict[str, str], services: set[str]
) -> Iterator[tuple[Labels, Resource]]:
    """What of labs on a Swarm is on one node, which may have labs of its own, too.

    A task's container goes with its service, and is not counted.
    """
    containers = api.containers(all=True, filters=mine)
    volumes = api.volumes(filters=mine)["Volumes"] or []
    of_labs = of_swarm((c["Labels"] for c in containers), [v["Labels"] for v in volumes])
    for container, swarms in zip(containers, of_labs, strict=True):
        if swarms and container["Labels"].get(SWARM_SERVICE) not in services:
            name = container["Names"][0].lstrip("/")
            yield container["Labels"], Resource("container", name, node)
    for network in api.networks(filters=mine):
        if network.get("ConfigOnly"):
            yield network["Labels"], Resource("network", network["Name"], node)
    for volume in volumes:
        if SWARM_LABEL in volume["Labels"]:
            yield volume["Labels"], Resource("volume", volume["Name"], node)
