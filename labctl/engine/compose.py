"""From a Compose document to the Engine API's own JSON. Pure.

It knows the part of Compose that ``compose/lab.yaml.j2`` uses, and refuses the rest: a key that
were silently ignored here would make ``labctl up`` and ``docker compose up`` start different labs.

Sources: https://github.com/compose-spec/compose-spec/blob/main/spec.md,
https://docs.docker.com/reference/api/engine/version/v1.41/
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labctl.engine.archive import PlacedFile
from labctl.engine.composekeys import CONTAINER_KEYS, HOST_KEYS, Json, port
from labctl.engine.labels import DIGEST_LABEL
from labctl.model.plan import Plan, PlanFile


@dataclass(frozen=True, slots=True)
class ContainerPlan:
    """One container: its name, the body of ``POST /containers/create``, its first files."""

    name: str
    service: str
    body: Json
    files: tuple[PlacedFile, ...]
    digest: str  # changes when anything does that makes the container another one


@dataclass(frozen=True, slots=True)
class NetworkPlan:
    """One network: its name and what ``create_network`` takes."""

    name: str
    subnet: str
    labels: dict[str, str]
    options: dict[str, str]
    internal: bool


@dataclass(frozen=True, slots=True)
class ProjectPlan:
    """A whole Compose document, ready for the Engine API."""

    name: str
    networks: tuple[NetworkPlan, ...]
    volumes: tuple[str, ...]
    containers: tuple[ContainerPlan, ...]


_OTHER_KEYS = {
    *(
        "configs",
        "labels",
        "logging",
        "network_mode",
        "networks",
        "ports",
        "pull_policy",
        "volumes",
    ),
}
# Only Compose acts on these: labctl probes readiness itself and starts everything at once.
_COMPOSE_ONLY = {"depends_on", "healthcheck", "container_name"}
_SERVICE_KEYS = {*CONTAINER_KEYS, *HOST_KEYS, *_OTHER_KEYS, *_COMPOSE_ONLY}
_NETWORK_KEYS = {"driver", "driver_opts", "internal", "ipam", "labels"}
_VOLUME_KEYS = {"driver", "driver_opts", "labels"}
_TOP_KEYS = {"configs", "name", "networks", "services", "volumes"}


def _refuse_unknown(where: str, given: Json, known: set[str]) -> None:
    if unknown := given.keys() - known:
        raise ValueError(f"{where}: {sorted(unknown)} is not applied by labctl")


def _mount(document: Json, project: str, entry: str) -> Json:
    source, _, target = entry.partition(":")
    volume = (document.get("volumes") or {}).get(source) or {}
    _refuse_unknown(f"volume {source}", volume, _VOLUME_KEYS)
    options: Json = {
        "Labels": {
            **volume.get("labels", {}),
            "com.docker.compose.project": project,
            "com.docker.compose.volume": source,
        }
    }
    if "driver_opts" in volume:
        options["DriverConfig"] = {
            "Name": volume.get("driver", "local"),
            "Options": {k: str(v) for k, v in volume["driver_opts"].items()},
        }
    return {
        "Type": "volume",
        "Source": f"{project}_{source}",
        "Target": target.removesuffix(":rw"),
        "VolumeOptions": options,
    }


def _networking(project: str, networks: Mapping[str, Json | None]) -> Json:
    endpoints: Json = {}
    for name, entry in networks.items():
        given = entry or {}
        endpoints[f"{project}_{name}"] = {
            "IPAMConfig": {"IPv4Address": given["ipv4_address"]} if "ipv4_address" in given else {},
            "Aliases": list(given.get("aliases", [])),
        }
    return {"EndpointsConfig": endpoints}


def _placed(service: Json, document: Json, files: Mapping[str, PlanFile]) -> list[PlacedFile]:
    placed = []
    for entry in service.get("configs", []):
        path = document["configs"][entry["source"]]["file"].removeprefix("./")
        mode = entry.get("mode", 0o444)
        placed.append(
            PlacedFile(
                entry["target"],
                files[path].content,
                int(mode, 8) if isinstance(mode, str) else int(mode),
                int(entry.get("uid", 0)),
                int(entry.get("gid", 0)),
            )
        )
    return placed


def _digest(body: Json, files: Sequence[PlacedFile]) -> str:
    seen = hashlib.sha256(json.dumps(body, sort_keys=True).encode())
    for file in files:
        about = (file.target, file.mode, file.uid, file.gid, len(file.content))
        seen.update(repr(about).encode())
        seen.update(file.content)
    return seen.hexdigest()[:16]


def _container(name: str, service: Json, document: Json, plan: Plan) -> ContainerPlan:
    project = plan.name
    _refuse_unknown(f"service {name}", service, _SERVICE_KEYS)
    body: Json = {
        key: read(service[k]) for k, (key, read) in CONTAINER_KEYS.items() if k in service
    }
    host: Json = {key: read(service[k]) for k, (key, read) in HOST_KEYS.items() if k in service}
    ports = [port(entry) for entry in service.get("ports", [])]
    logging = service.get("logging") or {}
    host |= {
        "PortBindings": {target: [binding] for target, binding in ports},
        "Mounts": [_mount(document, project, entry) for entry in service.get("volumes", [])],
        "NetworkMode": service.get("network_mode")
        or f"{project}_{next(iter(service['networks']))}",
    }
    if logging:
        host["LogConfig"] = {"Type": logging["driver"], "Config": logging.get("options", {})}
    body |= {
        "ExposedPorts": {target: {} for target, _ in ports},
        "HostConfig": host,
        "NetworkingConfig": _networking(project, service.get("networks", {})),
    }
    files = _placed(service, document, {f.path: f for f in plan.files})
    body["Labels"] = dict(service.get("labels", {}))
    live = {f.target for f in plan.files if f.live and f.path.startswith(f"{name}/")}
    digest = _digest(body, [file for file in files if file.target not in live])
    body["Labels"] |= {
        DIGEST_LABEL: digest,
        # Compose's own: `docker compose ls/ps/logs -p NAME` and Docker Desktop group by them.
        "com.docker.compose.project": project,
        "com.docker.compose.service": name,
        "com.docker.compose.container-number": "1",
        "com.docker.compose.oneoff": "False",
        "com.docker.compose.config-hash": digest,
        "com.docker.compose.version": "2",
    }
    return ContainerPlan(f"{project}-{name}-1", name, body, tuple(files), digest)


def _network(name: str, entry: Json, project: str) -> NetworkPlan:
    _refuse_unknown(f"network {name}", entry, _NETWORK_KEYS)
    return NetworkPlan(
        name=f"{project}_{name}",
        subnet=entry["ipam"]["config"][0]["subnet"],
        labels={
            **entry.get("labels", {}),
            "com.docker.compose.project": project,
            "com.docker.compose.network": name,
        },
        options={k: str(v) for k, v in (entry.get("driver_opts") or {}).items()},
        internal=bool(entry.get("internal", False)),
    )


def read_plan(plan: Plan) -> ProjectPlan:
    """What the Engine API must be asked for, to make ``plan`` true.

    Raises:
        ValueError: the document has a key that labctl does not apply (a bug of ours).
    """
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document: Json = yaml.load(plan.document, Loader=loader)  # noqa: S506 - a safe loader, in C
    _refuse_unknown("the document", document, _TOP_KEYS)
    return ProjectPlan(
        name=plan.name,
        networks=tuple(_network(n, e, plan.name) for n, e in document["networks"].items()),
        volumes=tuple(f"{plan.name}_{n}" for n in document.get("volumes") or {}),
        containers=tuple(_container(n, s, document, plan) for n, s in document["services"].items()),
    )
