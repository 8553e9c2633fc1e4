"""What a lab was last made to be, kept in the Swarm itself: it outlives the node that has the lab.

As a Swarm config, for a secret can be read by nobody but a container. Whoever may speak to a
manager can read it, and is root on every node anyway. It also says which nodes did not answer when
the lab was taken from them: they still have its volumes. And on which that ever happened: an engine
that lost its power keeps a subnet for a network that went with it (Docker 20.10).
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from hashlib import sha256
from zlib import compress, decompress

from labctl.engine.compose import ContainerPlan
from labctl.engine.labels import LAB_LABEL, WORKSHOP_LABEL
from labctl.engine.swarmapi import Json
from labctl.engine.swarmreached import Swarm
from labctl.engine.undisturbed import undisturbed
from labctl.engine.values import Resource

LEFT_LABEL = "org.labctl.left"  # names of nodes, a comma between them
LOST_LABEL = "org.labctl.lost"  # the same; of a node that is back, too
PART = "applied"  # of a config's name


def keep_applied(
    swarm: Swarm,
    lab: str,
    containers: Sequence[ContainerPlan],
    left: Iterable[str],
    lost: Iterable[str],
) -> list[Resource]:
    """Keep the files of all services, in place of older ones; what is new of it.

    Args:
        swarm: where.
        lab: its name.
        containers: what it is made of.
        left: the nodes that do not answer and may still have something of the lab.
        lost: the nodes from which it was taken while they did not answer.
    """
    files = {
        c.service: {f.target: b64encode(f.content).decode() for f in c.files} for c in containers
    }
    content = compress(json.dumps(files, sort_keys=True).encode())
    labels = {
        LAB_LABEL: lab,
        LEFT_LABEL: ",".join(sorted(left)),
        LOST_LABEL: ",".join(sorted(lost)),
        **{k: v for k, v in containers[0].body["Labels"].items() if k == WORKSHOP_LABEL},
    }
    digest = sha256(content + json.dumps(labels).encode()).hexdigest()[:12]
    name = f"{lab}.{PART}.{digest}"
    there = [config["Spec"]["Name"] for config in _mine(swarm, lab)]
    if name not in there:
        undisturbed(lambda: swarm.api.create_config(name, labels, content))
    for older in there:
        if older != name:
            swarm.api.remove_config(older)
    return [] if name in there else [Resource("config", name)]


def applied_files(swarm: Swarm, lab: str, service: str) -> dict[str, bytes]:
    """The files of a service by where they stand; none when nothing was kept."""
    for config in _mine(swarm, lab):
        files = json.loads(decompress(b64decode(config["Spec"]["Data"])))
        return {target: b64decode(text) for target, text in files.get(service, {}).items()}
    return {}


def left_on(swarm: Swarm, lab: str) -> frozenset[str]:
    """The nodes that did not answer when the lab was taken from them."""
    return frozenset[str]().union(*(left_of(config) for config in _mine(swarm, lab)))


def lost_on(swarm: Swarm, lab: str) -> frozenset[str]:
    """The nodes that ever did not answer when the lab was taken from them."""
    return frozenset[str]().union(*(_named(config, LOST_LABEL) for config in _mine(swarm, lab)))


def left_of(config: Json) -> set[str]:
    """Those that did not answer, and may still have something of it, as one config says it."""
    return _named(config, LEFT_LABEL)


def _named(config: Json, label: str) -> set[str]:
    return {name for name in config["Spec"]["Labels"].get(label, "").split(",") if name}


def _mine(swarm: Swarm, lab: str) -> list[Json]:
    return [c for c in swarm.api.configs(lab) if f".{PART}." in c["Spec"]["Name"]]
