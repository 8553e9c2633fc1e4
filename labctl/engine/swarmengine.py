"""A Docker Swarm as the ``Engine`` that verbs use: every lab whole on one of its nodes."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING

from labctl.engine.dockerengine import DockerEngine
from labctl.engine.explain import explained
from labctl.engine.locate import EngineAddress
from labctl.engine.swarmaddresses import SwarmAddresses
from labctl.engine.swarminside import SwarmInside
from labctl.engine.swarmkept import filled, marks_of
from labctl.engine.swarmmanager import SwarmManager
from labctl.engine.swarmnodes import Node, placed, reserved, roomiest, with_chosen
from labctl.engine.swarmreached import Swarm
from labctl.engine.undisturbed import undisturbed
from labctl.engine.values import Availability, FoundLab, Resource
from labctl.errors import EnvironmentProblem, NoSuchLab, NotFound
from labctl.model.lab import Endpoint
from labctl.model.plan import Plan
from labctl.model.progress import OnProgress, silent

if TYPE_CHECKING:
    from labctl.engine.compose import ProjectPlan
    from labctl.engine.machine import LabUse, Machine


class SwarmEngine(SwarmManager, SwarmAddresses, SwarmInside):
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
        from labctl.engine.cancelled import Within
        from labctl.engine.compose import read_plan
        from labctl.engine.swarmapply import SwarmApplication, is_client

        project = read_plan(plan)
        known, beside = self._known(project.name), is_client(project.containers)
        if beside:
            self._refuse_without(known, project.name)
        stays = known if known and known.alive and (known.active or beside) else None
        node = stays or self._room_for(project)
        SwarmApplication(
            self.swarm,
            node,
            project,
            on_progress,
            created,
            started,
            Within(cancelled),
            stays=stays is not None,
            leaves=None if stays or known is None or not known.alive else known,
            lost=None if known is None or known.alive else known,
        ).run()

    def _refuse_without(self, node: Node | None, lab: str) -> None:
        """No mail client runs where its lab does not: the lab would seem to be there.

        Raises:
            NoSuchLab: it is nowhere.
            NoEngine: its node does not answer.
        """
        if node is None:
            raise NoSuchLab(lab)
        self.swarm.engine_of(node)

    def filled(self, lab: str) -> None:
        """It has got its mail back."""
        with explained():
            filled(self.swarm, lab)

    def is_made(self, plan: Plan, there: FoundLab) -> bool:
        """Whether all the plan's services run as it has them."""
        return self.manager.is_made(plan, there)

    def _known(self, lab: str) -> Node | None:
        """The node where a lab is, or where its mail was kept."""
        if self.find(lab):
            return self.swarm.node_of(lab)
        name = self._keeper(lab)
        return next((node for node in self.swarm.nodes() if node.name == name), None)

    def _room_for(self, project: "ProjectPlan") -> Node:
        """The node with the most room; one that it was lost on only when there is no other."""
        from labctl.engine.swarmspec import RESERVED

        needed = sum(c.body["HostConfig"].get("Memory", 0) for c in project.containers) // RESERVED
        with self._choosing, explained():
            tasks = self.swarm.api.tasks()
            taken = with_chosen(reserved(tasks), self._chosen, placed(tasks))
            nodes, lost = self.swarm.nodes(), marks_of(self.swarm, project.name).lost
            others = [node for node in nodes if node.name not in lost]
            fit = any(node.alive and node.active for node in others)
            node = roomiest(others if fit else nodes, taken)
            self._chosen[project.name] = (node.id, needed)
        return node

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

    def set_node(self, node: str, availability: Availability) -> str:
        """What a node does with labs."""
        listed = self.swarm.nodes()
        nodes = {each.id: each for each in listed} | {each.name: each for each in listed}
        if node not in nodes:
            raise NotFound(
                "the Swarm has no node {node}",
                remedy="its nodes are: {known}",
                node=ascii(node[:60]),
                known=", ".join(each.name for each in listed),
            )
        if not nodes[node].alive:
            raise EnvironmentProblem(
                "the node {node} does not answer",
                remedy="have its seats come back on other nodes: labctl workshop up",
                node=node,
            )
        with explained():
            undisturbed(lambda: self.swarm.api.update_node(nodes[node].id, availability))
        return nodes[node].name

    # -- a room as a whole -------------------------------------------------------------------------

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
