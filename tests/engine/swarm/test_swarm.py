"""Labs on a Swarm: spread over its nodes, moved when one is drained, back when one is dead."""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from tests.engine.running import wait_until
from tests.engine.swarm.three_engines import Node, ThreeEngines

pytestmark = pytest.mark.slow
_bases = count(20100, 100)


class Labs:
    """Labs of one test, each at a base of its own."""

    def __init__(self, swarm: ThreeEngines) -> None:
        self.swarm = swarm
        self.names: list[str] = []
        self.lost_power = ""  # the node that did

    def up(self) -> str:
        """One more lab; its name."""
        base = next(_bases)
        name = f"swarm-{base}"
        self.names.append(name)
        self.said("up", "--name", name, "--ports", str(base))
        return name

    def again(self, name: str) -> None:
        self.said("up", "--name", name)

    def said(self, *arguments: str, timeout: float = 120) -> str:
        done = self.swarm.labctl(*arguments, timeout=timeout)
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    def told(self, *arguments: str) -> Any:  # noqa: ANN401
        return json.loads(self.said(*arguments, "--json"))

    def status(self, name: str) -> Any:  # noqa: ANN401
        return self.told("status", "--lab", name)

    def node(self, name: str) -> Node:
        """The node at whose address the lab says that it is."""
        (host,) = {endpoint["host"] for endpoint in self.status(name)["endpoints"]}
        return next(node for node in self.swarm.nodes if node.address == host)

    def passwords(self, name: str) -> dict[str, str]:
        return {a["address"]: a["password"] for a in self.status(name)["accounts"]}

    def deliver(self, name: str, subject: str) -> None:
        """A message from alice to bob, and wait until bob has it."""
        self.said("send", "--lab", name, "--subject", subject)
        wait_until(f"bob has {subject}", lambda: subject in self.subjects(name), within=30)

    def subjects(self, name: str) -> list[str]:
        """What bob has, as his mail client sees it over IMAP with TLS."""
        found = self.told("read", "bob", "--lab", name)["messages"]
        return [message["subject"] for message in found]

    def down(self) -> None:
        for name in self.names:
            self.said("down", "--lab", name)
        self.names.clear()


@pytest.fixture
def labs(swarm: ThreeEngines) -> Iterator[Labs]:
    """The test's labs; afterwards every node has what it had before."""
    own, before = Labs(swarm), swarm.census()
    yield own
    own.down()
    # An engine of Docker 20.10 that lost its power keeps a line on a network that went with it.
    allowed = (own.lost_power, "network", "labctl.")

    def left() -> set[tuple[str, str, str]]:
        there = swarm.census() - before
        return {each for each in there if (*each[:2], each[2][:7]) != allowed}

    wait_until("nothing is left on any node", lambda: not left(), within=30)


def test_labs_spread_over_the_nodes_and_each_is_served_at_its_nodes_address(labs: Labs) -> None:
    names = [labs.up() for _ in range(3)]
    assert {labs.node(name).name for name in names} == {"n1", "n2", "n3"}
    labs.deliver(names[-1], "for the last")
    assert labs.subjects(names[-1]) == ["for the last"]
    assert labs.subjects(names[0]) == []


def test_services_stop_start_and_switch_profile_as_those_of_any_lab(labs: Labs) -> None:
    name = labs.up()
    labs.deliver(name, "first")
    labs.said("stop", "dovecot", "--lab", name)
    states = {s["name"]: s["state"] for s in labs.status(name)["services"]}
    assert states == {"postfix": "running", "dovecot": "stopped"}
    labs.said("start", "dovecot", "--lab", name)
    labs.deliver(name, "second")
    before = labs.swarm.census()
    labs.again(name)
    assert labs.swarm.census() == before  # all was right: nothing was made anew
    assert labs.subjects(name) == ["first", "second"]
    logged = labs.said("logs", "dovecot", "--lab", name)
    assert logged.count("starting up") == 2  # the log of the container before is told, too
    labs.said("profile", "small-quota", "--lab", name)
    labs.said("profile", "default", "--lab", name)
    labs.said("exercise", "run", "smtp-sends", "--lab", name)
    labs.said("reset", "--lab", name)
    assert labs.subjects(name) == []


def test_a_drained_nodes_labs_go_elsewhere_with_their_mail(labs: Labs) -> None:
    name = labs.up()
    labs.deliver(name, "stays mine")
    old, passwords = labs.node(name), labs.passwords(name)
    swarm = labs.swarm
    with swarm.drained(old.name):
        labs.again(name)
        assert labs.node(name).name != old.name
        assert labs.subjects(name) == ["stays mine"]
        assert labs.passwords(name) == passwords
        labs.deliver(name, "goes on")
        kept = [each for each in swarm.census() if each[0] == old.name and name in each[2]]
        assert {kind for _, kind, _ in kept} <= {"network"}  # a manager knows the Swarm's networks


def test_a_dead_nodes_labs_come_back_elsewhere_with_their_accounts(labs: Labs) -> None:
    swarm = labs.swarm
    with swarm.drained("n1"), swarm.drained("n2"):
        name = labs.up()
    assert labs.node(name).name == "n3"
    passwords, ports = labs.passwords(name), [e["port"] for e in labs.status(name)["endpoints"]]
    dead = swarm.node("n3")
    labs.lost_power = dead.name
    dead.die()
    try:
        wait_until("the Swarm has noticed", lambda: "Down" in swarm.state(dead), within=60)
        found = labs.status(name)
        assert {s["state"] for s in found["services"]} == {"dead"}
        assert labs.passwords(name) == passwords  # its state outlived the node
        labs.again(name)
        assert labs.node(name).name != "n3"
        assert [e["port"] for e in labs.status(name)["endpoints"]] == ports
        assert labs.passwords(name) == passwords
        labs.deliver(name, "after it")
        assert labs.subjects(name) == ["after it"]
    finally:
        dead.revive()
        wait_until("the node is back", lambda: "Ready" in swarm.state(dead), within=60)
