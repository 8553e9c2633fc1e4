"""A Docker Swarm as the ``Engine`` that verbs use: every lab whole on one of its nodes."""

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from ipaddress import IPv4Network
from threading import Event
from typing import TYPE_CHECKING

from labctl.engine.dockerengine import DockerEngine
from labctl.engine.explain import explained
from labctl.engine.labels import LAB_LABEL
from labctl.engine.locate import EngineAddress
from labctl.engine.ports import FIRST_BASE, LAST_BASE
from labctl.engine.swarminside import SwarmInside
from labctl.engine.swarmnodes import Node, reserved, roomiest
from labctl.engine.swarmreached import Swarm
from labctl.engine.values import ExecResult, FoundLab, Resource, TreeFile
from labctl.errors import BadUsage, EnvironmentProblem, NoSuchLab, PortBusy
from labctl.lang import tr
from labctl.model.lab import ENDPOINT_NAMES, SITE_STEP, Endpoint, Service, shifted
from labctl.model.plan import CONFIG_FOLDER, Plan
from labctl.model.progress import OnProgress, silent

if TYPE_CHECKING:
    from labctl.engine.compose import ProjectPlan
    from labctl.engine.images import ImageStatus
    from labctl.engine.machine import LabUse, Machine

EVERYWHERE = "0.0.0.0"  # noqa: S104 - the only place where a Swarm publishes


