"""A Swarm that tests may hurt."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from labctl.engine.dockerengine import DockerEngine
from tests.engine.own_engines import needed
from tests.engine.swarm.three_engines import ThreeEngines


@pytest.fixture(scope="session")
def swarm(engine: DockerEngine) -> Iterator[ThreeEngines]:
    """Three engines, joined; the third has no images: it gets them by labctl."""
    needed()
    images = engine.images()
    three = ThreeEngines(Path(tempfile.mkdtemp(prefix="labctl-swarm-")))
    try:
        for node in three.nodes[:2]:
            node.load([images["postfix"], images["dovecot"]])
        yield three
    finally:
        three.remove()
