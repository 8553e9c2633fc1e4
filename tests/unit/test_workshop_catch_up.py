"""What comes before an exercise, as labctl's own exercises have it."""

import pytest

from labctl.exercise.load import Exercise, load_all
from labctl.shipped import built_in_exercises
from labctl.verbs.workshop_catch_up import before


@pytest.fixture(scope="module")
def known() -> dict[str, Exercise]:
    return {exercise.id: exercise for exercise in load_all(built_in_exercises())}


def ids(known: dict[str, Exercise], name: str) -> list[str]:
    return [e.id for e in before(tuple(known.values()), known[name])]


def test_the_first_of_the_tour_has_nothing_before_it(known: dict[str, Exercise]) -> None:
    assert ids(known, "smtp-sends") == []


def test_the_tour_goes_in_its_order(known: dict[str, Exercise]) -> None:
    assert ids(known, "submission-ports") == ["smtp-sends", "smtp-does-not-store"]


def test_any_other_comes_after_the_tour_and_what_it_builds_on(known: dict[str, Exercise]) -> None:
    tour = {name for name, exercise in known.items() if exercise.logic.tour}
    for name, exercise in known.items():
        found = ids(known, name)
        assert name not in found
        assert set(exercise.logic.requires) <= set(found)
        if not exercise.logic.tour:
            assert tour <= set(found)