class SwarmEngine(SwarmInside):
    """See ``labctl.engine.protocol.Engine`` for what each method promises."""

    def __init__(self, address: EngineAddress | None = None) -> None:
        self.manager = DockerEngine(address)
        self.swarm = Swarm(self.manager)
        self._choosing = threading.Lock()
        self._chosen: dict[str, tuple[str, int]] = {}  # lab -> node id and bytes, this process's

    # -- finding -----------------------------------------------------------------------------------

    def labs(self) -> list[FoundLab]:
        """All labs on this Swarm."""
        return self.swarm.labs()

    def find(self, lab: str) -> FoundLab | None:
        """One lab."""
        return next(iter(self.swarm.labs(lab)), None)

    def resources(self, lab: str) -> list[Resource]:
        """Everything of the lab, on the Swarm and on the nodes that answer."""
        return self.swarm.resources(lab)

    def resources_of_seats(self, workshop: str) -> dict[str, list[Resource]]:
        """Everything of a workshop's seats."""
        return self.swarm.resources_of_seats(workshop)

    def traces(self) -> list[str]:
        """The names of all labs of which anything is there."""
        return sorted({lab for lab, _ in self.swarm.everything()})

    # -- what a lab needs first --------------------------------------------------------------------

    def locked(self, lab: str) -> AbstractContextManager[None]:
        """Hold the lab against another labctl."""
        return self.manager.locked(lab)

    def images(
        self, on_progress: OnProgress = silent, *, several_sites: bool = False
    ) -> dict[Service, str]:
        """The services' images, on the manager: each node gets what it lacks from there."""
        return self.manager.images(on_progress, several_sites=several_sites)

    def build_images(
        self, names: Sequence[str], on_progress: OnProgress = silent, *, afresh: bool = False
    ) -> None:
        """Build images on the manager."""
        self.manager.build_images(names, on_progress, afresh=afresh)

    def client_image(self, on_progress: OnProgress = silent) -> str:
        """The mail clients' image, on the manager."""
        return self.manager.client_image(on_progress)

    def list_images(self) -> "tuple[ImageStatus, ...]":
        """The images, present or missing on the manager."""
        return self.manager.list_images()

    def free_subnet(self, lab: str) -> IPv4Network:
        """A /28 that no node's network uses: a lab may move to any of them."""
        return self.free_subnets([lab])[0]

    def free_subnets(self, labs: Sequence[str]) -> list[IPv4Network]:
        """The same for several labs."""
        from labctl.engine import subnets

        with explained():
            used = list(subnets.taken(self.manager))
            for _, engine in self.swarm.reached():
                used += subnets.engine_networks(engine.api.networks())
        return subnets.choose_among(labs, used)

    def usual_bind(self, wished: str | None) -> str:
        """All addresses of a node.

        Raises:
            BadUsage: another one is wished.
        """
        if wished not in (None, EVERYWHERE):
            raise BadUsage(
                "a Swarm publishes on all addresses of a node, not on {bind} alone",
                remedy="leave --bind out",
                bind=wished,
            )
        return EVERYWHERE

    def own_addresses(self) -> Sequence[str]:
        """Those of all nodes: a lab may move to any of them."""
        return [node.address for node in self.swarm.nodes()]

    def check_ports(self, lab: str, endpoints: Sequence[Endpoint]) -> None:
        """Raise ``PortBusy`` for the first port that another lab of the Swarm publishes."""
        for busy in self.busy_ports({lab: endpoints})[lab]:
            raise busy

    def busy_ports(self, wanted: Mapping[str, Sequence[Endpoint]]) -> dict[str, list[PortBusy]]:
        """Which ports of each lab another lab of the Swarm publishes, on whichever node."""
        holders = {port: whose for whose, ports in self._published() for port in ports}
        return {
            lab: [
                PortBusy(e.name, e.port, tr("the lab {name}", name=holders[e.port]))
                for e in endpoints
                if holders.get(e.port, lab) != lab
            ]
            for lab, endpoints in wanted.items()
        }

    def free_base(self, bind: str, sites: int = 1) -> int:
        """The first base whose ports no lab of the Swarm publishes, wherever it binds."""
        del bind
        taken = {port for _, ports in self._published() for port in ports}
        for base in range(FIRST_BASE, LAST_BASE + 1 - SITE_STEP * (sites - 1), SITE_STEP):
            bases = [base + SITE_STEP * number for number in range(sites)]
            if taken.isdisjoint(shifted(each, name) for each in bases for name in ENDPOINT_NAMES):
                return base
        raise EnvironmentProblem(
            "no base from {first} to {last} has its seven ports free",
            remedy="remove labs that nobody uses: labctl down --all",
            first=FIRST_BASE,
            last=LAST_BASE,
        )

    def _published(self) -> list[tuple[str, list[int]]]:
        """Each lab's published ports, service by service."""
        with explained():
            services = [service["Spec"] for service in self.swarm.api.services()]
        return [
            (
                s["Labels"][LAB_LABEL],
                [p["PublishedPort"] for p in s["EndpointSpec"].get("Ports", ())],
            )
            for s in services
        ]

    # -- changing ----------------------------------------------------------------------------------

    def apply(
        self,
        plan: Plan,
        *,
        created: list[Resource],
        started: Callable[[str, Event], None],
        on_progress: OnProgress = silent,
        cancelled: Event | None = None,
    ) -> None:
        """Make the plan true on the lab's node; a new lab gets the one with the most room."""
        from labctl.engine.compose import read_plan
        from labctl.engine.swarmapply import SwarmApplication, is_client

        project = read_plan(plan)
        known, beside = self._known(project.name), is_client(project.containers)
        stays = known if known and known.alive and (known.active or beside) else None
        node = stays or self._room_for(project)
        SwarmApplication(
            self.swarm,
            node,
            project,
            on_progress,
            created,
            started,
            cancelled or Event(),
            leaves=None if stays or known is None or not known.alive else known,
            lost=None if known is None or known.alive else known,
        ).run()

    def is_made(self, plan: Plan, there: FoundLab) -> bool:
        """Whether all the plan's services run as it has them."""
        return self.manager.is_made(plan, there)

    def _known(self, lab: str) -> Node | None:
        """The node where a lab is, or where its mail was kept."""
        there = self.find(lab)
        name = there.node if there else self._keeper(lab)
        return next((node for node in self.swarm.nodes() if node.name == name), None)

    def _room_for(self, project: "ProjectPlan") -> Node:
        """The node with the most room."""
        from labctl.engine.swarmspec import RESERVED

        needed = sum(c.body["HostConfig"].get("Memory", 0) for c in project.containers) // RESERVED
        with self._choosing, explained():
            tasks = self.swarm.api.tasks()
            counted = {t["Spec"]["ContainerSpec"].get("Labels", {}).get(LAB_LABEL) for t in tasks}
            taken = reserved(tasks)
            for lab, (at, size) in self._chosen.items():
                if lab not in counted:
                    taken[at] = taken.get(at, 0) + size
            node = roomiest(self.swarm.nodes(), taken)
            self._chosen[project.name] = (node.id, needed)
        return node

    def _keeper(self, lab: str) -> str:
        """The name of the node that has volumes of a lab which runs nowhere."""
        volumes = (r for r in self.resources(lab) if r.kind == "volume")
        return next((volume.node for volume in volumes), "")

    def wait_ready(
        self,
        lab: str,
        service: str,
        endpoints: Sequence[Endpoint],
        *,
        ca_pem: str,
        deadline: float,
        cancelled: Event | None = None,
        on_progress: OnProgress = silent,
    ) -> None:
        """Wait until one service's endpoints greet on the lab's node."""
        node = self.swarm.node_of(lab)
        self.swarm.engine_of(node).wait_ready(
            lab,
            service,
            [replace(endpoint, host=node.address) for endpoint in endpoints],
            ca_pem=ca_pem,
            deadline=deadline,
            cancelled=cancelled,
            on_progress=on_progress,
        )

    def remove(self, resources: Sequence[Resource], on_progress: OnProgress = silent) -> None:
        """Remove services, then networks and volumes."""
        from labctl.engine.swarmremove import remove

        with explained():
            remove(self.swarm, resources, on_progress)

    def start(self, lab: str, service: str) -> None:
        """Start one service: a Swarm gives it a new container."""
        from labctl.engine.swarmtask import start_again

        with explained():
            start_again(self.swarm, lab, service)

    def stop(self, lab: str, service: str) -> None:
        """Stop one service; its container stays, to be looked into."""
        from labctl.engine.swarmtask import await_end

        self._at(lab).stop(lab, service)
        with explained():
            await_end(self.swarm, lab, service)

    def kept_file(self, lab: str, service: str, path: str) -> bytes | None:
        """A file of a volume whose container is gone."""
        for node, engine in self.swarm.reached():
            if node.name == self._keeper(lab):
                self.swarm.bring([self.images()["postfix"]], engine)
                return engine.kept_file(lab, service, path)
        return None

    def kept_trees(self, labs: Collection[str], service: str) -> dict[str, list[TreeFile]]:
        """The configuration volumes of several labs, node by node."""
        at = {found.name: found.node for found in self.labs() if found.name in labs}
        trees: dict[str, list[TreeFile]] = {}
        for node in self.swarm.nodes():
            mine = [lab for lab, name in at.items() if name == node.name]
            if not node.alive:
                trees |= {lab: self._applied(lab, service, CONFIG_FOLDER) for lab in mine}
            elif mine:
                engine = self.swarm.engine_of(node)
                images = self.images()
                self.swarm.bring([images["postfix"], images["dovecot"]], engine)
                trees |= engine.kept_trees(mine, service)
        return trees

    def run_once(self, plan: Plan, service: str, argv: Sequence[str]) -> ExecResult:
        """Run a command in a container of its own, on the manager."""
        return self.manager.run_once(plan, service, argv)

    # -- a room as a whole -------------------------------------------------------------------------

    def free_seats(self, base: int, sites: int) -> int:
        """How many seats find their ports free on every node."""
        taken = {port for _, ports in self._published() for port in ports}
        for number in range((LAST_BASE - base) // SITE_STEP):
            ports = {shifted(base + SITE_STEP * number, name) for name in ENDPOINT_NAMES}
            if not taken.isdisjoint(ports):
                return number // sites
        return max(0, (LAST_BASE - base) // SITE_STEP // sites)

    def subnets_left(self) -> int:
        """How many more labs find a subnet, as the manager sees it."""
        return self.manager.subnets_left()

    def machine(self) -> "Machine | None":
        """Nothing: the nodes are others."""
        return None

    def used(self, lab: str) -> "LabUse":
        """What a lab's running containers use."""
        return self._at(lab).used(lab)

    def can_have_gateway(self) -> bool:
        """Not over several machines: each node publishes what its labs have."""
        return False

    def admit(self, gateway: str, lab: str, address: str) -> None:
        """There is no gateway to let in.

        Raises:
            NoSuchLab: always.
        """
        del lab, address
        raise NoSuchLab(gateway)

    # -- the manager itself ------------------------------------------------------------------------

    def now(self) -> int:
        """The manager's clock."""
        return self.manager.now()

    def version(self) -> str:
        """The manager's version."""
        return self.manager.version()

    def gateway_image(self, on_progress: OnProgress = silent) -> str:
        """The gateway's image, on the manager."""
        return self.manager.gateway_image(on_progress)

    def image_platform(self) -> str:
        """What machine the lab's images are for."""
        return self.manager.image_platform()

    def platform(self) -> str:
        """What machine the manager runs images of."""
        return self.manager.platform()

    def save_images(self, references: Sequence[str]) -> Iterator[bytes]:
        """The manager's images as one tar."""
        return self.manager.save_images(references)

    def load_images(self, pieces: Iterable[bytes]) -> None:
        """Give the manager images: the nodes get them from there."""
        self.manager.load_images(pieces)
