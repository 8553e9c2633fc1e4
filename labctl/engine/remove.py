"""Remove what a lab left on the engine: containers first, then networks and volumes."""

import http
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

from labctl.engine.api import Api
from labctl.engine.explain import absent, status_code
from labctl.engine.labels import GATEWAY_LABEL
from labctl.engine.values import Resource
from labctl.model.progress import OnProgress, Progress

_LONGEST_REMOVAL = 60  # seconds
_LONGEST_READING = 5.0  # seconds
_nap = Event()
REMOVED = {
    "container": "removed the container {name}",
    "network": "removed the network {name}",
    "volume": "removed the volume {name}",
    "service": "removed the service {name}",
    "config": "removed the config {name}",
}


@contextmanager
def gone_is_fine() -> Iterator[None]:
    """That somebody else did it first is fine."""
    try:
        yield
    except Exception as error:
        if not absent(error):
            raise


def remove_container(api: Api, name: str) -> None:
    """Remove a container, and what volumes it has that no name was given to; wait until it is gone.

    It may be on its way out already: whoever asked for that may have been killed.
    """
    try:
        api.remove_container(name, force=True, v=True)
    except Exception as error:
        if absent(error):
            return
        if "already in progress" not in str(error):
            raise
        with gone_is_fine():
            api.wait(name, timeout=_LONGEST_REMOVAL, condition="removed")


def remove_network(api: Api, name: str) -> None:
    """Remove a lab's network; its workshop's gateway leaves it first."""
    try:
        api.remove_network(name)
    except Exception as error:
        if absent(error):
            return
        if "active endpoints" not in str(error):
            raise
        guests = api.containers(all=True, filters={"network": name, "label": GATEWAY_LABEL})
        for guest in guests:
            with gone_is_fine():
                api.disconnect_container_from_network(guest["Id"], name, force=True)
        if not guests:
            raise
        with gone_is_fine():
            api.remove_network(name)


def _remove_one(api: Api, resource: Resource) -> None:
    if resource.kind == "container":
        remove_container(api, resource.name)
    elif resource.kind == "network":
        remove_network(api, resource.name)
    else:
        with gone_is_fine():
            _remove_volume(api, resource.name)


def _remove_volume(api: Api, name: str) -> None:
    """Remove a volume; another labctl may be reading all seats of its workshop just now."""
    deadline = time.monotonic() + _LONGEST_READING
    while True:
        try:
            api.remove_volume(name)
        except Exception as error:
            if status_code(error) != http.HTTPStatus.CONFLICT or time.monotonic() > deadline:
                raise
        else:
            return
        _nap.wait(0.1)


def remove(api: Api, resources: Sequence[Resource], on_progress: OnProgress) -> None:
    """Remove ``resources``; what is gone already is no error.

    Containers are killed, not stopped: a lab that is removed has nothing left to save.
    """

    def one(resource: Resource) -> None:
        begun = time.monotonic()
        _remove_one(api, resource)
        on_progress(
            Progress(
                f"{resource.kind}:{resource.name}",
                REMOVED[resource.kind],
                "done",
                time.monotonic() - begun,
                values={"name": resource.name},
            )
        )

    with ThreadPoolExecutor(4) as pool:
        for first in (True, False):
            list(pool.map(one, [r for r in resources if (r.kind == "container") is first]))
