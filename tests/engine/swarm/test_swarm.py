"""Single labs on a Swarm: all that is done to a lab, and what a drained node does to one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.swarm.labs import Labs
from tests.engine.swarm.three_engines import ThreeEngines

IN_MEMORY = """\
mailbox_megabytes = 3
[[sites]]
domain = "alpha.test"
accounts = ["alice", "bob"]
"""
pytestmark = pytest.mark.slow


@pytest.fixture
def labs(swarm: ThreeEngines) -> Iterator[Labs]:
    """The test's labs; afterwards every node has what it had before."""
    own = Labs(swarm)
    with swarm.left_as_it_was():
        yield own
        own.down()


def test_services_stop_start_and_switch_profile_as_those_of_any_lab(labs: Labs) -> None:
    name = labs.up()
    labs.deliver(name, "first")
    labs.said("stop", "dovecot", "--lab", name)
    states = {s["name"]: s["state"] for s in labs.status(name)["services"]}
    assert states == {"postfix": "running", "dovecot": "stopped"}
    labs.said("start", "dovecot", "--lab", name)
    labs.deliver(name, "second")
    before = labs.swarm.census()
    node = labs.node(name)
    # Its node's engine, asked alone, has no lab, and takes none for its own.
    labs.said("down", "--all", DOCKER_HOST=node.url, LABCTL_ENGINE="docker")
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
    somebodys = f"{name}-private"  # of a lab of that name that the node had alone
    node.asked("volume", "create", "--label", f"org.labctl.lab={name}", somebodys)
    labs.down()
    assert [each for each in labs.swarm.census() if name in each[2]] == [
        (node.name, "volume", somebodys)
    ]
    node.asked("volume", "rm", somebodys)


def test_a_drained_nodes_labs_go_elsewhere_with_their_mail(labs: Labs, tmp_path: Path) -> None:
    name = labs.up()
    labs.deliver(name, "stays mine")
    old, passwords = labs.node(name), labs.passwords(name)
    swarm = labs.swarm
    (tmp_path / "lab.toml").write_text(IN_MEMORY, "ascii")
    in_memory = labs.up(str(tmp_path / "lab.toml"))
    its_node = labs.node(in_memory).name
    try:
        assert "in memory" in labs.said("workshop", "drain", its_node, code=3)
        labs.deliver(in_memory, "is still served")
    finally:
        swarm.manager.asked("node", "update", "--availability", "active", its_node)
    with swarm.drained(old.name):
        labs.again(name)
        assert labs.node(name).name != old.name
        assert labs.subjects(name) == ["stays mine"]
        assert labs.passwords(name) == passwords
        labs.deliver(name, "goes on")
        kept = [each for each in swarm.census() if each[0] == old.name and name in each[2]]
        assert {kind for _, kind, _ in kept} <= {"network"}  # a manager knows the Swarm's networks
        assert name not in swarm.unsettled()
