"""Empty a node of a Swarm: its labs go to others, with their mail, before it gives up anything."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from labctl.engine.protocol import Spread
from labctl.errors import LabError
from labctl.model.progress import OnProgress, Progress, silent
from labctl.verbs.labs import spec_of
from labctl.verbs.up import Brought, Wish, up
from labctl.verbs.workshop_seats import each


@dataclass(frozen=True, slots=True)
class Drained:
    """What became of a node and its labs."""

    node: str
    moved: Mapping[str, str]  # lab -> the node that it is on now
    failed: Mapping[
        str, LabError
    ]  # these are still there; then the node is not drained, but paused
    seconds: float


def drain(engine: Spread, node: str, on_progress: OnProgress = silent) -> Drained:
    """Move every lab of a node elsewhere, whosever workshop it is of; then drain the node.

    At first it is only told to take nothing new: each lab is served until it is its turn, then
    stopped, copied with its mail and its queue, and started on the node with the most room.

    Raises:
        NotFound: there is no such node.
        EnvironmentProblem: it does not answer.
    """
    begun, gone = time.monotonic(), 0
    node = engine.set_node(node, "pause")
    labs = [lab.name for lab in engine.labs() if lab.node == node]

    def told(_lab: str, outcome: Brought | LabError) -> None:
        nonlocal gone
        gone += not isinstance(outcome, LabError)
        on_progress(_progress(node, gone, len(labs)))

    on_progress(_progress(node, gone, len(labs)))
    done, failed = each(labs, lambda lab: _moved(engine, lab), told=told)
    if not failed:
        engine.set_node(node, "drain")
    now = {lab: done[lab].status.node for lab in sorted(done)}
    return Drained(node, now, dict(sorted(failed.items())), time.monotonic() - begun)


def _moved(engine: Spread, lab: str) -> Brought:
    spec_of(engine, lab)  # one that never got as far as having a state has nothing to be moved
    return up(engine, lab, Wish())


def _progress(node: str, gone: int, labs: int) -> Progress:
    return Progress(
        "node",
        "{gone} of {labs} labs have left {node}",
        "done" if gone == labs else "running",
        values={"gone": gone, "labs": labs, "node": node},
    )
