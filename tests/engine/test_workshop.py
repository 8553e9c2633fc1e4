"""A room of a few seats: it comes up, grows, is mended, changed and removed, seat by seat."""

import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from labctl.engine.dockerengine import DockerEngine
from labctl.errors import NoSuchWorkshop
from labctl.model.lab import DOCUMENTED_PORT
from labctl.model.workshop import lab_name
from labctl.verbs.down import down
from labctl.verbs.labs import spec_of
from labctl.verbs.up import Wish, up
from labctl.verbs.workshop_down import take_down
from labctl.verbs.workshop_gateway import close_gateway
from tests.engine.rooms import own_base
from tests.engine.running import RunningLab, labctl, labctl_json, wait_until


@dataclass(frozen=True)
class TestedRoom:
    """A workshop of the tests' own, on ports that no other test looks at."""

    __test__ = False
    engine: DockerEngine
    name: str
    base: int

    def labctl_json(self, verb: str, *arguments: str, code: int = 0) -> Any:
        return labctl_json("workshop", verb, *arguments, "--workshop", self.name, code=code)

    def up(self, *arguments: str, code: int = 0) -> Any:
        return self.labctl_json("up", *arguments, "--base", str(self.base), code=code)

    def seat(self, number: int) -> RunningLab:
        return RunningLab(self.engine, spec_of(self.engine, lab_name(self.name, number)))

    def containers(self) -> dict[str, str]:
        """When each container of the room was started, by its name."""
        mine = {"label": f"org.labctl.workshop={self.name}"}
        names = [c["Names"][0][1:] for c in self.engine.api.containers(filters=mine)]
        return {n: self.engine.api.inspect_container(n)["State"]["StartedAt"] for n in names}

    def said(self) -> int:
        """How many lines all servers of the room have logged."""
        return sum(
            1
            for name in self.containers()
            for _ in self.engine.logs(name.rsplit("-", 2)[0], name.rsplit("-", 2)[1])
        )


@pytest.fixture(scope="module")
def room(engine: DockerEngine) -> Iterator[TestedRoom]:
    """Two seats for all tests, more for some."""
    found = TestedRoom(engine, f"room-{os.getpid()}", own_base())
    try:
        found.up("--seats", "2")
        yield found
    finally:
        with suppress(NoSuchWorkshop):
            take_down(engine, found.name)


def test_each_seat_has_a_lab_of_its_own(room: TestedRoom) -> None:
    status = room.labctl_json("status")
    assert status["workshop"] == room.name
    # Other tests, of which the order is nobody's, may have added seats.
    assert [(s["seat"], s["state"], s["node"]) for s in status["seats"]][:2] == [
        (1, "ready", ""),
        (2, "ready", ""),
    ]
    for seat in status["seats"][:2]:
        lab = labctl_json("status", "--lab", seat["lab"])
        assert (seat["endpoints"], seat["accounts"]) == (lab["endpoints"], lab["accounts"])
        base = room.base + 100 * seat["seat"]
        assert [e["port"] for e in seat["endpoints"]] == [
            base + port % 100 for port in DOCUMENTED_PORT.values()
        ]
    one, two = (room.seat(n).spec for n in (1, 2))
    assert one.certificate.ca_pem != two.certificate.ca_pem
    assert not {a.password for a in one.accounts} & {a.password for a in two.accounts}
    assert not one.subnet.overlaps(two.subnet)
    assert one.subnet.prefixlen == two.subnet.prefixlen == 28


def test_a_room_that_is_right_is_not_touched(room: TestedRoom) -> None:
    room.up("--seats", "2")
    # Who has just been started is greeted; after that, nobody is.
    wait_until("no seat is new any more", lambda: not _new(room), within=90)
    before, said = room.containers(), room.said()
    again = room.up("--seats", "2")
    assert (again["made"], again["failed"], len(again["seats"])) == ([], [], 2)
    assert room.labctl_json("up")["made"] == []
    assert room.containers() == before
    assert room.said() == said


def _new(room: TestedRoom) -> bool:
    mine = {"label": f"org.labctl.workshop={room.name}"}
    return any("second" in c["Status"] for c in room.engine.api.containers(filters=mine))


