"""The volumes of a lab on a node of a Swarm: made, filled with files, and with what another had."""

import uuid
from collections.abc import Sequence

from labctl.engine.api import Api
from labctl.engine.archive import pack
from labctl.engine.compose import ContainerPlan
from labctl.engine.composekeys import Json
from labctl.engine.labels import LAB_LABEL, SERVICE_LABEL
from labctl.engine.remove import remove_container
from labctl.engine.swarmspec import MARK, mounts_of
from labctl.engine.undisturbed import undisturbed
from labctl.errors import EnvironmentProblem


def fill(api: Api, wanted: ContainerPlan, lab: str, image: str, old: Api | None) -> None:
    """Make the volumes of a service and put its files there, by a container that never starts.

    New volumes take their owners from the image, as they do from a container that runs.

    Args:
        api: that of the node's engine.
        wanted: the service.
        lab: the lab's name.
        image: the image's id.
        old: that of the engine the lab leaves, whose volumes are copied first.
    """
    mounts = mounts_of(wanted)
    filler = f"labctl-filler-{uuid.uuid4().hex[:12]}"
    body = {"Image": image, "Labels": {LAB_LABEL: lab, **MARK}, "HostConfig": {"Mounts": mounts}}
    try:
        undisturbed(lambda: api.create_container_from_config(body, filler))
        if old is not None:
            _carry(old, api, filler, body)
        for mount in mounts:
            below = [f for f in wanted.files if f.target.startswith(mount["Target"] + "/")]
            if below:
                api.put_archive(filler, mount["Target"], pack(below, mount["Target"]))
    finally:
        remove_container(api, filler)


def _carry(old: Api, new: Api, filler: str, body: Json) -> None:
    """Copy all that the volumes of a container have from one engine to another.

    Args:
        old: the engine that has them.
        new: the engine that gets them.
        filler: a container of ``body`` on the new one, never started.
        body: what it was made of; one like it is made on the old engine, and removed.
    """
    source = f"labctl-source-{uuid.uuid4().hex[:12]}"
    undisturbed(lambda: old.create_container_from_config(body, source))
    try:
        for mount in body["HostConfig"]["Mounts"]:
            chunks, _ = old.get_archive(source, f"{mount['Target']}/.")
            new.put_archive(filler, mount["Target"], b"".join(chunks))
    finally:
        remove_container(old, source)


def refuse_mail_in_memory(api: Api, containers: Sequence[ContainerPlan], lab: str) -> None:
    """Nothing is stopped that would take its mail with it.

    Args:
        api: that of the engine where the lab runs.
        containers: what it is made of.
        lab: its name.

    Raises:
        EnvironmentProblem: a server that runs there has its mail in memory.
    """
    running = api.containers(filters={"label": f"{LAB_LABEL}={lab}"})
    serving = {container["Labels"].get(SERVICE_LABEL) for container in running}
    if any(c.service in serving and in_memory(c) for c in containers):
        raise EnvironmentProblem(
            "the mail of the lab {lab} is in memory (mailbox_megabytes), and would be lost on the"
            " way",
            remedy="of a seat, keep it: labctl workshop checkpoint save SEAT; then"
            " labctl down --lab {lab}; then labctl workshop checkpoint restore SEAT",
            lab=lab,
        )


def in_memory(container: ContainerPlan) -> bool:
    """Whether it has a volume whose content is gone as soon as it ends."""
    drivers = [
        (mount.get("VolumeOptions") or {}).get("DriverConfig") or {}
        for mount in container.body["HostConfig"]["Mounts"]
    ]
    return any((driver.get("Options") or {}).get("type") == "tmpfs" for driver in drivers)
