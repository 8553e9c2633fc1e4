"""`labctl` is killed at any moment: what it leaves comes up again, or goes without a trace."""

import json
import signal

import pytest

from tests.engine.faults.moments import COMING_UP, GOING_DOWN, Came, Moment, name_of
from tests.engine.faults.private_engine import PrivateEngine, signalled


def _kill(private: PrivateEngine, moment: Moment, *arguments: str) -> None:
    with private.watched(Came(moment)) as now, private.begun(*arguments) as labctl:
        code, err, _ = signalled(labctl, signal.SIGKILL, now)
    assert code == -signal.SIGKILL, err


def _is_whole(private: PrivateEngine, lab: str) -> None:
    """Another `up` works; Postfix, Dovecot and labctl agree on alice's password."""
    again = private.labctl("up", "--name", lab, "--ports", "free")
    assert again.returncode == 0, again.stderr
    sent = private.labctl("send", "--lab", lab, "--from", "alice", "--to", "alice")
    assert sent.returncode == 0, sent.stderr


def _goes(private: PrivateEngine, lab: str) -> None:
    down = private.labctl("down", "--lab", lab)
    assert down.returncode == 0, down.stderr


@pytest.mark.parametrize("moment", COMING_UP, ids=name_of)
def test_after_a_killed_up_another_up_makes_the_lab_whole_and_down_leaves_nothing(
    private: PrivateEngine, moment: Moment
) -> None:
    before = private.census()
    _kill(private, moment, "up", "--name", "torn", "--ports", "free")
    _is_whole(private, "torn")
    _goes(private, "torn")
    assert private.census() == before


@pytest.mark.parametrize("moment", COMING_UP[::3], ids=name_of)
def test_after_a_killed_up_down_alone_leaves_nothing(
    private: PrivateEngine, moment: Moment
) -> None:
    before = private.census()
    _kill(private, moment, "up", "--name", "torn", "--ports", "free")
    _goes(private, "torn")
    assert private.census() == before


@pytest.mark.parametrize("moment", GOING_DOWN, ids=name_of)
def test_after_a_killed_down_another_down_leaves_nothing(
    private: PrivateEngine, moment: Moment
) -> None:
    before = private.census()
    assert private.labctl("up", "--name", "torn", "--ports", "free").returncode == 0
    _kill(private, moment, "down", "--lab", "torn")
    down = private.labctl("down", "--lab", "torn")
    assert down.returncode in (0, 4), down.stderr  # 4: the engine had been asked for all of it
    assert private.census() == before


def test_an_up_killed_while_it_looks_into_kept_mail_leaves_nothing_behind(
    private: PrivateEngine,
) -> None:
    before = private.census()
    first = private.labctl("up", "--name", "kept", "--ports", "free", "--json")
    assert private.labctl("down", "--lab", "kept", "--keep-mail").returncode == 0
    _kill(private, ("container", "create", 1), "up", "--name", "kept", "--ports", "free")
    again = private.labctl("up", "--name", "kept", "--ports", "free", "--json")
    assert again.returncode == 0, again.stderr
    assert _accounts(again.stdout) == _accounts(first.stdout)
    _goes(private, "kept")
    assert private.census() == before


def _accounts(printed: str) -> object:
    return json.loads(printed)["accounts"]
