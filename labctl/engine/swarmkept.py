"""What a lab was last made to be, kept in the Swarm itself: it outlives the node that has the lab.

As a Swarm config, for a secret can be read by nobody but a container. Whoever may speak to a
manager can read it, and is root on every node anyway. Its labels are what is noted of moves.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256
from zlib import compress, decompress

from labctl.engine.compose import ContainerPlan
from labctl.engine.labels import WORKSHOP_LABEL
from labctl.engine.swarmapi import Json
from labctl.engine.swarmmarks import UNFILLED_LABEL, Marks, marks_in
from labctl.engine.swarmreached import Swarm
from labctl.engine.undisturbed import undisturbed
from labctl.engine.values import Resource

PART = "applied"  # of a config's name


def keep_applied(
    swarm: Swarm, lab: str, containers: Sequence[ContainerPlan], marks: Marks
) -> list[Resource]:
    """Keep the files of all services, in place of older ones; what is new of it.

    Args:
        swarm: where.
        lab: its name.
        containers: what it is made of.
        marks: what is noted of its moves.
    """
    files = {
        c.service: {f.target: b64encode(f.content).decode() for f in c.files} for c in containers
    }
    content = compress(json.dumps(files, sort_keys=True).encode())
    known = containers[0].body["Labels"].items()
    labels = marks.labels(lab) | {k: v for k, v in known if k == WORKSHOP_LABEL}
    digest = sha256(content + json.dumps(labels).encode()).hexdigest()[:12]
    name = f"{lab}.{PART}.{digest}"
    there = {config["Spec"]["Name"]: config for config in _mine(swarm, lab)}
    if name not in there:
        undisturbed(lambda: swarm.api.create_config(name, labels, content))
    elif there[name]["Spec"]["Labels"] != labels:
        undisturbed(lambda: swarm.api.label_config(there[name], labels))
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


def marks_of(swarm: Swarm, lab: str) -> Marks:
    """What is noted of a lab's moves."""
    return marks_in(_mine(swarm, lab)).get(lab, Marks())


def filled(swarm: Swarm, lab: str) -> None:
    """Note that a lab has got its mail back."""
    for config in _mine(swarm, lab):
        labels = config["Spec"]["Labels"]
        if labels.get(UNFILLED_LABEL):
            settled = replace(marks_in([config])[lab], unfilled="").labels(lab)
            settled |= {k: v for k, v in labels.items() if k == WORKSHOP_LABEL}
            undisturbed(partial(swarm.api.label_config, config, settled))


def _mine(swarm: Swarm, lab: str) -> list[Json]:
    return [c for c in swarm.api.configs(lab) if f".{PART}." in c["Spec"]["Name"]]
