"""Why there is no connection, in words."""

import socket
from pathlib import Path

import pytest

from labctl.engine import connect as module
from labctl.engine.connect import connect, how_to_start, reach
from labctl.engine.locate import EngineAddress
from labctl.engine.socketapi import at_hand
from labctl.errors import NoEngine


def at(path: Path, name: str = "Docker") -> EngineAddress:
    return EngineAddress(f"unix://{path}", "socket", name)


def test_a_socket_that_nobody_listens_on_says_how_to_start(tmp_path: Path) -> None:
    path = tmp_path / "docker.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    with pytest.raises(NoEngine, match="not running") as caught:
        connect(at(path, "Colima"))
    assert "colima start" in str(caught.value)


def test_a_socket_without_permission_names_the_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(socket.socket, "connect", refuse)
    with pytest.raises(NoEngine, match="usermod -aG docker"):
        connect(at(tmp_path / "docker.sock"))


def test_a_port_where_nobody_listens_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    url = f"tcp://127.0.0.1:{port}"
    with pytest.raises(NoEngine, match=url):
        connect(EngineAddress(url, "variable", "DOCKER_HOST"))


@pytest.mark.parametrize("url", ["tcp://host:port", "tcp://[::1", "unix://" + "x" * 300])
def test_an_address_that_cannot_be_used_is_no_crash(url: str) -> None:
    with pytest.raises(NoEngine):
        connect(EngineAddress(url, "variable", "DOCKER_HOST"))


def test_no_engine_anywhere_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find", lambda: ())
    with pytest.raises(NoEngine, match="doctor --fix"):
        reach()


def test_the_first_reason_is_the_one_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find", lambda: (at(tmp_path / "one"), at(tmp_path / "two")))
    with pytest.raises(NoEngine, match="/one"):
        reach()


def test_every_usual_engine_has_its_own_way_to_start() -> None:
    ways = [how_to_start(at(Path("/x"), name)) for name in ("Docker", "Colima", "OrbStack")]
    assert len(set(ways)) == 3


def test_a_pipe_that_nobody_made_says_how_to_start(tmp_path: Path) -> None:
    """Windows' pipes are opened as files are."""
    with pytest.raises(NoEngine, match="start Docker Desktop"):
        connect(EngineAddress(f"npipe://{tmp_path}/none", "socket", "Docker Desktop"))


def test_a_system_without_unix_sockets_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(socket, "AF_UNIX")
    address = EngineAddress("unix:///var/run/docker.sock", "variable", "DOCKER_HOST")
    assert at_hand(address) is None
    with pytest.raises(NoEngine):
        connect(address)
