"""The probe of the wire: what it asks, and that somebody must listen."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from labctl.errors import BadExercise
from labctl.exercise.judge import find
from labctl.exercise.load import load
from labctl.exercise.probes import Probe
from labctl.model.observation import Observation, Overheard
from labctl.shipped import built_in_exercises

ALICE = "alice@alpha.test"
HEARD = Overheard(
    ("* OK ready", f"a LOGIN {ALICE} ***"), ((ALICE, f"a LOGIN {ALICE} ***"),), records=3
)
SEEN = Observation({"alice": ALICE, "bob": "bob@alpha.test"}, wire={"imap": HEARD})


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        ({"endpoint": "imap", "password": "alice"}, True),
        ({"endpoint": "imap", "password": "bob"}, False),
        ({"endpoint": "imap", "password": "bob", "count": 0}, True),
        ({"endpoint": "imaps", "password": "alice"}, False),
        ({"endpoint": "imap", "says": ["LOGIN", "***"], "count": 1}, True),
        ({"endpoint": "imap", "clear": True, "count": 2}, True),
        ({"endpoint": "imap", "tls": True, "at_least": 3}, True),
        ({"endpoint": "imap", "tls": True, "at_least": 4}, False),
    ],
)
def test_what_could_be_read_is_counted(asked: dict[str, object], holds: bool) -> None:
    found = find(Probe.model_validate({"wire": asked}), SEEN)
    assert found.holds == holds
    assert str(found.expected)
    assert str(found.observed)


def test_one_question_at_a_time() -> None:
    for wrong in ({}, {"tls": True, "password": "alice"}):
        with pytest.raises(ValidationError):
            Probe.model_validate({"wire": {"endpoint": "imap", **wrong}})


def test_somebody_must_listen(tmp_path: Path) -> None:
    folder = tmp_path / "clear-or-encrypted"
    folder.mkdir()
    for file in (built_in_exercises() / "clear-or-encrypted").iterdir():
        text = file.read_text("utf-8").replace("      - capture: {beside: dovecot}\n", "")
        (folder / file.name).write_text(text, "utf-8")
    with pytest.raises(BadExercise, match="an action capture must go before"):
        load(folder)
