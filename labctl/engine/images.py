"""The lab's own images: their names, whether they are there, and how they come to be.

An image's tag is a hash over its build folder: a changed Dockerfile means a new image.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from labctl.engine import apt
from labctl.engine.base import BASE_REFERENCES, ensure_base
from labctl.engine.build import BASE_LABEL, Build, found, run_all
from labctl.engine.explain import absent
from labctl.engine.socketapi import HasApi
from labctl.errors import NoImage, NotFound
from labctl.model.lab import Service
from labctl.model.progress import OnProgress, Progress, silent
from labctl.shipped import shipped

if TYPE_CHECKING:
    from docker import DockerClient

ImageName = Service | Literal["client", "gateway"]

SERVICES: tuple[Service, ...] = get_args(Service)
EVERY_LAB: tuple[Service, ...] = ("postfix", "dovecot")
# What most labs run without: built when it is first used.
AT_FIRST_USE: tuple[ImageName, ...] = ("dns", "filter", "client", "gateway")
ALL: tuple[ImageName, ...] = (*EVERY_LAB, *AT_FIRST_USE)


@dataclass(frozen=True, slots=True)
class ImageStatus:
    """One image of the lab, as ``labctl image ls`` shows it."""

    service: str  # postfix, dovecot, dns, client; base for what they are built on
    reference: str
    present: bool
    size: int = 0  # bytes, layers shared with other images included
    created: str = ""  # RFC 3339
    base: str = ""  # reference of the image it was built on
    optional: bool = False  # most labs run without it: it is built at first use


def build_files(service: ImageName) -> dict[str, bytes]:
    """What the engine is given to build an image from: relative path and content.

    Raises:
        NoImage: this labctl came without the folder.
    """
    folder = shipped("compose") / service
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not _is_scrap(path)
    }
    if "Dockerfile" not in files:
        raise NoImage(
            "this labctl has no Dockerfile for {service} in {folder}",
            remedy="install labctl again",
            service=service,
            folder=folder,
        )
    return files


def image_reference(service: ImageName) -> str:
    """The name of a service's image: ``labctl/postfix:1f0e2d3c4b5a``.

    Raises:
        NoImage: this labctl came without the image's build folder.
    """
    digest = sha256()
    for path, content in build_files(service).items():
        digest.update(f"{path}\0{len(content)}\0".encode())
        digest.update(content)
    return f"labctl/{service}:{digest.hexdigest()[:12]}"


def named(names: Sequence[str]) -> tuple[ImageName, ...]:
    """The images of these names; of none: all that labctl has.

    Raises:
        NotFound: there is no image of that name.
    """
    known = {str(one): one for one in ALL}
    for name in names:
        if name not in known:
            raise NotFound(
                "labctl has no image {name}",
                remedy="its images are: {known}",
                name=ascii(name[:60]),
                known=", ".join(known),
            )
    return tuple(known[name] for name in names) or ALL


def references() -> dict[Service, str]:
    """The images' names, by service."""
    return {service: image_reference(service) for service in SERVICES}


def missing(client: HasApi, wanted: tuple[ImageName, ...] = EVERY_LAB) -> tuple[ImageName, ...]:
    """Those of ``wanted`` that this engine does not have."""
    return tuple(one for one in wanted if not _is_there(client, image_reference(one)))


def _is_there(client: HasApi, reference: str) -> bool:
    try:
        client.api.inspect_image(reference)
    except Exception as error:
        if not absent(error):
            raise
        return False
    return True


def ensure(client: "DockerClient", on_progress: OnProgress = silent) -> dict[Service, str]:
    """Get or build what every lab needs and is missing; return the images' names by service.

    Raises:
        NoImage: the base could not be had, or a build failed; its words are in the message.
    """
    if wanted := missing(client):
        build(client, on_progress, wanted)
    return references()


def build(
    client: "DockerClient",
    on_progress: OnProgress = silent,
    services: tuple[ImageName, ...] = EVERY_LAB,
    *,
    afresh: bool = False,
) -> None:
    """Build images, all at once; ``afresh`` takes nothing from the engine's build cache.

    Raises:
        NoImage: the base could not be had, or a build failed; its words are in the message.
    """
    tell = _one_at_a_time(on_progress)
    archive = apt.this_machine()
    base = ensure_base(client, archive, tell)
    builds = [
        Build(
            service=service,
            reference=image_reference(service),
            files=build_files(service),
            base=base,
            arguments=_reachable_from_inside(dict(archive.proxies)),
            afresh=afresh,
        )
        for service in services
    ]
    run_all(client, builds, tell)


def list_images(client: "DockerClient") -> tuple[ImageStatus, ...]:
    """The images that this labctl uses, present or missing, then what they are built on."""
    own = [_status(client, one, image_reference(one)) for one in ALL]
    bases = [_status(client, "base", reference) for reference in BASE_REFERENCES]
    return (*own, *(base for base in bases if base.present))


def _status(client: "DockerClient", service: str, reference: str) -> ImageStatus:
    optional = service in AT_FIRST_USE
    image = found(client, reference)
    if image is None:
        return ImageStatus(service, reference, present=False, optional=optional)
    return ImageStatus(
        service,
        reference,
        present=True,
        size=int(image.attrs.get("Size") or 0),
        created=str(image.attrs.get("Created") or ""),
        base=image.labels.get(BASE_LABEL, ""),
        optional=optional,
    )


def _is_scrap(path: Path) -> bool:
    """Editors' and file managers' own files change no image."""
    return path.name.startswith(".") or path.name.endswith(("~", ".orig", ".rej"))


def _reachable_from_inside(proxies: Mapping[str, str]) -> dict[str, str]:
    """A proxy on this machine's loopback is not one for a container."""
    loopback = ("//127.", "//localhost", "//[::1]")
    return {name: url for name, url in proxies.items() if not any(part in url for part in loopback)}


def _one_at_a_time(on_progress: OnProgress) -> OnProgress:
    lock = threading.Lock()

    def tell(progress: Progress) -> None:
        with lock:
            on_progress(progress)

    return tell
