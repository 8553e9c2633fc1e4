"""Which engine a command speaks to."""

from collections.abc import Iterator

import pytest

from labctl.cli.session import engine
from labctl.engine.dockerengine import DockerEngine
from labctl.engine.swarmengine import SwarmEngine
from labctl.errors import BadUsage


@pytest.fixture(autouse=True)
def _afresh() -> Iterator[None]:
    engine.cache_clear()
    yield
    engine.cache_clear()


@pytest.mark.parametrize("said", ["", "docker"])
def test_docker_unless_said_otherwise(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("LABCTL_ENGINE", said)
    assert isinstance(engine(), DockerEngine)


def test_a_swarm_when_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABCTL_ENGINE", "swarm")
    assert isinstance(engine(), SwarmEngine)


def test_another_engine_is_a_wrong_option(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABCTL_ENGINE", "podman")
    with pytest.raises(BadUsage, match="docker or swarm"):
        engine()
