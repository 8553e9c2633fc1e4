"""The Docker Engine (and what speaks its API) as the ``Engine`` that verbs use."""

import contextlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from ipaddress import IPv4Network
from threading import Event
from typing import TYPE_CHECKING

from labctl.engine.explain import explained
from labctl.engine.insideengine import InsideEngine
from labctl.engine.labels import LAB_LABEL
from labctl.engine.values import FoundLab, Resource, TreeFile
from labctl.errors import NotFound, NotReady, PortBusy
from labctl.model.lab import Endpoint, Service
from labctl.model.plan import Plan
from labctl.model.progress import OnProgress, silent

if TYPE_CHECKING:
    from labctl.engine.compose import ProjectPlan
    from labctl.engine.images import ImageName, ImageStatus
    from labctl.engine.machine import LabUse, Machine


class DockerEngine(InsideEngine):
    """See ``labctl.engine.protocol.Engine`` for what each method promises."""

    # -- what a lab needs first --------------------------------------------------------------------

    def locked(self, lab: str) -> contextlib.AbstractContextManager[None]:
        """Hold the lab against another labctl."""
        from labctl.engine.lock import locked

        return locked(self.address.url, lab)

    def images(
        self, on_progress: OnProgress = silent, *, several_sites: bool = False
    ) -> dict[Service, str]:
        """The services' images."""
        from labctl.engine.images import EVERY_LAB, SERVICES, build, missing, references

        with explained():
            if wanted := missing(self, SERVICES if several_sites else EVERY_LAB):
                build(self.client, on_progress, wanted)
            return references()

    def build_images(
        self, names: Sequence[str], on_progress: OnProgress = silent, *, afresh: bool = False
    ) -> None:
        """Build images, all or some."""
        from labctl.engine.images import build, missing, named

        wanted = named(names)
        with explained():
            if chosen := wanted if afresh else missing(self, wanted):
                build(self.client, on_progress, chosen, afresh=afresh)

    def client_image(self, on_progress: OnProgress = silent) -> str:
        """The mail clients' image."""
        return self._image("client", on_progress)

    def gateway_image(self, on_progress: OnProgress = silent) -> str:
        """The image of a workshop's gateway."""
        return self._image("gateway", on_progress)

    def _image(self, name: "ImageName", on_progress: OnProgress) -> str:
        from labctl.engine.images import build, image_reference, missing

        with explained():
            if wanted := missing(self, (name,)):
                build(self.client, on_progress, wanted)
            return image_reference(name)

    def list_images(self) -> "tuple[ImageStatus, ...]":
        """The images, present or missing."""
        from labctl.engine.images import list_images

        with explained():
            return list_images(self.client)

    def image_platform(self) -> str:
        """What machine the lab's images are for."""
        from labctl.engine.imagefiles import platform
        from labctl.engine.images import image_reference

        with explained():
            return platform(self.client, image_reference("postfix"))

    def platform(self) -> str:
        """What machine this engine is."""
        with explained():
            facts = self.api.version()
        return f"{facts['Os']}/{facts['Arch']}"

    def save_images(self, references: Sequence[str]) -> Iterator[bytes]:
        """These images as one tar."""
        from labctl.engine.imagefiles import save

        with explained():
            yield from save(self.client, references)

    def load_images(self, pieces: Iterable[bytes]) -> None:
        """Take the images of such a tar."""
        from labctl.engine.imagefiles import load

        with explained():
            load(self.client, pieces)

    def free_subnet(self, lab: str) -> IPv4Network:
        """A free /28."""
        return self.free_subnets([lab])[0]

    def free_subnets(self, labs: Sequence[str]) -> list[IPv4Network]:
        """A free /28 for each."""
        from labctl.engine import subnets

        with explained():
            return subnets.choose(self, labs)

    def usual_bind(self, wished: str | None, before: str | None = None) -> str:
        """The wished address, else the lab's so far, else loopback."""
        return wished or before or "127.0.0.1"

    def own_addresses(self) -> Sequence[str]:
        """This machine's addresses beyond loopback."""
        from labctl.engine import subnets

        return subnets.own_addresses()

    def own_names(self) -> Sequence[str]:
        """None: what others call this machine, nobody has said."""
        return ()

    def check_ports(self, lab: str, endpoints: Sequence[Endpoint]) -> None:
        """Raise ``PortBusy`` for the first port that something else holds."""
        for busy in self.busy_ports({lab: endpoints})[lab]:
            raise busy

    def busy_ports(self, wanted: Mapping[str, Sequence[Endpoint]]) -> dict[str, list[PortBusy]]:
        """Which ports of each lab something else holds."""
        from labctl.engine import ports

        if not self.address.local:
            return {lab: [] for lab in wanted}
        with explained():
            return ports.busy_ports_of(self, wanted)

    def free_base(self, bind: str, sites: int = 1) -> int:
        """The first base whose seven ports are free, and those of the next bases for more sites."""
        from labctl.engine import ports

        return ports.free_base(self, bind, sites, local=self.address.local)

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
        """Make the plan true."""
        from labctl.engine.apply import Application
        from labctl.engine.cancelled import Within

        project = self._project(plan)
        own = Within(cancelled)
        Application(self.api, project, on_progress, created, started, own).run()

    def is_made(self, plan: Plan, there: FoundLab) -> bool:
        """Whether all the plan's containers run as it has them."""
        running = {s.name: s.digest for s in there.services if s.state == "running"}
        return all(running.get(c.service) == c.digest for c in self._project(plan).containers)

    def _project(self, plan: Plan) -> "ProjectPlan":
        from labctl.engine.compose import read_plan
        from labctl.engine.podman import planned

        with explained():
            return planned(read_plan(plan)) if self.api.podman else read_plan(plan)

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
        """Wait until one service's endpoints greet."""
        from labctl.engine.ready import wait_ready

        wait_ready(
            endpoints,
            ca_pem,
            deadline=deadline,
            check_alive=lambda: self._check_alive(lab, service),
            cancelled=cancelled or Event(),
            on_progress=on_progress,
        )

    def _check_alive(self, lab: str, service: str) -> None:
        from labctl.engine.ready import refuse_dead

        try:
            with explained():
                state = self.api.inspect_container(self._container(lab, service))["State"]
        except NotFound:
            raise NotReady(
                "{service} was removed while it started",
                remedy="let the other labctl finish, then again: labctl up",
                service=service,
            ) from None
        refuse_dead(service, state, lambda: self.logs(lab, service, tail=8))

    # -- planning ----------------------------------------------------------------------------------

    def machine(self) -> "Machine | None":
        """What the engine's machine has and uses."""
        from labctl.engine.machine import look

        if not self.address.local:
            return None
        with explained():
            return look(str(self.api.info().get("DockerRootDir") or ""))

    def used(self, lab: str) -> "LabUse":
        """What a lab's running containers use."""
        from labctl.engine.machine import use_of

        mine = {"label": f"{LAB_LABEL}={lab}"}
        with explained():
            there = self.api.containers(filters=mine)
            return use_of([self.api.stats(c["Id"], stream=False, one_shot=True) for c in there])

    def free_seats(self, base: int, sites: int) -> int:
        """How many seats find their ports free."""
        from labctl.engine import ports

        return ports.free_seats(self, base, sites, local=self.address.local)

    def subnets_left(self) -> int:
        """How many more labs find a subnet."""
        from labctl.engine import subnets

        with explained():
            return subnets.left(self)

    def filled(self, lab: str) -> None:
        """Nothing: here no lab is lost without this engine."""

    # -- a workshop's gateway ----------------------------------------------------------------------

    def can_have_gateway(self) -> bool:
        """Whether a container here may stand at the machine's own ports."""
        from labctl.engine.gateway import at_own_ports

        with explained():
            return at_own_ports(self.api.info())

    def admit(self, gateway: str, lab: str, address: str) -> None:
        """Let a workshop's gateway into a lab's network."""
        from labctl.engine.gateway import admit

        with explained():
            for service in ("gateway", "door"):
                self.api.start(self._container(gateway, service))
            admit(self.api, self._container(gateway, "gateway"), f"{lab}_lab", address)

    def remove(self, resources: Sequence[Resource], on_progress: OnProgress = silent) -> None:
        """Remove containers, then networks and volumes."""
        from labctl.engine.remove import remove

        with explained():
            remove(self.api, resources, on_progress)

    def start(self, lab: str, service: str) -> None:
        """Start one service."""
        with explained():
            self.api.start(self._container(lab, service))

    def stop(self, lab: str, service: str) -> None:
        """Stop one service."""
        with explained():
            self.api.stop(self._container(lab, service))

    def kept_file(self, lab: str, service: str, path: str) -> bytes | None:
        """A file of a volume whose container is gone, read through one that is never started."""
        from labctl.engine.kept import kept_file

        with explained():
            image = self.images(silent)["postfix"]
            return kept_file(self.api, lab, f"{lab}_{service}-config", image, path)

    def kept_trees(self, labs: Collection[str], service: str) -> dict[str, list[TreeFile]]:
        """The configuration volumes of several labs, read at once."""
        from labctl.engine.kept import kept_trees

        with explained():
            image = self.images(silent)["postfix"]
            return kept_trees(self.api, {lab: f"{lab}_{service}-config" for lab in labs}, image)
