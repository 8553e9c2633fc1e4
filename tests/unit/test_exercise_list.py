"""The list of exercises: grouped, at 80 columns, with what was done and what each one needs."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from labctl.cli.exercise_list import exercises_json, groups, table
from labctl.exercise.load import load_all
from labctl.lang import Language, choose
from labctl.model.handson import Progress
from labctl.shipped import built_in_exercises

EXERCISES = {exercise.id: exercise for exercise in load_all(built_in_exercises())}
STANDINGS = {
    "pop3-takes": Progress("begun", 1, {"retrieve": "done"}),
    "smtp-sends": Progress("done", 1, {"submit": "done", "read": "done"}),
}


def shown(*, long: bool = False) -> str:
    file = io.StringIO()
    console = Console(file=file, width=80)
    for head, those in groups(EXERCISES.values()):
        console.print(head)
        console.print(table(those, STANDINGS, max(map(len, EXERCISES)), long=long))
    return file.getvalue()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_exercise_stands_there_once_and_nothing_is_too_wide(language: Language) -> None:
    choose(language)
    try:
        said = shown(long=True)
    finally:
        choose("en")
    assert all(len(line) <= 80 for line in said.splitlines())
    rows = [line[3:].split(" ")[0] for line in said.splitlines()]
    assert all(rows.count(name) == 1 for name in EXERCISES)
    assert "{" not in said


def test_the_tour_comes_first_and_each_topic_once() -> None:
    heads = [head for head, _ in groups(EXERCISES.values())]
    assert heads[0] == "The short tour"
    assert len(heads) == len(set(heads))


def test_what_was_done_and_what_is_needed_stand_in_the_row() -> None:
    lines = {line[3:].split(" ")[0]: line for line in shown().splitlines()}
    assert lines["smtp-sends"].startswith("✔")
    assert lines["pop3-takes"].startswith("▸")
    assert lines["pop3-takes"].rstrip().endswith("1/3")
    assert lines["bounce"].startswith("   ")
    assert "labctl up duo" in shown()


def test_advice_is_given_until_it_was_followed() -> None:
    assert "Better after: smtp-does-not-store" in shown(long=True)
    alone = EXERCISES["smtp-does-not-store"]
    alone = replace(alone, logic=alone.logic.model_copy(update={"requires": ("smtp-sends",)}))
    file = io.StringIO()
    Console(file=file, width=80).print(table([alone], STANDINGS, 20, long=True))
    assert "Better after" not in file.getvalue()


def test_programs_get_it_all() -> None:
    listed = exercises_json(EXERCISES.values(), STANDINGS)["exercises"]
    assert isinstance(listed, list)
    assert {one["id"] for one in listed} == EXERCISES.keys()
    takes = next(one for one in listed if one["id"] == "pop3-takes")
    assert takes["progress"] == "begun"
    assert takes["steps_done"] == {"retrieve": "done"}
    assert takes["topic"] == "pop3"
