"""Which answer to a question was right: what is measured decides. Pure."""

from labctl.exercise.judge import find
from labctl.exercise.schema import Logic, Prediction
from labctl.model.observation import Observation


def questions_about(logic: Logic, step: str) -> tuple[Prediction, ...]:
    """The questions that can be answered when this step has ended."""
    last = logic.steps[-1].id
    return tuple(each for each in logic.predict if (each.after or last) == step)


def true_option(question: Prediction, seen: Observation) -> str:
    """The first of the answers that holds; empty: nothing that was foreseen."""
    return next((o for o, probe in question.truth.items() if find(probe, seen).holds), "")
