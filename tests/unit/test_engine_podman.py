"""What Podman is asked otherwise than Docker."""

from typing import Any

import pytest

from labctl.engine.compose import ContainerPlan, ProjectPlan
from labctl.engine.podman import Adapting, adapted, is_podman, planned, volumes_of

BODY: dict[str, Any] = {
    "Image": "labctl/dovecot:1",
    "HostConfig": {
        "Tmpfs": {"/tmp": "uid=5000,gid=5000,mode=0700,size=16m", "/overheard": "size=20m"},
        "Mounts": [
            {
                "Type": "volume",
                "Source": "mail_mail",
                "Target": "/srv/mail",
                "VolumeOptions": {
                    "Labels": {"org.labctl.lab": "mail"},
                    "DriverConfig": {"Name": "local", "Options": {"type": "tmpfs"}},
                },
            },
            {"Type": "volume", "Target": "/scratch"},
        ],
    },
}


class Engine:
    """Answers as an engine would, and notes what was made."""

    def __init__(self, kind: str, volumes: tuple[str, ...] = ()) -> None:
        self.kind, self.there = kind, volumes
        self.made: list[object] = []

    def version(self) -> dict[str, Any]:
        return {"Components": [{"Name": self.kind}]}

    def volumes(self, filters: dict[str, str]) -> dict[str, Any]:
        return {"Volumes": [{"Name": n} for n in self.there if filters["name"] == f"^{n}$"]}

    def create_volume(self, name: str, **wanted: object) -> None:
        self.made.append((name, wanted))

    def create_container_from_config(self, body: object, name: str) -> dict[str, str]:
        self.made.append((name, body))
        return {"Id": "1"}


@pytest.mark.parametrize(
    ("version", "podman"),
    [
        ({"Components": [{"Name": "Podman Engine"}, {"Name": "Conmon"}]}, True),
        ({"Components": [{"Name": "Engine"}, {"Name": "containerd"}]}, False),
        ({"Components": None}, False),
        ({}, False),
    ],
)
def test_podman_says_so(version: dict[str, Any], podman: bool) -> None:
    assert is_podman(version) is podman


def test_docker_is_asked_as_ever() -> None:
    engine = Engine("Engine")
    Adapting(engine).create_container_from_config(BODY, "c")
    assert engine.made == [("c", BODY)]


def test_podmans_volumes_are_made_first_with_their_labels() -> None:
    engine = Engine("Podman Engine")
    assert Adapting(engine).create_container_from_config(BODY, "c") == {"Id": "1"}
    labels = {"org.labctl.lab": "mail"}
    volume = {"driver": "local", "driver_opts": {"type": "tmpfs"}, "labels": labels}
    assert engine.made == [("mail_mail", volume), ("c", adapted(BODY))]


def test_a_volume_that_is_there_stays() -> None:
    engine = Engine("Podman Engine", volumes=("mail_mail",))
    Adapting(engine).create_container_from_config(BODY, "c")
    assert engine.made == [("c", adapted(BODY))]


def test_a_container_gets_limits_that_root_may_set_and_no_owner_of_a_tmpfs() -> None:
    host = adapted(BODY)["HostConfig"]
    assert host["Tmpfs"] == {"/tmp": "mode=0700,size=16m", "/overheard": "size=20m"}
    assert {limit["Name"] for limit in host["Ulimits"]} == {"nproc", "nofile"}
    assert "Ulimits" not in BODY["HostConfig"]


def test_a_tmpfs_with_an_owner_is_a_volume_of_the_lab() -> None:
    container = ContainerPlan("mail-dovecot-1", "dovecot", BODY, (), "digest")
    project = planned(ProjectPlan("mail", (), ("mail_mail",), (container,)))
    assert project.volumes == ("mail_mail", "mail-dovecot-1-tmp")
    (one,) = project.containers
    assert one.body["HostConfig"]["Tmpfs"] == {"/overheard": "size=20m"}
    volume = {v.name: v for v in volumes_of(one.body)}["mail-dovecot-1-tmp"]
    assert volume.labels["org.labctl.lab"] == "mail"
    assert volume.options == {
        "type": "tmpfs",
        "device": "tmpfs",
        "o": "uid=5000,gid=5000,mode=0700,nr_blocks=4096",
    }
    assert one.digest == "digest"
