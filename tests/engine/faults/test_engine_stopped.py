"""The engine goes away: one clear sentence, and once it is back, all is as it should be."""

import json
import re
import signal
from typing import Any

import pytest

from labctl.engine.archive import PlacedFile, pack
from labctl.engine.dockerengine import DockerEngine
from labctl.engine.labels import LAB_LABEL
from tests.engine.faults.moments import COMING_UP, Came, Moment, name_of
from tests.engine.faults.private_engine import LEFT_OVER, PrivateEngine
from tests.engine.running import labctl

UNLABELLED = re.compile(r"docker volume rm (\S+)")


def _says_that_the_engine_is_gone(code: int, err: str) -> None:
    assert code == 3, err
    errors = [line for line in err.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1, err
    assert "engine" in errors[0]
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("how", "moment"),
    [
        *((signal.SIGKILL, moment) for moment in COMING_UP[::4]),
        *((signal.SIGTERM, moment) for moment in COMING_UP[2::6]),
    ],
    ids=lambda part: name_of(part) if isinstance(part, tuple) else part.name,
)
def test_an_engine_that_goes_away_during_up_is_named_and_a_later_up_converges(
    private: PrivateEngine, moment: Moment, how: signal.Signals
) -> None:
    before = private.census()
    up = ("up", "--name", "blackout", "--ports", "free")
    with private.watched(Came(moment)) as now, private.begun(*up) as begun:
        assert now.wait(30)
        private.stop(how)
        _, err = begun.communicate(timeout=60)
    _says_that_the_engine_is_gone(begun.returncode, err)
    private.start()
    again = private.labctl(*up)
    if LEFT_OVER in again.stderr:
        private.restart()
        again = private.labctl(*up)
    while (unlabelled := UNLABELLED.search(again.stderr)) and again.returncode:
        # The engine ended before it wrote whose volume this is: labctl says how to remove it.
        private.docker("volume", "rm", unlabelled[1])
        again = private.labctl(*up)
    assert again.returncode == 0, again.stderr
    down = private.labctl("down", "--lab", "blackout")
    assert down.returncode == 0, down.stderr
    assert private.census() == before


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_lab_survives_an_engine_that_was_stopped_and_started(
    private: PrivateEngine, how: signal.Signals
) -> None:
    before = private.census()
    assert private.labctl("up", "--name", "blackout", "--ports", "free").returncode == 0
    assert private.labctl("send", "--lab", "blackout", "--subject", "stays").returncode == 0
    private.stop(how)
    for verb in ("status", "up", "down", "reset", "queue"):
        done = private.labctl(verb, "--lab", "blackout")
        _says_that_the_engine_is_gone(done.returncode, done.stderr)
    private.start()
    status = private.labctl("status", "--lab", "blackout", "--json")
    assert json.loads(status.stdout)["state"] in ("stopped", "degraded")
    again = private.labctl("up", "--lab", "blackout")
    assert again.returncode == 0, again.stderr
    assert "stays" in private.labctl("read", "--lab", "blackout", "bob").stdout
    assert private.labctl("down", "--lab", "blackout").returncode == 0
    assert private.census() == before


def test_a_queue_that_the_engines_end_left_half_filled_is_made_anew(
    engine: DockerEngine, lab_name: str
) -> None:
    api: Any = engine.client.api
    labels = {LAB_LABEL: lab_name, "com.docker.compose.project": lab_name}
    queue = f"{lab_name}_queue"
    api.create_volume(queue, labels=labels)
    mount = {"Type": "volume", "Source": queue, "Target": "/half"}
    body = {"Image": engine.images()["postfix"], "HostConfig": {"Mounts": [mount]}}
    writer = api.create_container_from_config(body)["Id"]
    api.put_archive(
        writer, "/half", pack([PlacedFile("/half/active/x", b"", 0o600, 0, 0)], "/half")
    )
    api.remove_container(writer)
    up = labctl("up", "--name", lab_name, "--ports", "free")
    assert up.returncode == 0, up.stderr
    assert labctl("send", "--lab", lab_name).returncode == 0
