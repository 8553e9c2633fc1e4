"""What on the engine is this lab's, and what only has its name. Pure."""

from collections.abc import Collection, Mapping
from typing import Any, Literal

from labctl.engine.labels import LAB_LABEL
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
        ForeignProject: there is such a thing.
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
        found[name] = thing
    return found
