"""Make a plan true on a Docker engine: what is right stays, the rest is made or made anew.

A container that was created but never started may lack files, so it is made anew; one that ran has
them. Creating and starting is bound by the CPU: two at a time is as fast as it gets.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from labctl.engine.archive import pack
from labctl.engine.compose import (
    ContainerPlan,
    NetworkPlan,
    ProjectPlan,
)
from labctl.engine.explain import explained, status_code
from labctl.engine.labels import DIGEST_LABEL
from labctl.engine.ours import PROJECT_LABEL, ours
from labctl.engine.remove import gone_is_fine, remove_container, remove_network
from labctl.engine.undisturbed import deferred, undisturbed
from labctl.engine.values import Resource
from labctl.model.progress import OnProgress, Progress

_AT_ONCE = 2
_NOT_MADE = (403, 409)  # the engine's answers when the name or the subnet is in use already


@dataclass(slots=True)
class Application:
    """One run of ``apply``: the engine, and what this run has made so far."""

    api: Any  # docker.APIClient
    project: ProjectPlan
    on_progress: OnProgress
    created: list[Resource]
    started: Callable[[str, Event], None]
    cancelled: Event = field(default_factory=Event)
    new_volumes: frozenset[str] = frozenset()

    def run(self) -> None:
        """Apply the whole project.

        Raises:
            ForeignProject: the name is in use by something that is not ours.
            EnvironmentProblem: the engine refused, said in its words.
        """
        with explained():
            there = self._containers()
            self._volumes_that_are_new()
            if self._networks(there):
                there = {}
            self._each(lambda container: self._container(container, there.get(container.name)))

    def _containers(self) -> dict[str, dict[str, Any]]:
        """The project's containers by name; refuses what is not ours."""
        wanted = [c.name for c in self.project.containers]
        found: dict[str, dict[str, Any]] = {}
        for those in (
            {"label": [f"{PROJECT_LABEL}={self.project.name}"]},
            {"name": [f"^/?{name}$" for name in wanted]},
        ):
            there = self.api.containers(all=True, filters=those)
            found |= {c["Names"][0].lstrip("/"): c for c in there}
        return ours("container", self.project.name, wanted, found)

    def _volumes_that_are_new(self) -> None:
        """Containers bring their volumes; an interrupted run must know which were not there."""
        there = {v["Name"]: v for v in self.api.volumes()["Volumes"] or []}
        found = ours("volume", self.project.name, self.project.volumes, there)
        self.new_volumes = frozenset(self.project.volumes) - found.keys()

    def _networks(self, there: dict[str, dict[str, Any]]) -> bool:
        """Make the networks; whether one had to be made anew, and every container with it."""
        wanted = [n.name for n in self.project.networks]
        listed = {n["Name"]: n for n in self.api.networks()}
        found = ours("network", self.project.name, wanted, listed)
        anew = False
        for network in self.project.networks:
            old = found.get(network.name)
            if old is not None and _subnet(old) == network.subnet:
                continue
            if old is not None:
                anew = True
                for name in there:
                    self._remove_container(name)
                remove_network(self.api, network.name)
            self._create_network(network)
        return anew

    def _create_network(self, network: NetworkPlan) -> None:
        with self._making(Resource("network", network.name)):
            # Ctrl-C waits for the engine's answer, so that what was made is known.
            undisturbed(
                lambda: self.api.create_network(
                    network.name,
                    driver="bridge",
                    ipam={"Driver": "default", "Config": [{"Subnet": network.subnet}]},
                    labels=network.labels,
                    options=network.options,
                    internal=network.internal,
                    check_duplicate=True,
                )
            )

    @contextmanager
    def _making(self, *resources: Resource) -> Iterator[None]:
        """Note what is being made before it is; what had its name already is not this run's."""
        self.created.extend(resources)
        try:
            yield
        except Exception as error:
            if status_code(error) in _NOT_MADE:
                for resource in resources:
                    self.created.remove(resource)
            raise

    def _each(self, action: Callable[[ContainerPlan], None]) -> None:
        """Act on all containers, two at a time; the first failure stops what has not begun."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            try:
                with deferred():
                    futures = [pool.submit(action, c) for c in self.project.containers]
                for future in as_completed(futures):
                    future.result()
            except BaseException:
                self.cancelled.set()
                raise

    def _container(self, wanted: ContainerPlan, there: dict[str, Any] | None) -> None:
        begun = time.monotonic()
        step = f"container:{wanted.service}"
        if self.cancelled.is_set():
            return
        if there is not None and _is_right(there, wanted):
            if there["State"] != "running":
                self.api.start(wanted.name)
        else:
            self.on_progress(
                Progress(step, "starting {service}", values={"service": wanted.service})
            )
            if there is not None:
                self._remove_container(wanted.name)
            self._create(wanted)
        self.on_progress(
            Progress(
                step,
                "{service} started",
                "done",
                time.monotonic() - begun,
                values={"service": wanted.service},
            )
        )
        if not self.cancelled.is_set():
            self.started(wanted.service, self.cancelled)

    def _create(self, wanted: ContainerPlan) -> None:
        mounted = (mount["Source"] for mount in wanted.body["HostConfig"]["Mounts"])
        brings = [Resource("volume", name) for name in mounted if name in self.new_volumes]
        with self._making(Resource("container", wanted.name), *brings):
            self.api.create_container_from_config(wanted.body, wanted.name)
        if self.cancelled.is_set():
            return
        for mount in wanted.body["HostConfig"]["Mounts"]:
            below = [f for f in wanted.files if f.target.startswith(mount["Target"] + "/")]
            if below:
                self.api.put_archive(wanted.name, mount["Target"], pack(below, mount["Target"]))
        if not self.cancelled.is_set():
            self.api.start(wanted.name)

    def _remove_container(self, name: str) -> None:
        """Stop as its administrator would, so that nothing in flight is lost, then remove."""
        with gone_is_fine():
            self.api.stop(name)
        remove_container(self.api, name)


def _subnet(network: dict[str, Any]) -> str:
    return next((c["Subnet"] for c in network["IPAM"]["Config"] or []), "")


def _is_right(there: dict[str, Any], wanted: ContainerPlan) -> bool:
    same = there["Labels"].get(DIGEST_LABEL) == wanted.digest
    return same and there["State"] in ("running", "exited")
