"""What a participant did in a lab's exercises: progress, and the evidence for it."""

from labctl.engine.protocol import Engine
from labctl.verbs.handson_place import place_of
from labctl.verbs.handson_store import evidence


def report(engine: Engine, lab: str | None) -> dict[str, object]:
    """Progress by exercise, and all lines of evidence in the order in which they were written."""
    place = place_of(engine, lab)
    return {
        "lab": place.lab,
        "forgeable": True,  # it lies on the participant's own machine
        "exercises": [
            {"id": key, "standing": value.standing, "steps": dict(value.steps)}
            for key, value in place.course.progress.items()
        ],
        "evidence": list(evidence(engine, place.lab)),
    }
