"""Podman in Docker's place, by its Docker-compatible socket: a lab, exercises, nothing left."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from labctl.engine.dockerengine import DockerEngine
from labctl.engine.install import install
from labctl.model.progress import silent
from tests.engine.faults.podman import PACKAGES, Podman, there

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def podman(engine: DockerEngine) -> Iterator[Podman]:
    """Debian's; CI installs it, elsewhere it is tested where it is."""
    if os.environ.get("CI"):
        install(PACKAGES, silent)
    if os.geteuid() != 0 or not there():
        assert not os.environ.get("CI"), "this needs root and Podman"
        pytest.skip("this needs root and Podman")
    own = Podman(Path(tempfile.mkdtemp(prefix="labctl-podman-")))
    try:
        images = engine.images()
        own.load([images["postfix"], images["dovecot"]])
        yield own
    finally:
        own.remove()


@pytest.fixture
def with_a_lab(podman: Podman) -> Podman:
    """The lab is there, whichever test came before."""
    done = podman.labctl("up", "--ports", "20000")
    assert done.returncode == 0, done.stderr
    return podman


@pytest.mark.parametrize(
    "exercise",
    ["smtp-sends", "submission-ports", "imap-keeps", "who-stores-what"],
)
def test_a_core_exercise_passes(with_a_lab: Podman, exercise: str) -> None:
    done = with_a_lab.labctl("exercise", "run", exercise)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_lab_is_taken_away_whole(with_a_lab: Podman) -> None:
    stopped = with_a_lab.labctl("stop", "dovecot")
    assert stopped.returncode == 0, stopped.stderr
    assert with_a_lab.labctl("up").returncode == 0
    done = with_a_lab.labctl("down")
    assert done.returncode == 0, done.stderr
    assert with_a_lab.census() <= {("network", "bridge")}  # Podman's own, in Docker's words
