"""A seat is kept as a file and stands again; who came late is brought to the room's exercise."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from labctl.engine.dockerengine import DockerEngine
from labctl.errors import NoSuchWorkshop
from labctl.model.lab import Account
from labctl.model.workshop import lab_name
from labctl.verbs.handson_place import place_of
from labctl.verbs.labs import spec_of
from labctl.verbs.workshop_down import take_down
from tests.engine.rooms import own_base
from tests.engine.running import RunningLab, labctl, labctl_json

WORKSHOP = f"keep-{os.getpid()}"
LAB = lab_name(WORKSHOP, 1)


def workshop(*arguments: str, code: int = 0) -> Any:
    return labctl_json("workshop", *arguments, "--workshop", WORKSHOP, code=code)


@pytest.fixture(scope="module")
def seat(engine: DockerEngine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    """One seat, Zoé's."""
    roster = tmp_path_factory.mktemp("roster") / "room.csv"
    roster.write_text("Zoé Martin\n", "utf-8")
    try:
        workshop("up", "--roster", str(roster), "--base", str(own_base()))
        yield RunningLab(engine, spec_of(engine, LAB))
    finally:
        with suppress(NoSuchWorkshop):
            take_down(engine, WORKSHOP)


def seen_by(lab: RunningLab, alice: Account) -> object:
    """All that mail clients know of alice's mail: UIDs, flags, dates, folders, POP3's ids."""
    with lab.imap(alice) as imap:
        folders = []
        for folder in ("INBOX", "Archive"):
            opened = imap.examine(folder)
            fetched = imap.fetch("1:*", "(UID FLAGS INTERNALDATE RFC822.SIZE)")
            folders.append((opened.number("UIDVALIDITY"), fetched.lines))
    with lab.pop3(alice) as pop3:
        ids = pop3.uidl().listing
        pop3.quit()
    return folders, ids


def standings(engine: DockerEngine) -> dict[str, str]:
    progress = place_of(engine, LAB).course.progress
    return {name: each.standing for name, each in progress.items()}


def test_a_seat_is_kept_and_stands_again_also_where_there_is_nothing(
    seat: RunningLab, tmp_path: Path
) -> None:
    alice = seat.spec.accounts[0]
    seat.deliver(alice, count=3)
    with seat.imap(alice) as imap:
        imap.create("Archive")
        imap.select()
        imap.store("1", r"+FLAGS (\Seen \Flagged)")
        imap.store("2", r"+FLAGS ($Forwarded)")
        imap.move("3", "Archive")
    labctl_json("exercise", "start", "smtp-sends", "--no-wait", "--no-predict", "--lab", LAB)
    before, progress = seen_by(seat, alice), standings(seat.engine)
    assert progress
    folder = tmp_path / "kept"
    assert workshop("checkpoint", "save", "--folder", str(folder))["seats"] == [1]
    (file,) = folder.iterdir()
    assert file.name == f"{LAB}.tar.gz"
    assert (file.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)

    # Over what has changed since: new mail goes, what was deleted is back.
    with seat.imap(alice) as imap:
        imap.select()
        imap.store("1", r"+FLAGS (\Deleted)")
        imap.expunge()
    seat.deliver(alice)
    assert seen_by(seat, alice) != before
    assert workshop("checkpoint", "restore", "1", "--folder", str(folder))["seats"] == [1]
    assert seen_by(seat, alice) == before

    # And where nothing is left of it.
    workshop("down")
    assert workshop("checkpoint", "restore", "--folder", str(folder))["seats"] == [1]
    (there,) = workshop("status")["seats"]
    assert (there["person"], there["state"]) == ("Zoé Martin", "ready")
    spec = spec_of(seat.engine, LAB)
    assert (spec.accounts, spec.endpoints) == (seat.spec.accounts, seat.spec.endpoints)
    assert spec.certificate.ca_pem == seat.spec.certificate.ca_pem
    again = RunningLab(seat.engine, spec)
    assert seen_by(again, alice) == before
    assert standings(seat.engine) == progress
    again.deliver(alice)


@pytest.mark.parametrize("damage", ["cut", "foreign", "none"])
def test_a_damaged_file_is_refused_before_anything_is_changed(
    seat: RunningLab, tmp_path: Path, damage: str
) -> None:
    if damage == "cut":
        workshop("checkpoint", "save", "--folder", str(tmp_path))
        whole = (tmp_path / f"{LAB}.tar.gz").read_bytes()
        (tmp_path / f"{LAB}.tar.gz").write_bytes(whole[:-100])
    elif damage == "foreign":
        workshop("checkpoint", "save", "--folder", str(tmp_path))
        (tmp_path / f"{LAB}.tar.gz").rename(tmp_path / f"{lab_name(WORKSHOP, 2)}.tar.gz")
    refused = labctl(
        *("workshop", "checkpoint", "restore", "--folder", str(tmp_path), "--workshop", WORKSHOP)
    )
    words = {"cut": "damaged", "foreign": "of another lab", "none": "there is no checkpoint"}
    assert refused.returncode == (4 if damage == "none" else 2), refused.stderr
    assert words[damage] in refused.stderr
    assert not seat.engine.resources(lab_name(WORKSHOP, 2))


def test_who_came_late_is_brought_to_the_exercise_of_the_room(seat: RunningLab) -> None:
    assert seat.name == LAB
    workshop("up")
    labctl_json("exercise", "reset", "--all", "--lab", LAB)
    labctl_json("exercise", "start", "smtp-sends", "--no-wait", "--no-predict", "--lab", LAB)
    assert workshop("catch-up", "1", "submission-ports")["seats"] == [1]
    assert standings(seat.engine) == {
        "smtp-sends": "shown",
        "smtp-does-not-store": "shown",
        "submission-ports": "begun",
    }
    refused = labctl("workshop", "catch-up", "1", "no-such", "--workshop", WORKSHOP)
    assert refused.returncode == 4
