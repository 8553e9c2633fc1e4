"""The error tree: each error says the problem, then the way past it, and has an exit code."""

from collections.abc import Iterator

import pytest

from labctl import errors, lang
from labctl.errors import ExitCode, LabError, NoSuchAccount, NoSuchLab, PortBusy


def kinds(below: type[LabError] = LabError) -> Iterator[type[LabError]]:
    for kind in below.__subclasses__():
        yield kind
        yield from kinds(kind)


CODES = {
    "BadUsage": 2,
    "BadDefinition": 2,
    "BadRoster": 2,
    "BadExercise": 2,
    "BadBundle": 2,
    "BadCheckpoint": 2,
    "EnvironmentProblem": 3,
    "NoEngine": 3,
    "NoImage": 3,
    "NotReady": 3,
    "ForeignProject": 3,
    "NoSubnet": 3,
    "Leftovers": 3,
    "PortBusy": 3,
    "NotFound": 4,
    "NoSuchLab": 4,
    "NoSuchAccount": 4,
    "NoSuchWorkshop": 4,
}


@pytest.mark.parametrize(("name", "code"), CODES.items())
def test_an_exit_code(name: str, code: int) -> None:
    assert getattr(errors, name).exit_code == code


def test_no_error_is_left_without_a_promised_exit_code() -> None:
    mine = {kind.__name__ for kind in kinds() if kind.__module__ == errors.__name__}
    assert mine == set(CODES)


def test_the_exit_codes_are_the_documented_ones() -> None:
    assert [int(code) for code in ExitCode] == [0, 1, 2, 3, 4, 70, 130]


def test_an_error_is_its_problem_and_below_it_the_way_past() -> None:
    error = LabError("the disk of {name} is full", remedy="make room on {name}", name="sda")
    assert str(error) == "the disk of sda is full\n  make room on sda"
    assert str(LabError("that is all")) == "that is all"


def test_a_busy_port_names_its_holder_and_the_flag() -> None:
    busy = PortBusy("smtp", 25, "exim4 (pid 7)")
    assert str(busy) == (
        "port 25 (smtp) is held by exim4 (pid 7)\n"
        "  stop it, or move the lab: labctl up --ports 20000"
    )
    assert (busy.service, busy.port, busy.holder) == ("smtp", 25, "exim4 (pid 7)")


def test_a_value_that_looks_like_a_template_stays_as_it_is() -> None:
    assert "{0.__class__}" in str(NoSuchLab("{0.__class__}"))
    assert "there is no account '{x}'" in str(NoSuchAccount("{x}", "alice@alpha.test"))


def test_an_error_speaks_the_readers_language() -> None:
    error = NoSuchLab("mail")
    english = str(error)
    lang.choose("fr")
    try:
        french = str(error)
    finally:
        lang.choose("en")
    assert "there is no lab 'mail'" in english
    assert french != english
    assert "mail" in french
