"""What a participant did in a lab's exercises: progress, and the evidence for it."""

from typing import TypedDict

from labctl.engine.protocol import Engine
from labctl.verbs.handson_place import Place
from labctl.verbs.handson_store import evidence


class Report(TypedDict):
    """`labctl report --format json`."""

    schema: int
    lab: str
    forgeable: bool  # it lies on the participant's own machine
    at: int  # nanoseconds since the epoch, by the engine's clock
    exercises: list[dict[str, object]]
    evidence: list[dict[str, object]]


def gathered(engine: Engine, place: Place) -> Report:
    """Progress by exercise, and all lines of evidence in the order of their times."""
    return {
        "schema": 1,
        "lab": place.lab,
        "forgeable": True,
        "at": engine.now(),
        "exercises": [
            {"id": key, "standing": value.standing, "at": value.at, "steps": dict(value.steps)}
            for key, value in place.course.progress.items()
        ],
        "evidence": list(evidence(engine, place.lab)),
    }
