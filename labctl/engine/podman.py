"""What Podman's Docker-compatible API wants otherwise than Docker's.

It takes the same requests but leaves out what it does not know, the labels and options of a volume
that a container brings, and refuses a tmpfs with an owner. Its volumes can be such a tmpfs.

Source: podman-run(1), podman-volume-create(1) and https://docs.podman.io/en/v4.3/_static/api.html
"""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from labctl.engine.api import Api
from labctl.engine.compose import ContainerPlan, ProjectPlan
from labctl.engine.composekeys import size

Json = dict[str, Any]

# What Podman would otherwise ask for is more than root may have on some machines.
_LIMITS = {"nproc": 8192, "nofile": 4096}
_PAGE = 4096  # bytes of a tmpfs's block


def is_podman(version: Mapping[str, Any]) -> bool:
    """Whether ``GET /version`` was answered by Podman."""
    parts = version.get("Components") or ()
    return any("Podman" in str(part.get("Name")) for part in parts)


# -- plans -----------------------------------------------------------------------------------------


def planned(project: ProjectPlan) -> ProjectPlan:
    """The same project, in which each tmpfs with an owner is a volume of that kind."""
    containers = tuple(_with_volumes(container) for container in project.containers)
    named = (volume.name for one in containers for volume in volumes_of(one.body))
    return replace(
        project,
        containers=containers,
        volumes=tuple(dict.fromkeys((*project.volumes, *named))),
    )


def _with_volumes(container: ContainerPlan) -> ContainerPlan:
    body = copy.deepcopy(container.body)
    host = body["HostConfig"]
    owned = {path: how for path, how in host.get("Tmpfs", {}).items() if _owned(how)}
    host["Tmpfs"] = {p: how for p, how in host.get("Tmpfs", {}).items() if p not in owned}
    host["Mounts"] += [_volume(container.name, host["Mounts"], *one) for one in owned.items()]
    return replace(container, body=body)


def _owned(options: str) -> bool:
    return any(one.startswith(("uid=", "gid=")) for one in options.split(","))


def _volume(container: str, mounts: list[Json], path: str, options: str) -> Json:
    name = container + path.replace("/", "-")
    labels = mounts[0]["VolumeOptions"]["Labels"]  # whose lab it is, as its other volumes say
    driver = {"type": "tmpfs", "device": "tmpfs", "o": options}
    return {
        "Type": "volume",
        "Source": name,
        "Target": path,
        "VolumeOptions": {
            "Labels": {**labels, "com.docker.compose.volume": name},
            "DriverConfig": {"Name": "local", "Options": driver},
        },
    }


# -- requests --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Volume:
    """A volume with a name, as ``create_volume`` takes it."""

    name: str
    labels: Mapping[str, str]
    driver: str
    options: Mapping[str, str]


def volumes_of(body: Json) -> Iterator[Volume]:
    """The volumes with a name that a container brings."""
    for mount in body["HostConfig"].get("Mounts", ()):
        if mount["Type"] == "volume" and mount.get("Source"):
            options = mount.get("VolumeOptions", {})
            driver = options.get("DriverConfig", {})
            yield Volume(
                mount["Source"],
                options.get("Labels", {}),
                driver.get("Name", "local"),
                {key: _in_blocks(text) for key, text in driver.get("Options", {}).items()},
            )


def _in_blocks(options: str) -> str:
    """A tmpfs's size in blocks: Podman takes ``size`` for a quota of the disk."""
    words = (one.partition("=") for one in options.split(","))
    return ",".join(
        f"nr_blocks={-(-size(value) // _PAGE)}" if key == "size" else f"{key}{equal}{value}"
        for key, equal, value in words
    )


def adapted(body: Json) -> Json:
    """The same container in the words that Podman knows."""
    changed = copy.deepcopy(body)
    host = changed["HostConfig"]
    limits = host.get("Ulimits", [])
    given = {limit["Name"] for limit in limits}
    more = [{"Name": n, "Soft": v, "Hard": v} for n, v in _LIMITS.items() if n not in given]
    host["Ulimits"] = [*limits, *more]
    if "Tmpfs" in host:
        host["Tmpfs"] = {path: _without_owner(how) for path, how in host["Tmpfs"].items()}
    return changed


def _without_owner(options: str) -> str:
    """Of a container that runs once, as root: its tmpfs is root's."""
    kept = (one for one in options.split(",") if not one.startswith(("uid=", "gid=")))
    return ",".join(kept)


class Adapting:
    """An engine's API; where Podman answers, containers are made as it wants them."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the API has
        return getattr(self._api, name)

    @cached_property
    def podman(self) -> bool:
        """Whether Podman answers."""
        return is_podman(self._api.version())

    def create_container_from_config(self, body: Json, name: str) -> Json:
        """Make a container, and before it what Podman would make without labels."""
        if self.podman:
            for volume in volumes_of(body):
                self._volume(volume)
            body = adapted(body)
        made: Json = self._api.create_container_from_config(body, name)
        return made

    def _volume(self, volume: Volume) -> None:
        there = self._api.volumes(filters={"name": f"^{volume.name}$"})["Volumes"] or []
        if not there:
            self._api.create_volume(
                volume.name,
                driver=volume.driver,
                driver_opts=dict(volume.options),
                labels=dict(volume.labels),
            )
