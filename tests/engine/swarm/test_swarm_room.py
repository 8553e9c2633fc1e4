"""A room over a Swarm of three: twelve seats, spread; a node is drained, another dies; all goes."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.running import labctl, labctl_json, wait_until
from tests.engine.swarm.labs import Labs
from tests.engine.swarm.three_engines import ThreeEngines

pytestmark = pytest.mark.slow
SEATS = 12


class Room(Labs):
    """The seats of the workshop; that it is on a Swarm is said once, when it is made."""

    def told_of(self, *arguments: str) -> Any:
        return self.told("workshop", *arguments, "--workshop", "room")

    def seats(self, *more: str) -> dict[int, Any]:
        """Each seat as `workshop status` shows it."""
        return {seat["seat"]: seat for seat in self.told_of("status", *more)["seats"]}

    def on(self, node: str) -> list[int]:
        return [n for n, seat in self.seats().items() if seat["node"] == node]


def lab_of(seat: int) -> str:
    return f"room-{seat:03}"


@pytest.fixture(scope="module")
def made(swarm: ThreeEngines) -> Iterator[tuple[Room, Any]]:
    """The room, and what was said when it was made; at the end nothing of it is left anywhere."""
    room = Room(swarm, LABCTL_ENGINE="")
    with swarm.left_as_it_was():
        yield room, room.told_of("up", "--seats", str(SEATS), "--engine", "swarm")
        gone = room.told_of("down")
        assert len(gone["labs"]) == SEATS


@pytest.fixture
def room(made: tuple[Room, Any]) -> Room:
    """The room, whatever other tests have done to it: every seat is ready."""
    return made[0]


def test_twelve_seats_are_spread_and_each_is_reached_at_its_node(
    made: tuple[Room, Any], tmp_path: Path
) -> None:
    room, said = made
    assert Counter(seat["node"] for seat in said["seats"]) == {"n1": 4, "n2": 4, "n3": 4}
    assert said["failed"] == []
    seats = room.seats()
    assert {seat["state"] for seat in seats.values()} == {"ready"}
    for number, seat in seats.items():
        address = room.swarm.node(seat["node"]).address
        ports = {e["name"]: (e["host"], e["port"]) for e in seat["endpoints"]}
        assert ports["smtp"] == (address, 20025 + 100 * number)
        with room.swarm.connect(*ports["smtp"]) as server:
            assert server.recv(100).startswith(b"220 mx.")
    room.said("workshop", "handout", str(tmp_path / "printed"), "--workshop", "room")
    page = (tmp_path / "printed/seat-007.html").read_text("utf-8")
    assert room.swarm.node(seats[7]["node"]).address in page
    assert len(room.told_of("grid")["seats"]) == SEATS
    more = ("workshop", "up", "--workshop", "room", "--seats", "13", "--gateway")
    assert "this engine cannot have a gateway" in room.said(*more, code=3)


def test_a_drained_nodes_seats_go_elsewhere_with_their_mail(room: Room) -> None:
    swarm, seats = room.swarm, room.on("n2")
    mine = lab_of(seats[0])
    room.deliver(mine, "stays mine")
    before = room.seats()
    try:
        # Whoever drains it dies while the first labs are on their way; what is left goes on later.
        unsettled = swarm.unsettled()
        swarm.killed(lambda: not swarm.unsettled() <= unsettled, "workshop", "drain", "n2")
        moved = room.told("workshop", "drain", "n2")
        assert moved["failed"] == []
        assert {each["lab"] for each in moved["moved"]} <= {lab_of(number) for number in seats}
        after = room.seats()
        assert {seat["state"] for seat in after.values()} == {"ready"}
        assert "n2" not in {seat["node"] for seat in after.values()}
        assert [s["accounts"] for s in after.values()] == [s["accounts"] for s in before.values()]
        assert room.subjects(mine) == ["stays mine"]
        room.deliver(mine, "goes on")
        assert swarm.unsettled().isdisjoint(lab_of(number) for number in seats)
        left = {each for each in swarm.census() if each[0] == "n2" and "room-" in each[2]}
        assert {kind for _, kind, _ in left} <= {"network"}  # those that the whole Swarm knows
    finally:
        swarm.manager.asked("node", "update", "--availability", "active", "n2")


def test_a_dead_nodes_seats_come_back_elsewhere_from_their_checkpoints(
    room: Room, tmp_path: Path
) -> None:
    swarm, seats = room.swarm, room.on("n3")
    first, *others = seats
    mine, folder = lab_of(first), ("--checkpoints", str(tmp_path))
    room.deliver(mine, "is kept")
    kept = room.subjects(mine)
    room.told_of("checkpoint", "save", str(first), "--folder", str(tmp_path))
    room.deliver(mine, "comes too late")
    before, dead = room.seats(), swarm.node("n3")
    dead.die()
    try:
        wait_until("the Swarm has noticed", lambda: "Down" in swarm.state(dead), within=60)
        lost = {n: s for n, s in room.seats(*folder).items() if s.get("node_down")}
        assert list(lost) == seats
        assert lost[first]["checkpoint_age"] > 0
        assert {lost[number]["checkpoint_age"] for number in others} <= {None}
        up = ("workshop", "up", "--workshop", "room", *folder)
        # Whoever brings it back dies before it has its mail: it is not taken for whole.
        swarm.killed(lambda: mine in swarm.unfilled(), *up)
        assert room.seats(*folder)[first]["state"] != "ready"
        assert "--without-mail" in room.said(*up, code=3)
        assert sorted(room.on("n3")) == others  # these would come back empty
        back = room.told_of("up", *folder, "--without-mail")
        assert (back["made"], back["failed"]) == (others, [])
        ages = {each["seat"]: each["checkpoint_age"] for each in back["recovered"]}
        assert ages == dict.fromkeys(others)
        after = room.seats()
        assert {seat["state"] for seat in after.values()} == {"ready"}
        assert "n3" not in {seat["node"] for seat in after.values()}
        assert [s["accounts"] for s in after.values()] == [s["accounts"] for s in before.values()]
        assert room.subjects(mine) == kept
        room.deliver(mine, "after it")
    finally:
        dead.revive()
        wait_until("the node is back", lambda: "Ready" in swarm.state(dead), within=60)
    # Until they are made right once more, that node is known to have old mail of theirs.
    assert swarm.unsettled() >= {lab_of(number) for number in seats}


def test_a_seat_of_one_machine_goes_on_in_a_swarm(
    swarm: ThreeEngines, lab_name: str, base: int, tmp_path: Path
) -> None:
    """Its checkpoint brings its accounts, its ports and its mail; its address is the node's."""
    mine, folder = f"{lab_name}-001", ("--folder", str(tmp_path))
    named = ("--workshop", lab_name)
    room = Labs(swarm)
    try:
        here = labctl_json("workshop", "up", *named, "--seats", "1", "--base", str(base - 100))
        assert labctl("send", "--lab", mine, "--subject", "comes along").returncode == 0
        wait_until(
            "bob has it", lambda: "comes along" in labctl("read", "bob", "--lab", mine).stdout
        )
        assert labctl("workshop", "checkpoint", "save", *named, *folder).returncode == 0
    finally:
        assert labctl("workshop", "down", *named).returncode == 0
    with swarm.left_as_it_was():
        room.said("workshop", "checkpoint", "restore", *named, *folder)
        there = room.status(mine)
        assert there["state"] == "ready"
        assert there["accounts"] == here["seats"][0]["accounts"]
        assert there["node"] in {node.name for node in swarm.nodes}
        ports = [endpoint["port"] for endpoint in here["seats"][0]["endpoints"]]
        assert [endpoint["port"] for endpoint in there["endpoints"]] == ports
        assert room.subjects(mine) == ["comes along"]
        room.deliver(mine, "goes on")
        room.said("workshop", "down", *named)
