"""A container that runs one command as a service would, and is gone with it."""

import copy
import uuid
from collections.abc import Sequence
from typing import Any

from labctl.engine.api import Api
from labctl.engine.archive import pack
from labctl.engine.compose import ContainerPlan
from labctl.engine.labels import LAB_LABEL
from labctl.engine.values import ExecResult

_LONGEST = 60  # seconds


def _body(wanted: ContainerPlan, argv: Sequence[str]) -> dict[str, Any]:
    """The service's own container, but with nothing of the lab's: no network, port, volume name."""
    body = copy.deepcopy(wanted.body)
    body |= {"Entrypoint": list(argv), "Cmd": [], "ExposedPorts": {}}
    body["Labels"] = {LAB_LABEL: wanted.body["Labels"][LAB_LABEL]}
    del body["NetworkingConfig"]
    host = body["HostConfig"]
    host |= {"NetworkMode": "none", "PortBindings": {}}
    host.pop("Sysctls", None)
    host["Mounts"] = [{"Type": "volume", "Target": mount["Target"]} for mount in host["Mounts"]]
    return body


def run_once(api: Api, wanted: ContainerPlan, argv: Sequence[str]) -> ExecResult:
    """Run ``argv`` with the files of ``wanted``, wait, remove the container and its volumes."""
    name = f"labctl-once-{uuid.uuid4().hex[:12]}"
    body = _body(wanted, argv)
    api.create_container_from_config(body, name)
    try:
        for mount in body["HostConfig"]["Mounts"]:
            below = [f for f in wanted.files if f.target.startswith(mount["Target"] + "/")]
            if below:
                api.put_archive(name, mount["Target"], pack(below, mount["Target"]))
        api.start(name)
        code = int(api.wait(name, timeout=_LONGEST)["StatusCode"])
        out = api.logs(name, stdout=True, stderr=False)
        err = api.logs(name, stdout=False, stderr=True)
    finally:
        api.remove_container(name, force=True, v=True)
    return ExecResult(code, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"))
