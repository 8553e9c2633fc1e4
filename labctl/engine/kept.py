"""Files of volumes, read through a container that is never started.

So a lab whose containers are gone still says what it was; and those of many labs are read at once:
the engine takes as long to open one container's volumes as to read all of them.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from labctl.engine.api import Api
from labctl.engine.inside import read_file, read_tree
from labctl.engine.labels import LAB_LABEL
from labctl.engine.remove import remove_container
from labctl.engine.undisturbed import undisturbed
from labctl.engine.values import TreeFile

CONFIG_FOLDER = "/etc/labctl"
_SIDE_BY_SIDE = "/labs"
Labels = Mapping[str, str]


def kept_file(api: Api, lab: str, volume: str, image: str, path: str) -> bytes | None:
    """The file below ``/etc/labctl``, read through a container of ``image`` that never starts.

    ``None`` when the engine has no such volume of this lab, or the volume no such file.
    """
    labels = _labels(api, f"{LAB_LABEL}={lab}").get(volume)
    if labels is None:
        return None
    try:
        with _reader(api, lab, image, [(volume, CONFIG_FOLDER, labels)]) as reader:
            return read_file(api, reader, path)
    except FileNotFoundError:
        return None


def kept_trees(api: Api, volumes: Mapping[str, str], image: str) -> dict[str, list[TreeFile]]:
    """All files of several labs' volumes, by lab; one that the engine does not have is left out."""
    there = _labels(api, LAB_LABEL)
    mounts = [
        (volume, f"{_SIDE_BY_SIDE}/{lab}", there[volume])
        for lab, volume in volumes.items()
        if volume in there
    ]
    found: dict[str, list[TreeFile]] = {}
    if mounts:
        with _reader(api, next(iter(volumes)), image, mounts) as reader:
            for file in read_tree(api, reader, _SIDE_BY_SIDE):
                lab, _, path = file.path.partition("/")
                found.setdefault(lab, []).append(replace(file, path=path))
    return found


def _labels(api: Api, label: str) -> dict[str, Labels]:
    """The labels of each volume that has this one."""
    listed = api.volumes(filters={"label": label})["Volumes"] or []
    return {volume["Name"]: volume["Labels"] for volume in listed}


@contextmanager
def _reader(
    api: Api, lab: str, image: str, mounts: Sequence[tuple[str, str, Labels]]
) -> Iterator[str]:
    """A container that mounts volumes and is never started; should it stay, `down` removes it.

    A volume that somebody removes just now is made again by the engine, empty: with the same
    labels, so that it is known whose it is.
    """
    name = f"labctl-reader-{uuid.uuid4().hex[:12]}"
    body = {
        "Image": image,
        "Labels": {LAB_LABEL: lab},
        "HostConfig": {
            "Mounts": [
                {
                    "Type": "volume",
                    "Source": volume,
                    "Target": target,
                    "ReadOnly": True,
                    "VolumeOptions": {"NoCopy": True, "Labels": dict(labels)},
                }
                for volume, target, labels in mounts
            ]
        },
    }
    try:
        undisturbed(lambda: api.create_container_from_config(body, name))
        yield name
    finally:
        remove_container(api, name)
