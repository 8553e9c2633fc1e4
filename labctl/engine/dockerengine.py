"""The Docker Engine (and what speaks its API) as the ``Engine`` that verbs use."""

import contextlib
from collections.abc import Callable, Collection, Sequence
from threading import Event
from typing import TYPE_CHECKING

from labctl.engine.explain import explained
from labctl.engine.imagesengine import ImagesEngine
from labctl.engine.insideengine import InsideEngine
from labctl.engine.placesengine import PlacesEngine
from labctl.engine.values import FoundLab, Resource, TreeFile
from labctl.errors import NotFound, NotReady
from labctl.model.lab import Endpoint
from labctl.model.plan import Plan
from labctl.model.progress import OnProgress, silent

if TYPE_CHECKING:
    from labctl.engine.compose import ProjectPlan


class DockerEngine(ImagesEngine, PlacesEngine, InsideEngine):
    """See ``labctl.engine.protocol.Engine`` for what each method promises."""

    def locked(self, lab: str) -> contextlib.AbstractContextManager[None]:
        """Hold the lab against another labctl."""
        from labctl.engine.lock import locked

        return locked(self.address.url, lab)

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

    def filled(self, lab: str) -> None:
        """Nothing: here no lab is lost without this engine."""

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
