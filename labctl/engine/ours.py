"""What on the engine is this lab's, and what only has its name. Pure."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal

from labctl.engine.labels import LAB_LABEL, SERVICE_LABEL, SWARM_LABEL, SWARM_SERVICE
from labctl.errors import ForeignProject

PROJECT_LABEL = "com.docker.compose.project"
Kind = Literal["container", "network", "volume"]

_FOREIGN: dict[Kind, str] = {
    "container": "the engine already has a container {name} that is not a lab's",
    "network": "the engine already has a network {name} that is not a lab's",
    "volume": "the engine already has a volume {name} that is not a lab's",
}


def ours(
    kind: Kind, lab: str, wanted: Collection[str], there: Mapping[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Those of ``there`` (by name, as the engine lists them) that are this lab's.

    What else has a wanted name, or this lab's name as its Compose project, is somebody's own.

    Raises:
        ForeignProject: there is such a thing, or the lab is one on a Swarm.
    """
    found: dict[str, dict[str, Any]] = {}
    for name, thing in there.items():
        labels = thing["Labels"] or {}
        if name not in wanted and labels.get(PROJECT_LABEL) != lab:
            continue
        if labels.get(LAB_LABEL) != lab:
            # It may also be what an engine that ended in the middle left: its labels come last.
            raise ForeignProject(
                _FOREIGN[kind],
                remedy="choose another name: labctl up --name NAME; or, if nobody needs it:"
                " docker {kind} rm {name}",
                kind=kind,
                name=name,
            )
        if is_swarms(labels):
            raise ForeignProject(
                "the lab {name} is on a Swarm, and this machine is its node",
                remedy="choose another name: labctl up --name NAME; or go on with that one:"
                " LABCTL_ENGINE=swarm labctl up --name {name}",
                name=lab,
            )
        found[name] = thing
    return found


def is_swarms(labels: Mapping[str, str]) -> bool:
    """Whether something on a node is of a lab on a Swarm, not of one that the engine has alone."""
    return SWARM_LABEL in labels or SWARM_SERVICE in labels


def of_swarm(
    containers: Iterable[Mapping[str, str]], volumes: Iterable[Mapping[str, str]]
) -> list[bool]:
    """Of each container of labs on a node, by its labels, whether its lab is one on a Swarm.

    What only helps (it listens, or reads) says no more than the lab; it goes with the volumes.
    """
    here = {labels[LAB_LABEL] for labels in volumes if SWARM_LABEL in labels}
    return [
        is_swarms(labels) or (SERVICE_LABEL not in labels and labels[LAB_LABEL] in here)
        for labels in containers
    ]
