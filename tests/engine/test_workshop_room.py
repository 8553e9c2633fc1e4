"""A room of two seats: what is handed out is true, and the grid shows what is done there."""

import csv
import io
import json
import os
import re
import signal
import ssl
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from labctl.engine.dockerengine import DockerEngine
from labctl.engine.values import TreeFile
from labctl.exercise.load import load
from labctl.model.lab import LabSpec
from labctl.model.workshop import Seat
from labctl.shipped import built_in_exercises
from labctl.verbs import handson
from labctl.verbs.down import down
from labctl.verbs.labs import spec_of
from labctl.verbs.up import Wish, up
from labctl.verbs.workshop_judging import Judging
from labctl.verbs.workshop_room import RoomWatching
from tests.engine.desk import Desk
from tests.engine.running import RunningLab, labctl, labctl_json, wait_until
from tests.engine.screens import in_a_terminal

PERSONS = ("Zoë <b>Ångström</b>", "محمد")


class Counting(DockerEngine):
    """The real engine, and which labs' files were read through it."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []

    def read_tree(self, lab: str, service: str, path: str) -> list[TreeFile]:
        self.read.append(lab)
        return super().read_tree(lab, service, path)


@pytest.fixture(scope="module")
def workshop(engine: DockerEngine) -> Iterator[str]:
    """Seats 1 and 2 of a workshop of the module's own."""
    name = f"room-{os.getpid()}"
    seats = [Seat(name, number, person) for number, person in enumerate(PERSONS, start=1)]
    try:
        for seat in seats:
            up(engine, seat.lab, Wish(ports="free", seat=seat))
        yield name
    finally:
        for seat in seats:
            down(engine, seat.lab)


@pytest.fixture
def at_work(engine: DockerEngine, workshop: str) -> Iterator[str]:
    """The workshop, for a test that begins exercises: afterwards nobody has."""
    yield workshop
    for number in (1, 2):
        handson.reset(engine, f"{workshop}-{number:03}", None, everything=True)


def spec(engine: DockerEngine, workshop: str, number: int) -> LabSpec:
    return spec_of(engine, f"{workshop}-{number:03}")


def grid(workshop: str, *more: str) -> Any:
    return labctl_json("workshop", "grid", "--workshop", workshop, *more)


def port(lab: LabSpec, name: str) -> int:
    return next(e.port for e in lab.endpoints if e.name == name)


# -- what is handed out ----------------------------------------------------------------------------


def test_a_page_says_how_its_own_seat_is_reached(
    engine: DockerEngine, workshop: str, tmp_path: Path
) -> None:
    folder = tmp_path / "handout"
    done = labctl("workshop", "handout", str(folder), "--workshop", workshop)
    assert done.returncode == 0, done.stderr
    assert "only programs on this machine reach that" in done.stderr
    labs = [spec(engine, workshop, number) for number in (1, 2)]
    for number, (mine, other) in enumerate((labs, reversed(labs)), start=1):
        shown = (folder / f"seat-{number:03}.html").read_text(encoding="utf-8")
        for account in mine.accounts:
            assert account.address in shown
            assert account.password in shown
        assert not any(account.password in shown for account in other.accounts)
        assert all(f">{e.port}<" in shown for e in mine.endpoints)
        server = ssl.get_server_certificate(("127.0.0.1", port(mine, "imaps")))
        assert printed(ssl.PEM_cert_to_DER_cert(server)) in "".join(shown.split())
        authority = (folder / f"{mine.name}-ca.pem").read_text()
        assert authority == mine.certificate.ca_pem
        assert printed(ssl.PEM_cert_to_DER_cert(authority)) in "".join(shown.split())
    sheet = (folder / "host.html").read_text(encoding="utf-8")
    assert "Zoë &lt;b&gt;Ångström" in sheet
    assert PERSONS[1] in sheet
    assert not any(account.password in sheet for lab in labs for account in lab.accounts)


def printed(der: bytes) -> str:
    return sha256(der).digest().hex(":").upper()


def test_a_host_may_be_named_and_who_is_not_certified_for_it_is_told(
    workshop: str, tmp_path: Path
) -> None:
    done = labctl_json(
        "workshop", "handout", str(tmp_path / "d"), "--workshop", workshop, "--host", "room.example"
    )
    assert done["host"] == "room.example"
    assert done["not_certified"] == [1, 2]
    assert not done["here_only"]
    assert "room.example" in (tmp_path / "d" / "all-seats.html").read_text(encoding="utf-8")


def test_there_is_no_such_workshop(tmp_path: Path) -> None:
    for words in (["grid"], ["results"], ["handout", str(tmp_path / "d")]):
        done = labctl("workshop", *words, "--workshop", f"none-{os.getpid()}")
        assert (done.returncode, "there is no workshop" in done.stderr) == (4, True), done.stderr
    assert not (tmp_path / "d").exists()


# -- what is done ----------------------------------------------------------------------------------


