"""What the host is told of a room: above all, never a command that would destroy mail."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from labctl.cli.app import app
from labctl.cli.workshop_screen import show_changed, show_room
from labctl.errors import NotReady
from labctl.model.workshop import Seat
from labctl.verbs.workshop_change import Changed
from labctl.verbs.workshop_seats import Failed, in_short
from labctl.verbs.workshop_up import Room

FAILED = tuple(Failed(Seat("w", n), NotReady("its Postfix does not run")) for n in (2, 3, 7))
SAME = "the same command"


def test_seats_are_named_as_a_sentence_or_a_command_has_them() -> None:
    assert in_short([7, 1, 3, 2]) == "1-3, 7"
    assert in_short([7, 1, 3, 2], between=" ") == "1-3 7"


def test_what_failed_is_to_be_done_again_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """`reset` once more at all seats would remove the mail that came since at those it worked."""
    with pytest.raises(typer.Exit) as left:
        show_changed(Changed("w", (1, 4), FAILED, 2.0), as_json=False)
    assert left.value.exit_code == 3
    said = capsys.readouterr()
    assert "seats: 1, 4" in said.out
    assert said.err.count("its Postfix does not run") == 3
    assert said.err.endswith("again for these alone: 2-3 7\n")
    assert SAME not in said.err


def test_up_may_be_run_again_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as left:
        show_room(Room("w", (), (), FAILED, (), 2.0), as_json=False)
    assert left.value.exit_code == 3
    assert SAME in capsys.readouterr().err


def test_where_the_files_are_is_said_and_that_they_hold_passwords(
    capsys: pytest.CaptureFixture[str],
) -> None:
    done, folder = Changed("w", (1, 2), (), 2.0), Path("checkpoint-w")
    show_changed(done, as_json=False, folder=folder)
    assert "2 files in checkpoint-w; they hold passwords" in capsys.readouterr().out
    show_changed(done, as_json=True, folder=folder)
    assert json.loads(capsys.readouterr().out)["folder"] == "checkpoint-w"
    show_changed(done, as_json=True)
    assert "folder" not in json.loads(capsys.readouterr().out)


def test_no_file_is_promised_where_none_was_written(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit):
        show_changed(Changed("w", (), FAILED, 2.0), as_json=False, folder=Path("checkpoint-w"))
    assert "files in" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("reset", "{SEAT}..."),
        ("begin", "{SEAT}... {ID}"),
        ("profile", "{SEAT}... {PROFILE}"),
        ("checkpoint save", "[SEAT]..."),
    ],
)
def test_the_usage_says_that_there_may_be_several_seats(command: str, words: str) -> None:
    shown = CliRunner().invoke(app, ["workshop", *command.split(), "--help"], prog_name="labctl")
    (usage,) = [line for line in shown.output.splitlines() if "Usage" in line]
    assert usage.strip().endswith(words)
