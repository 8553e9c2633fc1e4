"""The Docker Engine (and what speaks its API) as the ``Engine`` that verbs use."""

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from ipaddress import IPv4Network
from threading import Event
from typing import TYPE_CHECKING, Any

from labctl.engine import found, inside
from labctl.engine.connect import connect, reach
from labctl.engine.explain import explained
from labctl.engine.labels import LAB_LABEL, SERVICE_LABEL
from labctl.engine.locate import EngineAddress
from labctl.engine.protocol import ExecResult, FoundLab, LogLine, Resource, Tapped, TreeFile
from labctl.engine.socketapi import SocketApi, at_hand
from labctl.errors import NoSuchLab, NotFound, NotReady
from labctl.model.lab import Endpoint, Service
from labctl.model.plan import Plan
from labctl.model.progress import OnProgress, silent

if TYPE_CHECKING:
    from docker import DockerClient

    from labctl.engine.following import Lines
    from labctl.engine.images import ImageStatus


class DockerEngine:
    """See ``labctl.engine.protocol.Engine`` for what each method promises."""

    def __init__(self, address: EngineAddress | None = None) -> None:
        self._address = address

    @cached_property
    def _at_hand(self) -> tuple[EngineAddress, str] | None:
        return at_hand(self._address)

    @cached_property
    def _reached(self) -> "tuple[EngineAddress, DockerClient]":
        known = self._at_hand[0] if self._at_hand else self._address
        return (known, connect(known)) if known else reach()

    @property
    def address(self) -> EngineAddress:
        """Where the engine is."""
        return self._at_hand[0] if self._at_hand else self._reached[0]

    @property
    def client(self) -> "DockerClient":
        """The SDK's client, imported and connected when first needed."""
        return self._reached[1]

    @cached_property
    def api(self) -> Any:  # noqa: ANN401 - docker.APIClient, whose stubs lack what we call
        """One method a request: the SDK's low-level client, or what answers like it."""
        if self._at_hand and (path := self._at_hand[0].socket):
            return SocketApi(path, self._at_hand[1], lambda: self.client.api)
        return self.client.api

    # -- finding -----------------------------------------------------------------------------------

    def labs(self) -> list[FoundLab]:
        """All labs on this engine."""
        with explained():
            return found.labs_of(self.api.containers(all=True, filters={"label": LAB_LABEL}))

    def find(self, lab: str) -> FoundLab | None:
        """One lab."""
        mine = {"label": f"{LAB_LABEL}={lab}"}
        with explained():
            return next(iter(found.labs_of(self.api.containers(all=True, filters=mine))), None)

    def resources(self, lab: str) -> list[Resource]:
        """Everything that carries the lab's label."""
        mine = {"label": f"{LAB_LABEL}={lab}"}
        with explained():
            containers = self.api.containers(all=True, filters=mine)
            networks = self.api.networks(filters=mine)
            volumes = self.api.volumes(filters=mine)["Volumes"] or []
        return [
            *(Resource("container", c["Names"][0].lstrip("/")) for c in containers),
            *(Resource("network", n["Name"]) for n in networks),
            *(Resource("volume", v["Name"]) for v in volumes),
        ]

    def traces(self) -> list[str]:
        """The names of all labs of which anything is there."""
        mine = {"label": LAB_LABEL}
        with explained():
            there = [
                *self.api.containers(all=True, filters=mine),
                *self.api.networks(filters=mine),
                *(self.api.volumes(filters=mine)["Volumes"] or []),
            ]
        return sorted({thing["Labels"][LAB_LABEL] for thing in there})

    def _container(self, lab: str, service: str) -> str:
        wanted = [f"{LAB_LABEL}={lab}", f"{SERVICE_LABEL}={service}"]
        there = self.api.containers(all=True, filters={"label": wanted})
        if not there:
            if self.find(lab) is None:
                raise NoSuchLab(lab)
            raise NotFound(
                "the lab {lab} has no service {service}",
                remedy="see its services: labctl status",
                lab=lab,
                service=service,
            )
        return str(there[0]["Id"])

    # -- what a lab needs first --------------------------------------------------------------------

    def locked(self, lab: str) -> contextlib.AbstractContextManager[None]:
        """Hold the lab against another labctl."""
        from labctl.engine.lock import locked

        return locked(self.address.url, lab)

    def images(self, on_progress: OnProgress = silent) -> dict[Service, str]:
        """The services' images."""
        from labctl.engine.images import build, missing, references

        with explained():
            if wanted := missing(self):
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
        from labctl.engine.images import build, image_reference, missing

        with explained():
            if wanted := missing(self, ("client",)):
                build(self.client, on_progress, wanted)
            return image_reference("client")

    def list_images(self) -> "tuple[ImageStatus, ...]":
        """The images, present or missing."""
        from labctl.engine.images import list_images

        with explained():
            return list_images(self.client)

    def free_subnet(self, lab: str) -> IPv4Network:
        """A free /28."""
        from labctl.engine import subnets

        with explained():
            return subnets.choose(self, lab)

    def check_ports(self, lab: str, endpoints: Sequence[Endpoint]) -> None:
        """Raise ``PortBusy`` for the first port that something else holds."""
        from labctl.engine import ports

        if self.address.local:
            for busy in ports.busy_ports(self, endpoints, ignore_lab=lab):
                raise busy

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
    ) -> None:
        """Make the plan true."""
        from labctl.engine.apply import Application
        from labctl.engine.compose import read_plan

        Application(self.api, read_plan(plan), on_progress, created, started).run()

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

    # -- files -------------------------------------------------------------------------------------

    def kept_file(self, lab: str, service: str, path: str) -> bytes | None:
        """A file of a volume whose container is gone, read through one that is never started."""
        from labctl.engine.kept import kept_file

        with explained():
            image = self.images(silent)["postfix"]
            return kept_file(self.api, lab, f"{lab}_{service}-config", image, path)

    def write_file(self, lab: str, service: str, path: str, content: bytes, mode: int) -> None:
        """Put one file into a volume."""
        with explained():
            inside.write_file(self.api, self._container(lab, service), path, content, mode)

    def read_file(self, lab: str, service: str, path: str) -> bytes:
        """One file."""
        with explained():
            return inside.read_file(self.api, self._container(lab, service), path)

    def read_tree(self, lab: str, service: str, path: str) -> list[TreeFile]:
        """All files below a folder."""
        with explained():
            return inside.read_tree(self.api, self._container(lab, service), path)

    # -- processes and logs ------------------------------------------------------------------------

    def run_once(self, plan: Plan, service: str, argv: Sequence[str]) -> ExecResult:
        """Run a command in a container of its own."""
        from labctl.engine.compose import read_plan
        from labctl.engine.oneoff import run_once

        wanted = next(c for c in read_plan(plan).containers if c.service == service)
        with explained():
            return run_once(self.api, wanted, argv)

    def exec(self, lab: str, service: str, argv: Sequence[str], *, user: str = "") -> ExecResult:
        """Run a command inside a service."""
        with explained():
            return inside.execute(self.api, self._container(lab, service), argv, user)

    def logs(
        self, lab: str, service: str, *, since: int = 0, follow: bool = False, tail: int = 0
    ) -> Iterator[LogLine]:
        """The service's log."""
        with explained():
            container = self._container(lab, service)
            yield from inside.logs(self.api, container, since=since, follow=follow, tail=tail)

    def addresses(self, lab: str) -> dict[str, str]:
        """The services' addresses."""
        mine = {"label": [f"{LAB_LABEL}={lab}", SERVICE_LABEL]}
        with explained():
            there = self.api.containers(filters=mine)
        found = {
            one["Labels"][SERVICE_LABEL]: net["IPAddress"]
            for one in there
            for net in one["NetworkSettings"]["Networks"].values()
        }
        return {service: address for service, address in found.items() if address}

    @contextlib.contextmanager
    def capture(self, lab: str, service: str, image: str, expression: str) -> Iterator[Tapped]:
        """Listen on a service's wire."""
        from labctl.engine.capture import tapped

        with explained():
            beside = self._container(lab, service)
            with tapped(self.client.api, lab, beside, image, expression) as tap:
                yield tap

    def follow(self, lab: str, service: str, *, since: int) -> "Lines":
        """The service's log as it comes."""
        from labctl.engine.following import follow_log

        with explained():
            return follow_log(self.api, self._container(lab, service), since)

    def follow_command(
        self, lab: str, service: str, argv: Sequence[str], *, user: str = ""
    ) -> "Lines":
        """A command's lines as they come."""
        from labctl.engine.following import follow_command

        with explained():
            return follow_command(self.api, self._container(lab, service), list(argv), user)

    def shell(self, lab: str, service: str, argv: Sequence[str]) -> int:
        """Give this terminal to a command inside a service."""
        from labctl.engine.terminal import attach

        with explained():
            return attach(self.api, self._container(lab, service), argv)

    def now(self) -> int:
        """The engine's clock; this machine's, unless the engine is elsewhere."""
        if self.address.local:
            return time.time_ns()
        from datetime import datetime

        with explained():
            stamp = str(self.api.info()["SystemTime"])
        return int(datetime.fromisoformat(stamp[:26].rstrip("Z") + "+00:00").timestamp() * 1e9)
