"""Make a plan true on one node of a Swarm: what is right stays, the rest is made or made anew.

The files and the mail of a lab stand in volumes of the node, as those of any other lab: labctl
fills them there, the services find them. A Swarm's own configs and secrets could not be changed
while a server runs.
"""

import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from threading import Event

from labctl.engine.compose import ContainerPlan, NetworkPlan, ProjectPlan
from labctl.engine.dockerengine import DockerEngine
from labctl.engine.explain import explained
from labctl.engine.labels import DIGEST_LABEL, LAB_LABEL, SWARM_LABEL, SWARM_SERVICE
from labctl.engine.remove import remove_container
from labctl.engine.swarmapi import Json, SwarmApi
from labctl.engine.swarmfill import fill, refuse_mail_in_memory
from labctl.engine.swarmkept import keep_applied, marks_of
from labctl.engine.swarmmarks import Marks
from labctl.engine.swarmnetwork import described_lab, description, swarm_network
from labctl.engine.swarmnodes import Node
from labctl.engine.swarmreached import Swarm
from labctl.engine.swarmremove import remove
from labctl.engine.swarmspec import (
    address_of,
    pinned_to,
    service_name,
    service_spec,
)
from labctl.engine.swarmtask import await_running, end_all, runs, task_of
from labctl.engine.undisturbed import undisturbed
from labctl.engine.values import Resource
from labctl.errors import ForeignProject
from labctl.model.progress import OnProgress, Progress