def test_the_grid_tells_what_each_seat_does(at_work: str) -> None:
    first, second = (("--lab", f"{at_work}-{number:03}") for number in (1, 2))
    assert grid(at_work)["exercises"] == []
    for lab in (first, second):
        labctl_json("exercise", "start", "smtp-sends", "--no-wait", *lab)
    labctl_json("exercise", "hint", *first)
    labctl_json("exercise", "skip", *first)

    found = grid(at_work)
    (one,) = found["exercises"]
    assert (one["id"], one["shown"], one["begun"]) == ("smtp-sends", 1, 1)
    assert one["median_seconds"] > 0
    assert [s["exercises"] for s in found["seats"]] == [
        {"smtp-sends": "shown"},
        {"smtp-sends": "begun"},
    ]
    assert found["seats"][0]["now"] is None
    assert [(w["seat"], w["exercise"], w["step"]) for w in found["waiting"]] == [
        (2, "smtp-sends", 1)
    ]
    assert "person" not in json.dumps(found)
    assert PERSONS[1] not in json.dumps(found, ensure_ascii=False)
    assert grid(at_work, "--names")["seats"][1]["person"] == PERSONS[1]

    once = labctl("workshop", "grid", "--watch", "--workshop", at_work, COLUMNS="80")
    assert once.returncode == 0
    assert re.search(r"^smtp-sends +◐1$", once.stdout, re.MULTILINE), once.stdout

    table = labctl("workshop", "results", "--csv", "--workshop", at_work)
    rows = [*csv.DictReader(io.StringIO(table.stdout))]
    assert [(row["seat"], row["verdict"], row["hints"]) for row in rows] == [
        ("1", "shown", "1"),
        ("2", "begun", "0"),
    ]
    assert rows[0]["shown"]
    assert float(rows[0]["seconds"]) > 0


def test_who_watches_reads_again_only_the_seat_that_did_something(
    engine: DockerEngine, at_work: str
) -> None:
    counting = Counting()
    lab = f"{at_work}-002"
    with RoomWatching(counting, at_work) as room:
        assert sorted(counting.read) == [f"{at_work}-001", lab]
        labctl_json("exercise", "start", "pop3-takes", "--no-wait", "--lab", lab)

        def now() -> str:
            found = room.room().seats[1].now
            return found.exercise if found else ""

        wait_until("seat 2 is seen to begin", lambda: now() == "pop3-takes", within=15)
        assert f"{at_work}-001" not in counting.read[2:]
        engine.stop(lab, "dovecot")
        try:
            wait_until("it is seen to be broken", lambda: room.room().seats[1].state == "degraded")
        finally:
            engine.start(lab, "dovecot")
        wait_until("and to be whole", lambda: room.room().seats[1].state == "ready")
        assert f"{at_work}-001" not in counting.read[2:]


def test_the_grid_is_drawn_in_place_and_ctrl_c_ends_it(at_work: str) -> None:
    words = ("workshop", "grid", "--watch", "--workshop", at_work)
    with in_a_terminal(*words) as terminal:
        wait_until("the grid is drawn", lambda: terminal.shows(f"workshop {at_work}: 2 seats"))
        labctl_json("exercise", "start", "imap-keeps", "--no-wait", "--lab", f"{at_work}-001")
        wait_until("a seat is seen to begin", lambda: terminal.shows("imap-keeps"))
        terminal.running.send_signal(signal.SIGINT)
        wait_until("it has ended", terminal.ended)
    assert terminal.running.returncode == 130


def test_the_status_is_drawn_in_place(engine: DockerEngine, workshop: str) -> None:
    words = ("workshop", "status", "--watch", "--workshop", workshop)
    with in_a_terminal(*words) as terminal:
        wait_until("it is drawn", lambda: terminal.shows(f"2 of 2 seats of {workshop} are ready"))
        engine.stop(f"{workshop}-001", "dovecot")
        try:
            wait_until("a broken lab is seen", lambda: terminal.shows("1 of 2 seats of"))
        finally:
            engine.start(f"{workshop}-001", "dovecot")
        terminal.running.send_signal(signal.SIGINT)
        wait_until("it has ended", terminal.ended)
    assert terminal.running.returncode == 130


# -- participants without labctl -------------------------------------------------------------------


def test_the_host_begins_and_judges_for_those_who_have_no_labctl(
    engine: DockerEngine, at_work: str, client_container: str
) -> None:
    begun = labctl_json("workshop", "begin", "2", "smtp-by-hand", "--workshop", at_work)
    assert begun["seats"] == [2]
    own = load(built_in_exercises() / "smtp-by-hand")
    lab = RunningLab(engine, spec(engine, at_work, 2))
    desk = Desk(engine, client_container, lab)
    with RoomWatching(engine, at_work) as room, Judging(engine, room.room, lambda _, __: own):

        def step() -> int:
            now = room.room().seats[1].now
            return now.step if now else 0

        desk.types_letter("smtp", desk.bob.address)
        wait_until("seat 2 is at the second step", lambda: step() == 2, within=30)
        early = ("EHLO me.example", f"RCPT TO:<{desk.bob.address}>", "DATA", "QUIT")
        desk.types("smtp", *early, clear=True)

        def verdict() -> str:
            attempts = room.room().seats[1].attempts
            return attempts["smtp-by-hand"].verdict if "smtp-by-hand" in attempts else ""

        wait_until("seat 2 has passed", lambda: verdict() == "pass", within=30)
    nowhere = labctl("workshop", "begin", "9", "smtp-by-hand", "--workshop", at_work)
    assert (nowhere.returncode, "has no seat 9" in nowhere.stderr) == (4, True), nowhere.stderr
