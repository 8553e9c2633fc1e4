"""What a participant did in a lab's exercises: progress, and the evidence for it."""

from labctl.engine.protocol import Engine
from labctl.verbs.handson import course_of
from labctl.verbs.handson_store import evidence
from labctl.verbs.status import status


def report(engine: Engine, lab: str | None) -> dict[str, object]:
    """Progress by exercise, and all lines of evidence in the order in which they were written."""
    name = status(engine, lab).name
    course = course_of(engine, lab)
    return {
        "lab": name,
        "forgeable": True,  # it lies on the participant's own machine
        "exercises": [
            {"id": key, "standing": value.standing, "steps": dict(value.steps)}
            for key, value in course.progress.items()
        ],
        "evidence": list(evidence(engine, name)),
    }
