"""Images as a stream: out of the engine as ``docker save`` gives them, into it as ``load`` takes.

One stream holds all of them, each layer that they share once.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from labctl.engine.api import Api
from labctl.engine.build import readable
from labctl.engine.socketwire import Refused

if TYPE_CHECKING:
    from docker import DockerClient

_PIECE = 1 << 20  # bytes
_REFUSED = 500  # the engine begins to answer before it knows: its word for that


def save(client: "DockerClient", references: Sequence[str]) -> Iterator[bytes]:
    """The images as one tar.

    Source: https://docs.docker.com/reference/api/engine/version/v1.41/ (ImageGetAll)
    """
    from docker.errors import create_api_error_from_http_exception
    from requests.exceptions import HTTPError

    api: Api = client.api
    url = f"{api.base_url}/v{api.api_version}/images/get"
    with api.get(url, params={"names": list(references)}, stream=True, timeout=None) as answer:
        try:
            answer.raise_for_status()
        except HTTPError as problem:
            create_api_error_from_http_exception(problem)
        yield from answer.iter_content(_PIECE)


def load(client: "DockerClient", pieces: Iterable[bytes]) -> None:
    """Put the images of such a tar into the engine.

    Raises:
        Refused: the engine did not take them.
    """
    api: Api = client.api
    try:
        for event in api.load_image(iter(pieces)):
            readable(event)
    except RuntimeError as problem:
        raise Refused(_REFUSED, str(problem)) from None


def platform(client: "DockerClient", reference: str) -> str:
    """What machine an image is for: ``linux/amd64``."""
    api: Api = client.api
    facts = api.inspect_image(reference)
    return f"{facts['Os']}/{facts['Architecture']}"