def test_a_roster_names_the_seats_and_a_longer_one_adds_to_them(
    room: TestedRoom, tmp_path: Path
) -> None:
    roster = tmp_path / "room.csv"
    before = room.containers()
    roster.write_bytes("Nom;Pseudo\r\nZoé Martin;Héron\r\nNoël Çelik;\r\nAda;\r\n".encode("cp1252"))
    done = room.up("--roster", str(roster))
    assert [(s["seat"], s.get("person")) for s in done["seats"]] == [
        (1, "Zoé Martin"),
        (2, "Noël Çelik"),
        (3, "Ada"),
    ]
    assert {n: at for n, at in room.containers().items() if n in before} == before
    seats = room.labctl_json("status")["seats"]
    assert [s.get("person") for s in seats][:3] == ["Zoé Martin", "Noël Çelik", "Ada"]
    spec = room.seat(1).spec
    assert spec.seat
    assert spec.seat.pseudonym == "Héron"
    labels = room.engine.api.containers(filters={"label": f"org.labctl.workshop={room.name}"})
    assert "Zo" not in str(labels)
    shown = labctl("workshop", "status", "--workshop", room.name)
    assert "Zoé Martin" in shown.stdout
    assert f"127.0.0.1:{room.base + 325}" in shown.stdout
    # Whoever comes later takes the next seat; the others keep theirs, whatever the order.
    roster.write_text("Ada\nZoé Martin\nNoël Çelik\n", "utf-8")
    assert [s.get("person") for s in room.up("--roster", str(roster))["seats"]] == [
        "Zoé Martin",
        "Noël Çelik",
        "Ada",
    ]


def test_a_lab_that_is_no_seat_is_left_alone(room: TestedRoom) -> None:
    """Somebody made one of the name that seat 6 would have, and one of the gateway's."""
    labs = [lab_name(room.name, 6), f"{room.name}-gateway"]
    for lab in labs:
        up(room.engine, lab, Wish(ports="free"))
    theirs = [spec_of(room.engine, lab) for lab in labs]
    try:
        refused = labctl("workshop", "up", "--seats", "6", "--workshop", room.name)
        assert refused.returncode == 3
        assert f"a seat would be named {labs[0]}" in refused.stderr
        assert close_gateway(room.engine, room.name) is None
        assert [spec_of(room.engine, lab) for lab in labs] == theirs
    finally:
        for lab in labs:
            down(room.engine, lab)


def test_a_seat_that_died_is_mended_and_the_others_stay(room: TestedRoom) -> None:
    room.up("--seats", "2")
    one, two = room.seat(1), room.seat(2)
    two.deliver(two.account())
    room.engine.api.kill(f"{two.name}-postfix-1", "KILL")
    wait_until(
        "the seat is seen to be degraded",
        lambda: room.labctl_json("status")["seats"][1]["state"] == "degraded",
    )
    before = room.containers()
    done = room.up("--seats", "2")
    assert 2 in done["made"]
    assert [s["state"] for s in done["seats"]] == ["ready", "ready"]
    after = room.containers()
    assert after[f"{one.name}-postfix-1"] == before[f"{one.name}-postfix-1"]
    assert two.inbox_count(two.spec.accounts[0]) == 1


def test_a_seat_is_reset_alone(room: TestedRoom) -> None:
    room.up("--seats", "2")
    one, two = room.seat(1), room.seat(2)
    for seat in (one, two):
        labctl_json("reset", "--lab", seat.name)
        seat.deliver(seat.spec.accounts[1])
    done = room.labctl_json("reset", "2")
    assert (done["seats"], done["failed"]) == ([2], [])
    assert [s.inbox_count(s.spec.accounts[1]) for s in (one, two)] == [1, 0]


def test_the_whole_room_is_broken_and_mended_at_once(room: TestedRoom) -> None:
    room.up("--seats", "2")
    done = room.labctl_json("profile", "1-2", "open-relay")
    assert done["seats"] == [1, 2]
    for number in (1, 2):
        assert room.seat(number).spec.profile.name == "open-relay"
    assert room.up("--seats", "2")["seats"][0]["profile"]["name"] == "open-relay"
    assert not room.labctl_json("profile", "all", "default")["failed"]
    assert room.seat(2).spec.profile.name == "default"
    refused = labctl("workshop", "profile", "all", "no-such", "--workshop", room.name)
    assert refused.returncode == 4


