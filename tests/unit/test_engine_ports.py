"""Who holds a port: what the engine's list and a bare bind can tell."""

import socket
from typing import Any

import pytest

from labctl.engine.ports import Holder, by_container, is_taken, overlap


def container(name: str, labels: dict[str, str] | None = None, **port: object) -> dict[str, Any]:
    published = {"IP": "127.0.0.1", "PrivatePort": 25, "PublicPort": 20025, "Type": "tcp"}
    return {"Names": [f"/{name}"], "Labels": labels, "Ports": [{**published, **port}]}


def test_a_lab_of_ours_is_named() -> None:
    running = [container("mail-postfix-1", {"org.labctl.lab": "mail"})]
    assert str(by_container(running, 20025, "127.0.0.1")) == "the lab mail"


def test_another_container_is_named_with_its_project() -> None:
    running = [container("shop-web-1", {"com.docker.compose.project": "shop"}, IP="0.0.0.0")]
    found = by_container(running, 20025, "127.0.0.1")
    assert str(found) == "the container shop-web-1 (Compose project shop)"


@pytest.mark.parametrize("port", [{"Type": "udp"}, {"PublicPort": 1}, {"IP": "192.0.2.1"}])
def test_another_port_is_not_ours(port: dict[str, object]) -> None:
    assert by_container([container("x", None, **port)], 20025, "127.0.0.1") is None


def test_a_container_that_publishes_nothing_holds_nothing() -> None:
    assert by_container([{"Names": ["/x"], "Labels": {}}], 20025, "127.0.0.1") is None


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        ("127.0.0.1", "127.0.0.1", True),
        ("0.0.0.0", "127.0.0.1", True),
        ("::", "127.0.0.1", True),
        ("127.0.0.1", "192.0.2.1", False),
        ("127.0.0.1", "", True),
    ],
)
def test_addresses_that_clash(one: str, other: str, clash: bool) -> None:
    assert overlap(one, other) is clash


def test_a_listener_takes_its_port_and_an_ended_connection_does_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert is_taken(port, "127.0.0.1")
        with socket.create_connection(("127.0.0.1", port)) as client:
            accepted, _ = server.accept()
            accepted.close()  # the server's end closes first: its port lingers in TIME_WAIT
            assert client.recv(1) == b""
    assert not is_taken(port, "127.0.0.1")


def test_a_privileged_port_that_may_not_be_bound_is_tried_by_connecting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setattr(socket.socket, "bind", refuse)
        assert is_taken(port, "127.0.0.1")
    assert not is_taken(port, "127.0.0.1")


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (Holder("process", "nginx", pid=7), "the process nginx (pid 7)"),
        (Holder("process"), "another process"),
        (
            Holder("process", "docker-proxy", pid=7),
            "docker-proxy (pid 7, for a container of another engine, or for one that is gone:"
            " then restart the engine)",
        ),
        (Holder("container", "web"), "the container web"),
    ],
)
def test_holders_in_words(who: Holder, words: str) -> None:
    assert str(who) == words
