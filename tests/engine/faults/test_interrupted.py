"""Ctrl-C, or TERM: `labctl` takes back what it began, and nothing else."""

import signal

import pytest

from tests.engine.faults.moments import COMING_UP, GOING_DOWN, Came, Moment, name_of
from tests.engine.faults.private_engine import PrivateEngine, signalled

QUICK = 15.0  # seconds from the signal to the end, on a very busy machine; 1 to 3 on an idle one


def _interrupt(
    private: PrivateEngine, moment: Moment, *arguments: str, how: signal.Signals = signal.SIGINT
) -> None:
    with private.watched(Came(moment)) as now, private.begun(*arguments) as labctl:
        code, err, seconds = signalled(labctl, how, now)
    assert code == 130, err
    assert "interrupted" in err
    assert "Traceback" not in err
    assert seconds < QUICK


@pytest.mark.parametrize("moment", COMING_UP, ids=name_of)
def test_ctrl_c_in_the_first_up_leaves_nothing(private: PrivateEngine, moment: Moment) -> None:
    before = private.census()
    _interrupt(private, moment, "up", "--name", "stopped", "--ports", "free")
    assert private.census() == before


@pytest.mark.parametrize("moment", COMING_UP[::4], ids=name_of)
def test_term_in_the_first_up_leaves_nothing(private: PrivateEngine, moment: Moment) -> None:
    before = private.census()
    begun = ("up", "--name", "stopped", "--ports", "free")
    _interrupt(private, moment, *begun, how=signal.SIGTERM)
    assert private.census() == before


@pytest.mark.parametrize(
    "moment", [("container", "die", 1), ("container", "create", 1), ("container", "start", 1)]
)
def test_ctrl_c_in_an_up_that_changes_a_lab_keeps_its_mail(
    private: PrivateEngine, moment: Moment
) -> None:
    assert private.labctl("up", "--name", "old", "--ports", "20000").returncode == 0
    assert private.labctl("send", "--lab", "old", "--subject", "stays").returncode == 0
    before = private.census()
    _interrupt(private, moment, "up", "--name", "old", "--ports", "21000")
    volumes = {thing for thing in before if thing[0] == "volume"}
    assert volumes <= private.census()
    again = private.labctl("up", "--name", "old")
    assert again.returncode == 0, again.stderr
    assert private.census() == before
    assert "stays" in private.labctl("read", "--lab", "old", "bob").stdout


@pytest.mark.parametrize("moment", GOING_DOWN, ids=name_of)
def test_after_ctrl_c_in_down_another_down_leaves_nothing(
    private: PrivateEngine, moment: Moment
) -> None:
    before = private.census()
    assert private.labctl("up", "--name", "going", "--ports", "free").returncode == 0
    down = ("down", "--lab", "going")
    with private.watched(Came(moment)) as now, private.begun(*down) as labctl:
        code, err, seconds = signalled(labctl, signal.SIGINT, now)
    assert code in (130, 0), err  # the last removal may be over before the signal is heard
    assert seconds < QUICK
    assert private.labctl("down", "--lab", "going").returncode in (0, 4)  # 4: nothing was left
    assert private.census() == before
