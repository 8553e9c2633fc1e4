"""What of a Swarm is its manager's alone: the lock, the images, the clock."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from labctl.engine.dockerengine import DockerEngine
from labctl.engine.values import ExecResult
from labctl.model.lab import Service
from labctl.model.plan import Plan
from labctl.model.progress import OnProgress, silent

if TYPE_CHECKING:
    from labctl.engine.images import ImageStatus


class SwarmManager:
    """See ``labctl.engine.protocol.Engine`` for what each method promises."""

    manager: DockerEngine

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

    def gateway_image(self, on_progress: OnProgress = silent) -> str:
        """The gateway's image, on the manager."""
        return self.manager.gateway_image(on_progress)

    def list_images(self) -> "tuple[ImageStatus, ...]":
        """The images, present or missing on the manager."""
        return self.manager.list_images()

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

    def run_once(self, plan: Plan, service: str, argv: Sequence[str]) -> ExecResult:
        """Run a command in a container of its own, on the manager."""
        return self.manager.run_once(plan, service, argv)

    def now(self) -> int:
        """The manager's clock."""
        return self.manager.now()

    def version(self) -> str:
        """The manager's version."""
        return self.manager.version()