@dataclass(slots=True)
class SwarmApplication:
    """One run of ``apply``: the Swarm, the node, and what this run has made so far."""

    swarm: Swarm
    node: Node
    project: ProjectPlan
    on_progress: OnProgress
    created: list[Resource]
    started: Callable[[str, Event], None]
    cancelled: Event
    stays: bool = False  # it is on that node already
    leaves: Node | None = None  # the node that it is on now, and that still has its mail
    lost: Node | None = None  # the node that it was on, and that does not answer

    @property
    def engine(self) -> DockerEngine:
        """The node's own."""
        return self.swarm.engine_of(self.node)

    def run(self) -> None:
        """Apply the whole project.

        Raises:
            ForeignProject: a name is in use by something that is not this lab's.
            EnvironmentProblem: the Swarm refused, said in its words.
        """
        with explained():
            wanted = sorted(self.project.containers, key=_place)
            self._refuse_foreign()
            marks = marks_of(self.swarm, self.project.name)
            self._make_way(marks)
            images = self.swarm.bring(list({c.body["Image"] for c in wanted}), self.engine)
            there = self._services()
            for network in self.project.networks:
                if self._network(network):
                    there = {}
            if is_client(wanted):
                self._each(wanted, there, images)
                return
            marks = marks.moving(self.node.name, _name(self.leaves), _name(self.lost))
            kept = keep_applied(self.swarm, self.project.name, wanted, marks)
            if not self.stays:
                self._noted(*kept)
            self._each(wanted, there, images)
            self._clear_left(wanted, marks)
            if self.leaves or self.lost:  # they are new, and older than this run
                self.created += [
                    Resource("service", service_name(c, self.project.name)) for c in wanted
                ]

    def _refuse_foreign(self) -> None:
        """A node may have a lab of its own of that name: its volumes are not this lab's."""
        mine = set(self.project.volumes)
        for volume in self.engine.api.volumes()["Volumes"] or []:
            if volume["Name"] in mine and SWARM_LABEL not in (volume["Labels"] or {}):
                raise ForeignProject(
                    "the node {node} already has a volume {name} that is not of this lab",
                    remedy="choose another name: labctl up --name NAME; or, if nobody needs it,"
                    " on that node: docker volume rm {name}",
                    node=self.node.name,
                    name=volume["Name"],
                )

    def _make_way(self, marks: Marks) -> None:
        """End what runs elsewhere; what the new node has of the lab is older than what will come.

        Raises:
            EnvironmentProblem: it cannot move; then nothing was ended.
        """
        if self.leaves:
            api = self.swarm.engine_of(self.leaves).api
            refuse_mail_in_memory(api, self.project.containers, self.project.name)
            self._end_there(self.leaves)
        if self.leaves or self.lost or (self.node.name in marks.left and not self.stays):
            self._clear([self.node.name])

    def _clear_left(self, wanted: Sequence[ContainerPlan], marks: Marks) -> None:
        """Remove what the nodes that the lab has left have of it, as far as they answer."""
        silent = {node.name for node in self.swarm.nodes() if not node.alive}
        if marks.left - silent:
            self._clear({node.name for node in self.swarm.nodes()} - {self.node.name})
            settled = replace(marks, left=marks.left & silent)
            keep_applied(self.swarm, self.project.name, wanted, settled)

    def _noted(self, *resources: Resource) -> None:
        """Note what is about to be made; of a lab that moves nothing is ever taken back."""
        if not (self.leaves or self.lost):
            self.created.extend(resources)

    def _services(self) -> dict[str, Json]:
        """The lab's services by name."""
        return {s["Spec"]["Name"]: s for s in self.swarm.api.services(self.project.name)}

    def _end_there(self, node: Node) -> None:
        """Stop what still runs on the node that is left, so that its mail holds still."""
        wanted = {f"{self.project.name}_{c.service}" for c in self.project.containers}
        others = self._services().keys() - wanted  # the mail clients: they begin anew
        remove(self.swarm, [Resource("service", name) for name in others], self.on_progress)
        end_all(self.swarm, node, self.project.name)

    def _clear(self, nodes: Collection[str]) -> None:
        """Remove what these nodes have of the lab: it is, or was for a time, elsewhere."""
        lab = self.project.name
        for node, engine in self.swarm.reached():
            if node.name in nodes:
                mine = {"label": [f"{LAB_LABEL}={lab}", SWARM_SERVICE]}
                for container in engine.api.containers(all=True, filters=mine):
                    remove_container(engine.api, container["Id"])
        stale = [r for r in self.swarm.resources(lab) if r.node in nodes]
        remove(self.swarm, stale, self.on_progress)

    # -- networks ----------------------------------------------------------------------------------

    def _network(self, network: NetworkPlan) -> bool:
        """Describe the network on the node, and tell the Swarm; whether all was made anew."""
        lab, told = self.project.name, self._told(network)
        wanted = description(network, lab, {address_of(c) for c in self.project.containers})
        anew = told not in ("", wanted["Name"])
        if anew:
            old = [r for r in self.swarm.resources(lab) if r.kind in ("service", "network")]
            remove(self.swarm, old, self.on_progress)
        listed = self.engine.api.networks()
        if not any(n["Name"] == wanted["Name"] for n in listed):
            self._noted(Resource("network", wanted["Name"], self.node.name))
            undisturbed(lambda: SwarmApi(self.engine.client.api).create_network(wanted))
        if not told or anew:
            self._noted(Resource("network", network.name))
            undisturbed(lambda: self.swarm.api.create_network(swarm_network(network, lab)))
        return anew

    def _told(self, network: NetworkPlan) -> str:
        """By what the Swarm was told of the network; refuses one that is somebody else's."""
        listed = self.swarm.manager.api.networks()
        known = [n for n in listed if n["Name"] == network.name and n["Scope"] == "swarm"]
        if known and described_lab(known[0]) != self.project.name:
            raise ForeignProject(
                "the engine already has a network {name} that is not a lab's",
                remedy="choose another name: labctl up --name NAME; or, if nobody needs it:"
                " docker {kind} rm {name}",
                kind="network",
                name=network.name,
            )
        return str(known[0]["ConfigFrom"]["Network"]) if known else ""

    # -- services ----------------------------------------------------------------------------------

    def _each(
        self, wanted: Sequence[ContainerPlan], there: dict[str, Json], images: dict[str, str]
    ) -> None:
        """All files and all mail first; then one after the other, by address.

        Whoever is interrupted leaves each service where its files and its mail are whole. Each is
        waited for beside the next.
        """
        lab, version = self.project.name, self.swarm.api.version
        specs = [
            service_spec(c, lab, image=images[c.body["Image"]], node=self.node.id, api=version)
            for c in wanted
        ]
        for container, spec in zip(wanted, specs, strict=True):
            if not self._is_right(spec, there):
                self._volumes(spec)
                image = images[container.body["Image"]]
                old = self.swarm.engine_of(self.leaves).api if self.leaves else None
                fill(self.engine.api, container, self.project.name, image, old)
        with ThreadPoolExecutor(len(wanted)) as pool:
            waiting: list[Future[None]] = []
            try:
                for container, spec in zip(wanted, specs, strict=True):
                    self._service(container.service, spec, there.get(spec["Name"]))
                    waiting.append(pool.submit(self.started, container.service, self.cancelled))
                for each in as_completed(waiting):
                    each.result()
            except BaseException:
                self.cancelled.set()
                raise

    def _is_right(self, spec: Json, there: dict[str, Json]) -> bool:
        old = there.get(spec["Name"])
        return old is not None and _is_same(old["Spec"], spec)

    def _service(self, service: str, spec: Json, old: Json | None) -> None:
        begun, step = time.monotonic(), f"container:{service}"
        right = old is not None and _is_same(old["Spec"], spec)
        if not (right and runs(self.engine, spec)):
            self.on_progress(self._begins(step, service))
            before = task_of(self.swarm, old)["ID"] if old else ""
            self._start(spec, old)
            await_running(self.swarm, self.node, spec, before)
        took = time.monotonic() - begun
        self.on_progress(
            Progress(step, "{service} started", "done", took, values={"service": service})
        )

    def _begins(self, step: str, service: str) -> Progress:
        old = self.leaves or self.lost
        if old is None:
            return Progress(step, "starting {service}", values={"service": service})
        nodes = {"old": old.name, "new": self.node.name}
        text = "moving {service} from {old} to {new}"
        return Progress(step, text, values={"service": service, **nodes})

    def _start(self, spec: Json, old: Json | None) -> None:
        api = self.swarm.api
        if old is not None:
            undisturbed(lambda: api.update_service(old, spec))
            return
        self._noted(Resource("service", spec["Name"]))
        undisturbed(lambda: api.create_service(spec))

    def _volumes(self, spec: Json) -> None:
        """Note the volumes that are about to be made on the node."""
        known = {v["Name"] for v in self.engine.api.volumes()["Volumes"] or []}
        names = [m["Source"] for m in spec["TaskTemplate"]["ContainerSpec"]["Mounts"]]
        self._noted(*(Resource("volume", n, self.node.name) for n in names if n not in known))


def is_client(wanted: Sequence[ContainerPlan]) -> bool:
    """Whether this is no lab, but the container of mail clients beside one."""
    return all(container.service == "client" for container in wanted)


def _name(node: Node | None) -> str:
    return node.name if node else ""


def _is_same(there: Json, wanted: Json) -> bool:
    same = there["Labels"].get(DIGEST_LABEL) == wanted["Labels"][DIGEST_LABEL]
    return same and pinned_to(there) == pinned_to(wanted)


def _place(container: ContainerPlan) -> int:
    return int(IPv4Address(address_of(container)))
