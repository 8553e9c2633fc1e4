"""Nothing of another project on the same engine is ever touched."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from docker.errors import NotFound
from docker.types import IPAMConfig, IPAMPool

from labctl.engine.dockerengine import DockerEngine
from tests.engine.faults.private_engine import PrivateEngine
from tests.engine.running import labctl, labctl_json

Made = tuple[str, str]  # kind and name


class Neighbour:
    """Somebody else on the same engine, who has things of the names that a lab would take."""

    def __init__(self, engine: DockerEngine, lab: str) -> None:
        self.api: Any = engine.client.api
        self.engine, self.lab = engine, lab
        self.made: list[tuple[str, str]] = []

    def _labels(self, kind: str) -> dict[str, str]:
        return {"com.docker.compose.project": self.lab, f"com.docker.compose.{kind}": "theirs"}

    def _id(self, kind: str, answer: dict[str, Any]) -> str:
        self.made.append((kind, answer.get("Id") or answer["Name"]))
        return self.made[-1][1]

    def container(self, name: str, *, compose: bool = False) -> str:
        image = self.engine.images()["postfix"]
        labels = self._labels("service") if compose else {}
        body = {"Image": image, "Entrypoint": ["sleep", "600"], "Labels": labels}
        made = self._id("container", self.api.create_container_from_config(body, name))
        self.api.start(made)
        return made

    def network(self, name: str, *, compose: bool = False) -> str:
        labels = self._labels("network") if compose else {}
        subnet = str(self.engine.free_subnet(f"{name}-theirs"))
        ipam = IPAMConfig(pool_configs=[IPAMPool(subnet=subnet)])
        return self._id("network", self.api.create_network(name, labels=labels, ipam=ipam))

    def volume(self, name: str, *, compose: bool = False) -> str:
        labels = self._labels("volume") if compose else {}
        return self._id("volume", self.api.create_volume(name, labels=labels))

    def still_has(self) -> list[Made]:
        """What of it is there, containers running."""
        look: dict[str, Callable[[str], dict[str, Any]]] = {
            "container": self.api.inspect_container,
            "network": self.api.inspect_network,
            "volume": self.api.inspect_volume,
        }
        found = []
        for kind, name in self.made:
            with suppress(NotFound):
                if look[kind](name).get("State", {}).get("Running", True):
                    found.append((kind, name))
        return found

    def leaves(self) -> None:
        for kind, name in self.made:
            with suppress(NotFound):
                if kind == "container":
                    self.api.remove_container(name, force=True)
                elif kind == "network":
                    self.api.remove_network(name)
                else:
                    self.api.remove_volume(name)


@pytest.fixture
def neighbour(engine: DockerEngine, lab_name: str) -> Iterator[Neighbour]:
    there = Neighbour(engine, lab_name)
    yield there
    there.leaves()


def _refuses_and_touches_nothing(neighbour: Neighbour, lab: str, named: str) -> None:
    up = labctl("up", "--name", lab, "--ports", "free")
    assert up.returncode == 3, up.stderr
    assert named in up.stderr
    assert "--name" in up.stderr  # the way past it
    assert labctl("down", "--lab", lab).returncode == 4
    assert neighbour.engine.resources(lab) == []
    assert neighbour.still_has() == neighbour.made


def test_a_compose_project_of_the_same_name_is_somebody_elses(
    neighbour: Neighbour, lab_name: str
) -> None:
    neighbour.container(f"{lab_name}-web-1", compose=True)
    neighbour.network(f"{lab_name}_default", compose=True)
    neighbour.volume(f"{lab_name}_data", compose=True)
    _refuses_and_touches_nothing(neighbour, lab_name, f"{lab_name}-web-1")


@pytest.mark.parametrize("service", ["postfix", "dovecot"])
def test_a_container_that_only_has_our_name_is_somebody_elses(
    neighbour: Neighbour, lab_name: str, service: str
) -> None:
    neighbour.container(f"{lab_name}-{service}-1")
    _refuses_and_touches_nothing(neighbour, lab_name, f"{lab_name}-{service}-1")


@pytest.mark.parametrize("compose", [False, True])
def test_a_network_that_only_has_our_name_is_somebody_elses(
    neighbour: Neighbour, lab_name: str, compose: bool
) -> None:
    neighbour.network(f"{lab_name}_lab", compose=compose)
    _refuses_and_touches_nothing(neighbour, lab_name, f"{lab_name}_lab")


@pytest.mark.parametrize("volume", ["mail", "queue", "postfix-config", "dovecot-config"])
def test_a_volume_that_only_has_our_name_is_somebody_elses(
    neighbour: Neighbour, lab_name: str, volume: str
) -> None:
    neighbour.volume(f"{lab_name}_{volume}")
    _refuses_and_touches_nothing(neighbour, lab_name, f"{lab_name}_{volume}")


def test_a_volume_of_a_stopped_compose_project_counts_too(
    neighbour: Neighbour, lab_name: str
) -> None:
    neighbour.volume(f"{lab_name}_data", compose=True)
    _refuses_and_touches_nothing(neighbour, lab_name, f"{lab_name}_data")


def test_neighbours_whose_names_begin_alike_are_left_alone_by_up_and_down(
    neighbour: Neighbour, lab_name: str
) -> None:
    neighbour.container(f"{lab_name}-postfix-10")
    neighbour.network(f"{lab_name}_labour")
    neighbour.volume(f"{lab_name}_mailing-list")
    assert labctl_json("up", "--name", lab_name, "--ports", "free")["state"] == "ready"
    assert labctl("down", "--lab", lab_name).returncode == 0
    assert neighbour.engine.resources(lab_name) == []
    assert neighbour.still_has() == neighbour.made


def test_down_all_removes_labs_and_nothing_else(private: PrivateEngine) -> None:
    neighbour = Neighbour(private.engine, "theirs")
    neighbour.container("theirs-web-1", compose=True)
    neighbour.network("theirs_default", compose=True)
    neighbour.volume("theirs_data", compose=True)
    neighbour.volume("alone")
    before = private.census()
    try:
        assert private.labctl("up", "--name", "one", "--ports", "free").returncode == 0
        down = private.labctl("down", "--all")
        assert down.returncode == 0, down.stderr
        assert private.census() == before
        assert neighbour.still_has() == neighbour.made
    finally:
        neighbour.leaves()
