"""A Swarm that tests may hurt."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from labctl.engine.dockerengine import DockerEngine
from tests.engine.swarm.three_engines import CAN_BE_HAD, ThreeEngines


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Three engines are enough for one machine: all tests of this folder go to one process."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("three engines"))


@pytest.fixture(scope="session")
def swarm(engine: DockerEngine) -> Iterator[ThreeEngines]:
    """Three engines, joined; the third has no images: it gets them by labctl."""
    if not CAN_BE_HAD:
        if os.environ.get("CI"):
            pytest.fail("engines of the tests' own need root and dockerd")
        pytest.skip("engines of the tests' own need root and dockerd")
    images = engine.images()
    three = ThreeEngines(Path(tempfile.mkdtemp(prefix="labctl-swarm-")))
    try:
        for node in three.nodes[:2]:
            node.load([images["postfix"], images["dovecot"]])
        yield three
    finally:
        three.remove()
