"""An engine's images: what it has, builds, gives away and takes."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from labctl.engine.explain import explained
from labctl.engine.reached import ReachedEngine
from labctl.model.lab import Service
from labctl.model.progress import OnProgress, silent

if TYPE_CHECKING:
    from labctl.engine.images import ImageName, ImageStatus


class ImagesEngine(ReachedEngine):
    """See ``labctl.engine.protocol.Engine`` for what each method promises."""

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
