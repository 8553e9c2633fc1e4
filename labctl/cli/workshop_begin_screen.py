"""What `workshop begin` says: which seats have begun, and which have not."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from labctl.cli.console import note, say, show_json, warn

if TYPE_CHECKING:
    from labctl.exercise.load import Exercise
    from labctl.verbs.workshop_judging import Begun


def show_begun(exercise: "Exercise", begun: "Iterable[Begun]", *, as_json: bool) -> bool:
    """Tell of each seat that has not begun, and count those that have; whether all have."""
    found: list[Begun] = []
    for one in begun:
        found.append(one)
        if one.problem and not as_json:
            warn("seat {number}: {problem}", number=one.number, problem=one.problem.problem)
    bad = [one for one in found if one.problem]
    if as_json:
        listed = [
            {"seat": one.number, "problem": str(one.problem.problem) if one.problem else None}
            for one in found
        ]
        show_json({"exercise": exercise.id, "seats": listed})
    else:
        say(
            "{exercise} is begun at {count} of {all} seats",
            exercise=exercise.id,
            count=len(found) - len(bad),
            all=len(found),
        )
        note("who has no labctl is judged by: labctl workshop grid --watch --judge")
    return not bad
