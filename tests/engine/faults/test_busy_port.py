"""A port of the lab is taken: by whom, and the way past it; nothing is left behind."""

import os
import socket
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psutil
import pytest

from labctl.engine.dockerengine import DockerEngine
from tests.engine.running import RunningLab, labctl


@pytest.fixture
def container_at(engine: DockerEngine, lab_name: str, base: int) -> Iterator[str]:
    """A container of somebody's that publishes what would be the lab's imaps port."""
    api: Any = engine.client.api
    name = f"{lab_name}-theirs"
    body = {
        "Image": engine.images()["postfix"],
        "Entrypoint": ["sleep", "600"],
        "ExposedPorts": {"80/tcp": {}},
        "HostConfig": {
            "PortBindings": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": str(base + 93)}]}
        },
    }
    api.create_container_from_config(body, name)
    api.start(name)
    yield name
    api.remove_container(name, force=True)


def _is_refused(engine: DockerEngine, lab: str, base: int, *said: str) -> None:
    up = labctl("up", "--name", lab, "--ports", str(base))
    assert up.returncode == 3, up.stderr
    errors = [line for line in up.stderr.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1
    for words in said:
        assert words in errors[0]
    assert "--ports" in up.stderr
    assert engine.resources(lab) == []


def test_a_port_that_a_process_holds(engine: DockerEngine, lab_name: str, base: int) -> None:
    with closing(socket.create_server(("127.0.0.1", base + 43))):
        holder = f"the process {psutil.Process().name()} (pid {os.getpid()})"
        _is_refused(engine, lab_name, base, f"port {base + 43} (imap)", holder)


def test_a_port_that_another_container_holds(
    engine: DockerEngine, lab_name: str, base: int, container_at: str
) -> None:
    _is_refused(
        engine, lab_name, base, f"port {base + 93} (imaps)", f"the container {container_at}"
    )


def test_a_port_that_another_of_our_labs_holds(
    engine: DockerEngine, lab_name: str, own_lab: RunningLab
) -> None:
    base = own_lab.endpoint("smtp").port - 25
    _is_refused(
        engine, f"{lab_name}-b", base, f"port {base + 25} (smtp)", f"the lab {own_lab.name}"
    )


def test_a_lab_whose_port_was_taken_while_it_was_stopped_keeps_its_mail(
    own_lab: RunningLab,
) -> None:
    own_lab.deliver(own_lab.spec.accounts[1], subject="kept")
    port = own_lab.endpoint("imap").port
    assert labctl("stop", "dovecot", "--lab", own_lab.name).returncode == 0
    with closing(socket.create_server(("127.0.0.1", port))):
        up = labctl("up", "--lab", own_lab.name)
        assert up.returncode == 3
        assert f"port {port} (imap)" in up.stderr
        start = labctl("start", "dovecot", "--lab", own_lab.name)
        assert start.returncode == 3
        assert str(port) in start.stderr
    assert labctl("up", "--lab", own_lab.name).returncode == 0
    assert own_lab.inbox_count(own_lab.spec.accounts[1]) == 1


def test_an_address_that_this_machine_does_not_have(engine: DockerEngine, lab_name: str) -> None:
    up = labctl("up", "--name", lab_name, "--ports", "free", "--bind", "192.0.2.7")
    assert up.returncode == 3, up.stderr
    assert "192.0.2.7" in up.stderr
    assert "--bind 127.0.0.1" in up.stderr
    assert engine.resources(lab_name) == []
