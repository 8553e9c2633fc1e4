"""Engines and labs that tests may hurt."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from labctl.engine.dockerengine import DockerEngine
from tests.engine.faults.private_engine import PrivateEngine
from tests.engine.own_engines import needed


@pytest.fixture(scope="session")
def _private_engine(engine: DockerEngine) -> Iterator[PrivateEngine]:
    needed()
    own = PrivateEngine(Path(tempfile.mkdtemp(prefix="labctl-engine-")))
    try:
        images = engine.images()
        own.load([images["postfix"], images["dovecot"], engine.gateway_image()])
        yield own
    finally:
        own.remove()


@pytest.fixture
def private(_private_engine: PrivateEngine) -> Iterator[PrivateEngine]:
    """An engine of the tests' own, running and empty; what a test leaves there is removed."""
    _private_engine.start()
    yield _private_engine
    _private_engine.start()
    _private_engine.clear()
