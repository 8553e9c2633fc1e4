"""The nodes of a Swarm: where they are, how their engines are reached, who has room."""

import re
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Any

from labctl.engine.labels import LAB_LABEL
from labctl.errors import EnvironmentProblem

Json = dict[str, Any]

# A Swarm has no command to run something in a container, read its files or its log as it is: the
# node's own engine has. These labels of a node say where.
ENGINE_LABEL = "org.labctl.engine"  # an address as in DOCKER_HOST: ssh://user@node, tcp://node:2376
ADDRESS_LABEL = "org.labctl.address"  # where participants reach the node, if not at its own address
USE_LABEL = "org.labctl.use"  # "no": labs have no business there, and labctl does not ask it
_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*", re.ASCII | re.IGNORECASE)
_ANSWERS, _GONE = "ready", "down"  # in between a manager does not know yet
_KNOWN_WITHIN = 60.0  # seconds: a manager that began anew gives each node 30 to report
_LOOK_EVERY = 0.5  # seconds
_SHOWN = 12  # characters of the id of a node that has no name (any more)
_DISTINCT = 6  # the same, beside a name that another has, too
_NOWHERE = ("", "0.0.0.0")  # noqa: S104 - what a manager says of itself


@dataclass(frozen=True, slots=True)
class Node:
    """One machine of the Swarm."""

    id: str
    name: str
    address: str  # where participants reach it
    engine: str  # how labctl reaches its engine; empty: nobody said
    memory: int  # bytes
    alive: bool  # it answers the manager
    active: bool  # it takes new tasks: it is not drained
    ours: bool = True  # nobody said that labs have no business there


def removed(identity: str) -> Node:
    """A node that the Swarm has forgotten, while a lab is still bound to it."""
    return Node(identity, identity[:_SHOWN], "", "", 0, alive=False, active=False)


def node_among(named: Iterable[Node], left: Collection[str]) -> Node:
    """Of the nodes that a lab's services name, the one that it is on.

    They name two only when a move was interrupted, after all of the lab was on the new one; the
    name of the other is in ``left``.
    """
    return max(named, key=lambda node: (node.name not in left, node.alive, node.active))


def nodes_of(listed: Iterable[Json]) -> tuple[Node, ...]:
    """The nodes of ``GET /nodes``, by name; of several of one name, the oldest has it alone.

    A machine that is set up anew and joins again is another node, and brings its name.
    """
    nodes, seen = [], Counter[str]()
    for each in sorted(listed, key=lambda each: str(each.get("CreatedAt", ""))):
        node = _node(each)
        seen[node.name] += 1
        again = seen[node.name] > 1
        nodes.append(replace(node, name=f"{node.name}-{node.id[:_DISTINCT]}") if again else node)
    return tuple(sorted(nodes, key=lambda node: node.name))


def settled(
    look: Callable[[], Sequence[Json]],
    nap: Callable[[float], object],
    within: float = _KNOWN_WITHIN,
) -> Sequence[Json]:
    """What ``GET /nodes`` says, once the manager knows of each whether it answers.

    One that began anew has heard of none: then a node is no more lost than it is there.

    Args:
        look: asks the manager.
        nap: waits that many seconds.
        within: seconds.

    Raises:
        EnvironmentProblem: it does not know within that time.
    """
    deadline = time.monotonic() + within
    while True:
        listed = look()
        unsure = [node for node in listed if node["Status"]["State"] not in (_ANSWERS, _GONE)]
        if not unsure:
            return listed
        if time.monotonic() > deadline:
            raise EnvironmentProblem(
                "the Swarm does not know whether the node {node} answers",
                remedy="look at the nodes: docker node ls; one that is not coming back:"
                " docker node rm --force {node}",
                node=", ".join(sorted(node["Description"]["Hostname"] for node in unsure)),
            )
        nap(_LOOK_EVERY)


def _node(listed: Json) -> Node:
    labels = listed["Spec"].get("Labels") or {}
    ours = labels.get(USE_LABEL) != "no"
    own = str(listed["Status"].get("Addr", ""))
    managing = str((listed.get("ManagerStatus") or {}).get("Addr", "")).rpartition(":")[0]
    return Node(
        id=listed["ID"],
        name=listed["Description"]["Hostname"],
        address=labels.get(ADDRESS_LABEL) or (managing if own in _NOWHERE else own),
        engine=labels.get(ENGINE_LABEL, ""),
        memory=int(listed["Description"]["Resources"].get("MemoryBytes", 0)),
        alive=listed["Status"]["State"] == _ANSWERS,
        active=ours and listed["Spec"]["Availability"] == "active",
        ours=ours,
    )


def reached_at(nodes: Iterable[Node]) -> tuple[list[str], list[str]]:
    """Where nodes are reached: their IP addresses, and the names of those that have one instead."""
    addresses, names = [], []
    for where in dict.fromkeys(node.address for node in nodes):
        try:
            addresses.append(str(ip_address(where)))
        except ValueError:
            if _NAME.fullmatch(where):
                names.append(where.lower())
    return addresses, names


def reserved(tasks: Iterable[Json]) -> dict[str, int]:
    """Bytes of memory that the tasks which are to run reserve, by node id."""
    found: dict[str, int] = {}
    for task in tasks:
        if task.get("DesiredState") == "running" and (node := task.get("NodeID")):
            asked = (task["Spec"].get("Resources") or {}).get("Reservations") or {}
            found[node] = found.get(node, 0) + int(asked.get("MemoryBytes", 0))
    return found


def placed(tasks: Iterable[Json]) -> set[tuple[str, str]]:
    """The labs that the tasks which are to run are of, each with the id of a node that has some."""
    return {
        (_lab_of(task), task["NodeID"])
        for task in tasks
        if task.get("DesiredState") == "running" and task.get("NodeID")
    }


def _lab_of(task: Json) -> str:
    container = task["Spec"].get("ContainerSpec") or {}
    return str((container.get("Labels") or {}).get(LAB_LABEL, ""))


def with_chosen(
    taken: Mapping[str, int],
    chosen: Mapping[str, tuple[str, int]],
    there: Collection[tuple[str, str]],
) -> dict[str, int]:
    """What is taken on each node, and what labs will take that are only on their way to it.

    Args:
        taken: bytes by node id.
        chosen: by lab, the id of the node that it goes to, and the bytes that it will reserve.
        there: the labs that have arrived, each with its node's id.
    """
    found = dict(taken)
    for lab, (node, size) in chosen.items():
        if (lab, node) not in there:
            found[node] = found.get(node, 0) + size
    return found


def roomiest(nodes: Sequence[Node], taken: Mapping[str, int]) -> Node:
    """The node with the most memory that nothing has reserved; of equals, the first by name.

    Raises:
        EnvironmentProblem: no node takes tasks.
    """
    able = [node for node in nodes if node.alive and node.active]
    if not able:
        raise EnvironmentProblem(
            "no node of the Swarm takes new seats",
            remedy="look at them: docker node ls; let one work again:"
            " docker node update --availability active NODE",
        )
    return max(able, key=lambda node: node.memory - taken.get(node.id, 0))
