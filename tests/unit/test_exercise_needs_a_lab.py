"""An exercise needs a lab that is ready; without one it says what to type."""

from dataclasses import replace
from typing import cast

import pytest

from labctl.engine.protocol import Engine
from labctl.errors import ExitCode, NotReady
from labctl.exercise.load import load_all
from labctl.model.status import LabState, LabStatus
from labctl.shipped import built_in_exercises
from labctl.verbs.exercise_run import run_exercise

NO_ENGINE = cast("Engine", None)  # nothing is asked of it
ONE = load_all(built_in_exercises())[0]


def test_no_lab_runs() -> None:
    with pytest.raises(NotReady) as caught:
        run_exercise(NO_ENGINE, LabStatus("mail", "absent"), ONE)
    assert caught.value.exit_code == ExitCode.ENVIRONMENT
    assert str(caught.value) == (
        "an exercise needs a lab, and none is running\n  start one: labctl up"
    )


@pytest.mark.parametrize("state", ["stopped", "degraded"])
def test_a_lab_is_not_ready(state: LabState) -> None:
    with pytest.raises(NotReady) as caught:
        run_exercise(NO_ENGINE, LabStatus("red", state), ONE)
    assert str(caught.value.problem) == f"the lab red is {state}"
    assert str(caught.value.remedy).endswith("labctl up --lab red")


def test_a_lab_has_too_few_sites() -> None:
    two = replace(ONE, logic=ONE.logic.model_copy(update={"lab": "duo"}))
    with pytest.raises(NotReady) as caught:
        run_exercise(NO_ENGINE, LabStatus("red", "ready"), two)
    assert str(caught.value.remedy).endswith("labctl up duo --lab red")
