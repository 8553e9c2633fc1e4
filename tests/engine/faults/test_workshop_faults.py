"""A room that is interrupted, killed or left by its engine: what is whole stays; it converges."""

import json
import signal
from typing import Any

import pytest

from tests.engine.faults.moments import Came, Moment, name_of
from tests.engine.faults.private_engine import LEFT_OVER, PrivateEngine, Thing, signalled
from tests.engine.faults.test_engine_stopped import UNLABELLED

# While the seats come up, three at a time: with the first container, in the middle, near the end.
MOMENTS: tuple[Moment, ...] = (
    ("network", "create", 1),
    ("container", "create", 3),
    ("container", "start", 2),
    ("container", "start", 7),
)
UP = ("workshop", "up", "--seats", "4")
WHOLE = 7  # a network, two containers, four volumes
QUICK = 30.0  # seconds from the signal to the end, on a very busy machine


def _of_seats(census: set[Thing]) -> dict[str, int]:
    """How much there is of each seat."""
    found: dict[str, int] = {}
    for _, name in census:
        lab = name.lstrip("/")[: len("workshop-000")]
        if lab.startswith("workshop-") and lab[-3:].isdigit():  # else it is the gateway's
            found[lab] = found.get(lab, 0) + 1
    return found


def made_whole(private: PrivateEngine, *up: str, tries: int = 4) -> None:
    """Another `up` makes every seat ready.

    An engine that ends before it wrote whose volume that is leaves one that labctl does not touch:
    it says how to remove it. One that is killed while it starts a container holds its ports at its
    next start, for nobody: labctl says how to get rid of that, too.
    """
    said: dict[str, Any] | None = None
    for _ in range(tries):
        again = private.labctl(*up, "--json")
        assert again.returncode in (0, 3), again.stderr
        if not again.stdout and LEFT_OVER in again.stderr:
            private.restart()
            continue
        assert again.stdout, again.stderr
        said = json.loads(again.stdout)
        if not said["failed"]:
            break
        for failed in said["failed"]:
            if unlabelled := UNLABELLED.search(failed["remedy"]):
                private.docker("volume", "rm", unlabelled[1])
    assert said is not None, again.stderr
    assert not said["failed"]
    assert {seat["state"] for seat in said["seats"]} == {"ready"}


def _converges(private: PrivateEngine, before: set[Thing]) -> None:
    """Another `up` makes the room whole, and `down` leaves nothing."""
    made_whole(private, *UP)
    sent = private.labctl("send", "--lab", "workshop-004", "--from", "alice", "--to", "alice")
    assert sent.returncode == 0, sent.stderr
    down = private.labctl("workshop", "down")
    assert down.returncode == 0, down.stderr
    assert private.census() == before


@pytest.mark.parametrize("moment", MOMENTS, ids=name_of)
def test_ctrl_c_keeps_what_is_whole_and_takes_back_what_is_torn(
    private: PrivateEngine, moment: Moment
) -> None:
    before = private.census()
    with private.watched(Came(moment)) as now, private.begun(*UP) as labctl:
        code, err, seconds = signalled(labctl, signal.SIGINT, now)
    assert code == 130, err
    assert "Traceback" not in err
    assert seconds < QUICK
    assert set(_of_seats(private.census()).values()) <= {WHOLE}
    _converges(private, before)


@pytest.mark.parametrize("moment", MOMENTS[1:3], ids=name_of)
def test_a_killed_up_is_gone_on_with(private: PrivateEngine, moment: Moment) -> None:
    before = private.census()
    with private.watched(Came(moment)) as now, private.begun(*UP) as labctl:
        signalled(labctl, signal.SIGKILL, now)
    _converges(private, before)


def test_a_killed_up_goes_without_a_trace(private: PrivateEngine) -> None:
    before = private.census()
    with private.watched(Came(MOMENTS[1])) as now, private.begun(*UP) as labctl:
        signalled(labctl, signal.SIGKILL, now)
    down = private.labctl("workshop", "down")
    assert down.returncode == 0, down.stderr
    assert private.census() == before


def test_an_engine_that_ends_in_the_middle_is_told_and_the_room_converges(
    private: PrivateEngine,
) -> None:
    before = private.census()
    with private.watched(Came(("container", "start", 3))) as now, private.begun(*UP) as labctl:
        assert now.wait(60)
        private.stop()
        _, err = labctl.communicate(timeout=120)
        assert labctl.returncode == 3, err
    private.start()
    _converges(private, before)
