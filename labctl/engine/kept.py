"""A file of a lab whose container is gone: its volume stays."""

import uuid

from labctl.engine.api import Api
from labctl.engine.inside import read_file
from labctl.engine.labels import LAB_LABEL
from labctl.engine.remove import remove_container
from labctl.engine.undisturbed import undisturbed

CONFIG_FOLDER = "/etc/labctl"


def kept_file(api: Api, lab: str, volume: str, image: str, path: str) -> bytes | None:
    """The file below ``/etc/labctl``, read through a container of ``image`` that never starts.

    ``None`` when the engine has no such volume of this lab, or the volume no such file.
    """
    mine = {"label": f"{LAB_LABEL}={lab}"}
    if volume not in [v["Name"] for v in api.volumes(filters=mine)["Volumes"] or []]:
        return None
    mount = {"Type": "volume", "Source": volume, "Target": CONFIG_FOLDER}
    reader = f"labctl-reader-{uuid.uuid4().hex[:12]}"
    body = {"Image": image, "Labels": {LAB_LABEL: lab}, "HostConfig": {"Mounts": [mount]}}
    try:
        undisturbed(lambda: api.create_container_from_config(body, reader))
        return read_file(api, reader, path)
    except FileNotFoundError:
        return None
    finally:
        remove_container(api, reader)