def test_servers_of_a_seat_are_restarted(room: TestedRoom) -> None:
    room.up("--seats", "2")
    before = room.containers()
    assert room.labctl_json("restart", "1")["seats"] == [1]
    after = room.containers()
    assert {n for n in after if after[n] != before[n]} == {
        f"{room.name}-001-postfix-1",
        f"{room.name}-001-dovecot-1",
    }
    seat = room.seat(1)
    seat.deliver(seat.account())


def test_a_seat_that_fails_is_named_and_the_others_stand(room: TestedRoom) -> None:
    """Somebody's own network has the name that seat 5 needs."""
    api = room.engine.api
    api.create_network(f"{room.name}-005_lab", driver="bridge", labels={}, ipam=_somewhere(room))
    try:
        failed = room.up("--seats", "5", code=3)
    finally:
        api.remove_network(f"{room.name}-005_lab")
    (why,) = failed["failed"]
    assert (why["seat"], why["lab"]) == (5, f"{room.name}-005")
    assert f"{room.name}-005_lab that is not a lab's" in why["problem"]
    assert [s["seat"] for s in failed["seats"]] == [1, 2, 3, 4]
    shown = labctl("workshop", "up", "--seats", "5", "--workshop", room.name)
    assert shown.returncode == 0, shown.stderr
    assert "5 of 5 seats" in shown.stderr


def _somewhere(room: TestedRoom) -> dict[str, Any]:
    subnet = room.engine.free_subnet(f"{room.name}-theirs")
    return {"Driver": "default", "Config": [{"Subnet": str(subnet)}]}


def test_a_busy_port_of_any_seat_is_told_before_anything_is_begun(room: TestedRoom) -> None:
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", room.base + 600 + 43))
        holder.listen()
        refused = labctl(
            *("workshop", "up", "--seats", "6", "--workshop", room.name),
            *("--base", str(room.base)),
        )
    assert refused.returncode == 3
    assert f"seat 6 needs the port {room.base + 643} (imap)" in refused.stderr
    assert not room.engine.resources(lab_name(room.name, 6))


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("up", "--seats", "2", "--roster", "x.csv"), 2, "exclude each other"),
        (("up", "--roster", "/nowhere.csv"), 2, "cannot be read"),
        (("up", "--seats", "2", "--base", "65400"), 2, "would need the port"),
        (("up", "--seats", "2", "--bind", "here"), 2, "--bind is an IP address"),
        (("reset", "9"), 4, "has no seat 9"),
        (("reset", "nine"), 2, "a seat is a number"),
    ],
)
def test_a_wrong_word_is_one_sentence(
    room: TestedRoom, arguments: tuple[str, ...], code: int, words: str
) -> None:
    refused = labctl("workshop", *arguments, "--workshop", room.name)
    assert refused.returncode == code, refused.stderr
    assert words in refused.stderr


def test_down_leaves_nothing_also_of_a_seat_that_was_torn(engine: DockerEngine) -> None:
    name = f"torn-{os.getpid()}"
    labels = {"org.labctl.lab": f"{name}-002", "org.labctl.workshop": name, "org.labctl.seat": "2"}
    base = str(own_base() + 600)
    labctl_json("workshop", "up", "--seats", "1", "--workshop", name, "--base", base)
    engine.client.api.create_volume(f"{name}-002_mail", labels=labels)
    states = labctl_json("workshop", "status", "--workshop", name)["seats"]
    assert [(s["seat"], s["state"]) for s in states] == [(1, "ready"), (2, "absent")]
    gone = labctl_json("workshop", "down", "--workshop", name)
    assert [lab["name"] for lab in gone["labs"]] == [f"{name}-001", f"{name}-002"]
    assert not engine.resources_of_seats(name)
    assert labctl("workshop", "down", "--workshop", name).returncode == 4
    assert labctl("workshop", "status", "--workshop", name).returncode == 4
    assert labctl("workshop", "up", "--workshop", name).returncode == 4
