"""The images of a lab's containers on an engine: what it has, builds, gives away and takes."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from labctl.model.lab import Service
from labctl.model.progress import OnProgress, silent

if TYPE_CHECKING:
    from labctl.engine.images import ImageStatus


class HasImages(Protocol):
    """See ``labctl.engine.protocol.Engine``."""

    def images(
        self, on_progress: OnProgress = silent, *, several_sites: bool = False
    ) -> dict[Service, str]:
        """The reference of each service's image; gets or builds what is missing.

        ``several_sites``: also of what a lab of one site does without: the DNS server, the filter.
        """
        ...

    def build_images(
        self, names: Sequence[str], on_progress: OnProgress = silent, *, afresh: bool = False
    ) -> None:
        """Build those of these images that are missing; none named: all that labctl has.

        ``afresh``: also what is there, and nothing taken from the engine's build cache.

        Raises:
            NotFound: labctl has no such image.
        """
        ...

    def client_image(self, on_progress: OnProgress = silent) -> str:
        """The reference of the mail clients' image; builds it when it is missing."""
        ...

    def gateway_image(self, on_progress: OnProgress = silent) -> str:
        """The reference of the gateway's image; builds it when it is missing."""
        ...

    def list_images(self) -> "tuple[ImageStatus, ...]":
        """The images that this labctl uses, present or missing."""
        ...

    def image_platform(self) -> str:
        """What machine the lab's images on this engine are for: ``linux/amd64``."""
        ...

    def platform(self) -> str:
        """What machine this engine runs images of: ``linux/amd64``."""
        ...

    def save_images(self, references: Sequence[str]) -> Iterator[bytes]:
        """These images as one tar, piece by piece; what they share is in it once."""
        ...

    def load_images(self, pieces: Iterable[bytes]) -> None:
        """Take the images of such a tar."""
        ...
