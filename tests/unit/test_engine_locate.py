"""Where the engine is looked for, and in which order."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.engine.locate import EngineAddress, candidates
from labctl.errors import NoEngine

HOME = Path("/home/alice")


def look(
    environ: dict[str, str] | None = None,
    files: dict[str, str] | None = None,
    *,
    windows: bool = False,
) -> tuple[EngineAddress, ...]:
    there = {Path(path): text for path, text in (files or {}).items()}
    return candidates(
        environ or {}, HOME, exists=there.__contains__, read=there.get, windows=windows
    )


def context(name: str, endpoint: object) -> dict[str, str]:
    identity = sha256(name.encode()).hexdigest()
    meta = json.dumps({"Name": name, "Endpoints": {"docker": endpoint}})
    return {f"{HOME}/.docker/contexts/meta/{identity}/meta.json": meta}


def test_the_variable_comes_before_everything() -> None:
    files = {"/var/run/docker.sock": "", **context("colima", {"Host": "unix:///c.sock"})}
    (found,) = look({"DOCKER_HOST": "ssh://me@vm", "DOCKER_CONTEXT": "colima"}, files)
    assert (found.url, found.source, found.local) == ("ssh://me@vm", "variable", False)


def test_the_variable_brings_its_certificates() -> None:
    environ = {
        "DOCKER_HOST": "tcp://10.0.0.1:2376",
        "DOCKER_TLS_VERIFY": "1",
        "DOCKER_CERT_PATH": "/c",
    }
    (found,) = look(environ)
    assert found.tls is not None
    assert (found.tls.ca, found.tls.verify) == (Path("/c/ca.pem"), True)


@pytest.mark.parametrize(
    "url", ["nonsense", "ftp://x", "tcp://", "/var/run/docker.sock", "tcp://[::1"]
)
def test_a_variable_that_is_no_address_is_named(url: str) -> None:
    with pytest.raises(NoEngine, match="DOCKER_HOST"):
        look({"DOCKER_HOST": url})


def test_the_context_of_the_configuration_is_read() -> None:
    files = {
        f"{HOME}/.docker/config.json": json.dumps({"currentContext": "colima"}),
        "/var/run/docker.sock": "",
        **context("colima", {"Host": "unix:///home/alice/.colima/default/docker.sock"}),
    }
    (found,) = look({}, files)
    assert (found.source, found.name, found.local) == ("context", "colima", True)


def test_a_context_brings_its_certificates() -> None:
    identity = sha256(b"far").hexdigest()
    folder = f"{HOME}/.docker/contexts/tls/{identity}/docker"
    files = {
        **context("far", {"Host": "tcp://far:2376", "SkipTLSVerify": True}),
        f"{folder}/ca.pem": "",
        f"{folder}/cert.pem": "",
    }
    (found,) = look({"DOCKER_CONTEXT": "far"}, files)
    assert found.tls is not None
    assert found.tls.certificate == Path(folder) / "cert.pem"
    assert (found.tls.key, found.tls.verify) == (None, False)


def test_the_context_default_means_the_usual_sockets() -> None:
    (found,) = look({"DOCKER_CONTEXT": "default"}, {"/var/run/docker.sock": ""})
    assert found == EngineAddress("unix:///var/run/docker.sock", "socket", "Docker")


@pytest.mark.parametrize("endpoint", [None, {}, {"Host": 3}, "text", {"Host": "no"}])
def test_a_context_that_says_nothing_usable_is_named(endpoint: object) -> None:
    with pytest.raises(NoEngine, match="broken"):
        look({"DOCKER_CONTEXT": "broken"}, context("broken", endpoint))


def test_the_usual_sockets_are_tried_in_order() -> None:
    files = dict.fromkeys(
        [
            f"{HOME}/.colima/default/docker.sock",
            "/run/user/1000/podman/podman.sock",
            "/run/user/1000/docker.sock",
        ],
        "",
    )
    found = look({"XDG_RUNTIME_DIR": "/run/user/1000"}, files)
    assert [address.name for address in found] == ["rootless Docker", "Colima", "Podman"]


def test_windows_has_pipes() -> None:
    found = look(windows=True)
    assert [address.name for address in found] == ["Docker Desktop", "Podman Machine"]
    assert found[0].pipe == "//./pipe/docker_engine"
    assert all(address.local and address.socket is None for address in found)


def test_an_engine_behind_a_forwarded_port_is_local() -> None:
    assert EngineAddress("tcp://localhost:2375", "variable", "DOCKER_HOST").local
    assert not EngineAddress("tcp://example.test:2375", "variable", "DOCKER_HOST").local


@given(st.text())
def test_any_configuration_file_is_survived(text: str) -> None:
    files = {f"{HOME}/.docker/config.json": text, "/var/run/docker.sock": ""}
    assert look({}, files)[0].name == "Docker"
