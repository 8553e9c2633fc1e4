"""What the Swarm notes of a lab's moves, in the labels of what it keeps of the lab. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from labctl.engine.labels import LAB_LABEL

Json = dict[str, Any]

LEFT_LABEL = "org.labctl.left"  # names of nodes, a comma between them
LOST_LABEL = "org.labctl.lost"  # the same
UNFILLED_LABEL = "org.labctl.unfilled"  # the name of a node
UNSETTLED_LABEL = "org.labctl.unsettled"  # there is something in the first, or in the last


@dataclass(frozen=True, slots=True)
class Marks:
    """What is left of a lab's moves.

    An engine that lost its power keeps a subnet for a network that went with it (Docker 20.10): a
    lab does not go back to a node that it was lost on, as long as there is another.
    """

    left: frozenset[str] = frozenset()  # the nodes that may still have volumes of it, all old
    lost: frozenset[str] = frozenset()  # those that ever did not answer when it was taken from them
    unfilled: str = ""  # the node that it was lost on, until it has got its mail back

    def moving(self, node: str, leaves: str, lost: str) -> "Marks":
        """What is to be noted before anything of the lab is on its new node.

        Args:
            node: where it will be; it may be there already.
            leaves: the node that it was on so far, if that answers.
            lost: the same, if that does not answer.
        """
        unfilled = self.unfilled
        if lost or (leaves and unfilled):
            unfilled = lost or leaves
        elif unfilled == node:  # it never left, and that node is back
            unfilled = ""
        left = (self.left | {leaves, lost}) - {node, ""}
        return Marks(left, (self.lost | {lost}) - {""}, unfilled)

    def labels(self, lab: str) -> dict[str, str]:
        """The same as labels."""
        found = {
            LAB_LABEL: lab,
            LEFT_LABEL: ",".join(sorted(self.left)),
            LOST_LABEL: ",".join(sorted(self.lost)),
        }
        if self.unfilled:
            found[UNFILLED_LABEL] = self.unfilled
        if self.left or self.unfilled:
            found[UNSETTLED_LABEL] = "1"
        return found


def marks_in(configs: Iterable[Json]) -> dict[str, Marks]:
    """What configs say, by lab; of one that has two, for a new one was just made, all of it."""
    found: dict[str, Marks] = {}
    for config in configs:
        labels = config["Spec"]["Labels"]
        before = found.get(labels[LAB_LABEL], Marks())
        found[labels[LAB_LABEL]] = Marks(
            before.left | _names(labels, LEFT_LABEL),
            before.lost | _names(labels, LOST_LABEL),
            labels.get(UNFILLED_LABEL, "") or before.unfilled,
        )
    return found


def left_of(config: Json) -> set[str]:
    """The nodes that may still have something of a lab, as one config says it."""
    return set(_names(config["Spec"]["Labels"], LEFT_LABEL))


def _names(labels: Mapping[str, str], label: str) -> frozenset[str]:
    return frozenset(name for name in labels.get(label, "").split(",") if name)
