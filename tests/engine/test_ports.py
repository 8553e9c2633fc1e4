"""Each holder of a busy port is named: a lab of ours, another container, a process."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest
from docker import DockerClient

from labctl.engine import images
from labctl.engine.connect import connect
from labctl.engine.labels import LAB_LABEL
from labctl.engine.ports import busy_ports, free_base, holder
from labctl.model.lab import Endpoint, shifted

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def client() -> Iterator[DockerClient]:
    client = connect()
    images.ensure(client)
    yield client
    client.close()


@pytest.fixture
def port(client: DockerClient) -> int:
    """The port of smtp at a base where all is free."""
    return shifted(free_base(client), "smtp")


@contextmanager
def published(client: DockerClient, port: int, labels: dict[str, str]) -> Iterator[str]:
    container = client.containers.run(
        images.image_reference("postfix"),
        ["sleep", "60"],
        detach=True,
        labels=labels,
        ports={"25/tcp": ("127.0.0.1", port)},
    )
    try:
        yield str(container.name)
    finally:
        container.remove(force=True)


def test_a_process_is_named_with_its_pid(client: DockerClient, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        (busy,) = busy_ports(client, [Endpoint("smtp", "127.0.0.1", port)])
    assert busy.holder == f"the process {psutil.Process().name()} (pid {os.getpid()})"
    assert busy.port == port
    assert holder(client, port) is None


def test_another_container_is_named(client: DockerClient, port: int) -> None:
    with published(client, port, {"com.docker.compose.project": "shop"}) as name:
        (busy,) = busy_ports(client, [Endpoint("smtp", "127.0.0.1", port)])
    assert busy.holder == f"the container {name} (Compose project shop)"


def test_another_lab_is_named_and_the_lab_itself_is_not_in_the_way(
    client: DockerClient, port: int
) -> None:
    endpoint = Endpoint("smtp", "127.0.0.1", port)
    with published(client, port, {LAB_LABEL: "rivals"}):
        (busy,) = busy_ports(client, [endpoint], ignore_lab="mail")
        assert busy.holder == "the lab rivals"
        assert busy_ports(client, [endpoint], ignore_lab="rivals") == []


def test_a_base_with_one_busy_port_is_passed_over(client: DockerClient) -> None:
    base = free_base(client)
    with socket.create_server(("127.0.0.1", shifted(base, "pop3s"))):
        assert free_base(client) != base
