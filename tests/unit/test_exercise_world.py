"""What a run asks of the servers comes to an end, whatever state they are in."""

from collections.abc import Sequence
from typing import cast

import pytest

from labctl.engine.protocol import Engine
from labctl.engine.values import ExecResult
from labctl.errors import ExitCode, NotReady
from labctl.model.status import LabStatus
from labctl.verbs.exercise_world import World


class Stuck:
    """An engine in which every command has to be ended by timeout(1)."""

    def exec(self, lab: str, service: str, argv: Sequence[str]) -> ExecResult:
        assert (lab, service, argv[0]) == ("mail", "postfix", "timeout")
        return ExecResult(124, "", "")

    def now(self) -> int:
        return 0


def test_a_server_that_is_stuck_is_named() -> None:
    world = World(cast("Engine", Stuck()), LabStatus("mail", "ready"), ())
    try:
        with pytest.raises(NotReady) as caught:
            world.queue()
    finally:
        world.close()
    assert caught.value.exit_code == ExitCode.ENVIRONMENT
    assert str(caught.value.problem) == "postfix did not answer within 20 s"
    assert "labctl restart postfix" in str(caught.value.remedy)
