"""From a container's plan to the specification of a Swarm service. Pure.

What a service cannot be told is in ``LEFT_OUT``, with what that means; what is unknown is refused.

Source: https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Service
"""

from collections.abc import Iterable

from labctl.engine.compose import ContainerPlan
from labctl.engine.composekeys import Json
from labctl.engine.labels import LAB_LABEL, SERVICE_LABEL, SWARM_LABEL

STACK_LABEL = "com.docker.stack.namespace"  # by it `docker stack ls`, `ps` and `rm` know a stack
MARK = {SWARM_LABEL: "true"}
OWN_ADDRESS_LABEL = "org.labctl.ipv4"  # what the service's container has on the lab's network
NO_NEW_PRIVILEGES_SINCE = (1, 46)  # the Engine API: Docker 27
RESERVED = 8  # a service reserves the eighth part of the memory that it may use
# What the API of Swarm services does not take, and why a seat can do without.
LEFT_OUT = {
    "MemorySwap": "on a node with swap a service may use as much of it as of memory",
    "CpuShares": "services share the processor evenly",
    "OomScoreAdj": "the kernel chooses by size alone whom it ends when memory is over",
    "SecurityOpt": "no-new-privileges, before Docker 27: all capabilities are dropped all the same",
}
_NANOSECONDS = 1_000_000_000
_TMPFS_FLAGS = "noexec,nosuid,nodev"  # as Docker's own tmpfs mounts have them
_COMPOSE = "com.docker.compose."
_CONDITION = {"": "none", "always": "any", "unless-stopped": "any", "on-failure": "on-failure"}
_OWN = {
    "Image": "Image",
    "Hostname": "Hostname",
    "User": "User",
    "Cmd": "Args",
    "Entrypoint": "Command",
    "StopSignal": "StopSignal",
    "WorkingDir": "Dir",
}
_HOSTS = {
    "CapAdd": "CapabilityAdd",
    "CapDrop": "CapabilityDrop",
    "ReadonlyRootfs": "ReadOnly",
    "GroupAdd": "Groups",
    "Init": "Init",
    "Ulimits": "Ulimits",
    "Sysctls": "Sysctls",
}
_ELSEWHERE = {"Labels", "ExposedPorts", "HostConfig", "NetworkingConfig", "StopTimeout"}
_HOST_ELSEWHERE = {
    *("PortBindings", "Mounts", "NetworkMode", "LogConfig", "Tmpfs"),
    *("Memory", "PidsLimit", "RestartPolicy", "Dns", "ExtraHosts"),
    *("NanoCpus", "DnsOptions"),
}


def service_name(container: ContainerPlan, lab: str) -> str:
    """The service's name, as `docker stack deploy` would form it: ``workshop-007_postfix``."""
    return f"{lab}_{container.service}"


def address_of(container: ContainerPlan) -> str:
    """The IPv4 address that a container is to have on the lab's network; empty: any."""
    endpoints = container.body["NetworkingConfig"]["EndpointsConfig"]
    return next((e["IPAMConfig"].get("IPv4Address", "") for e in endpoints.values()), "")


def mounts_of(container: ContainerPlan) -> list[Json]:
    """A container's mounts; a volume that is made for one says that its lab is on a Swarm."""
    mounts = []
    for mount in container.body["HostConfig"]["Mounts"]:
        options = mount["VolumeOptions"]
        marked = options | {"Labels": options["Labels"] | MARK}
        mounts.append(mount | {"VolumeOptions": marked})
    return mounts


def pins(services: Iterable[Json]) -> set[str]:
    """The ids of the nodes that a lab's services name; the mail clients' only when left alone."""
    specs = [service["Spec"] for service in services]
    servers = [spec for spec in specs if spec["Labels"].get(SERVICE_LABEL) != "client"]
    return {pinned_to(spec) for spec in servers or specs}


def pinned_to(spec: Json) -> str:
    """The id of the node that a service's specification names."""
    for constraint in (spec["TaskTemplate"].get("Placement") or {}).get("Constraints") or ():
        key, _, node = str(constraint).partition("==")
        if key.strip() == "node.id":
            return node.strip()
    return ""


def service_spec(
    container: ContainerPlan, lab: str, *, image: str, node: str, api: tuple[int, ...]
) -> Json:
    """What ``POST /services/create`` is given, to run this container on one node.

    Args:
        container: what is to run.
        lab: the lab's name.
        image: the image's id: a tag would have every node ask a registry first.
        node: the id of the node: its volumes hold the lab's files and mail.
        api: the manager's version of the Engine API.

    Raises:
        ValueError: a service cannot be told something of it (a bug of ours).
    """
    body, host = container.body, container.body["HostConfig"]
    _refuse(container.service, body.keys() - _OWN.keys() - _ELSEWHERE)
    _refuse(container.service, host.keys() - _HOSTS.keys() - _HOST_ELSEWHERE - LEFT_OUT.keys())
    labels = {LAB_LABEL: lab, STACK_LABEL: lab, **MARK}
    seen = {k: v for k, v in body["Labels"].items() if not k.startswith(_COMPOSE)}
    inside: Json = {_OWN[k]: v for k, v in body.items() if k in _OWN}
    inside |= {_HOSTS[k]: v for k, v in host.items() if k in _HOSTS}
    inside |= {
        "Image": image,
        "Labels": seen | labels,
        "Mounts": [
            *mounts_of(container),
            *_memory_mounts(service_name(container, lab), host.get("Tmpfs") or {}, seen | labels),
        ],
        "DNSConfig": {
            "Nameservers": host.get("Dns") or [],
            "Options": host.get("DnsOptions") or [],
        },
        "Hosts": [_hosts_line(entry) for entry in host.get("ExtraHosts") or ()],
    }
    if "StopTimeout" in body:
        inside["StopGracePeriod"] = body["StopTimeout"] * _NANOSECONDS
    unprivileged = "no-new-privileges:true" in (host.get("SecurityOpt") or ())
    if unprivileged and api >= NO_NEW_PRIVILEGES_SINCE:
        inside["Privileges"] = {"NoNewPrivileges": True}
    template: Json = {
        "ContainerSpec": inside,
        "Resources": _resources(host),
        "RestartPolicy": _restart(host.get("RestartPolicy") or {"Name": ""}),
        "Placement": {"Constraints": [f"node.id=={node}"]},
        "Networks": [
            {"Target": name, "Aliases": entry["Aliases"]}
            for name, entry in body["NetworkingConfig"]["EndpointsConfig"].items()
        ],
    }
    if log := host.get("LogConfig"):
        template["LogDriver"] = {"Name": log["Type"], "Options": log["Config"]}
    return {
        "Name": service_name(container, lab),
        "Labels": seen | labels | {OWN_ADDRESS_LABEL: address_of(container)},
        "TaskTemplate": template,
        "Mode": {"Replicated": {"Replicas": 1}},
        "UpdateConfig": {"Parallelism": 1, "Order": "stop-first"},
        # Without a virtual address there is no need of the kernel's IPVS.
        "EndpointSpec": {"Mode": "dnsrr", "Ports": _ports(host.get("PortBindings") or {})},
    }


def _refuse(service: str, unknown: set[str]) -> None:
    if unknown:
        raise ValueError(f"service {service}: a Swarm service takes no {sorted(unknown)}")


def _memory_mounts(service: str, tmpfs: dict[str, str], labels: dict[str, str]) -> list[Json]:
    """A service's own tmpfs mounts have no owner; volumes in memory have one.

    They have names: of one without, a node makes two and removes one.
    """
    return [
        {
            "Type": "volume",
            "Source": f"{service}.memory{path.replace('/', '-')}",
            "Target": path,
            "VolumeOptions": {
                "NoCopy": True,
                "Labels": labels,
                "DriverConfig": {
                    "Name": "local",
                    "Options": {
                        "type": "tmpfs",
                        "device": "tmpfs",
                        "o": f"{options},{_TMPFS_FLAGS}" if options else _TMPFS_FLAGS,
                    },
                },
            },
        }
        for path, options in tmpfs.items()
    ]


def _hosts_line(entry: str) -> str:
    """``mx.alpha.test:10.213.0.2`` as a line of /etc/hosts."""
    name, _, address = entry.partition(":")
    return f"{address} {name}"


def _resources(host: Json) -> Json:
    limits: Json = {}
    if "Memory" in host:
        limits["MemoryBytes"] = host["Memory"]
    if "NanoCpus" in host:
        limits["NanoCPUs"] = host["NanoCpus"]
    if "PidsLimit" in host:
        limits["Pids"] = host["PidsLimit"]
    return {
        "Limits": limits,
        "Reservations": {"MemoryBytes": host.get("Memory", 0) // RESERVED},
    }


def _restart(policy: Json) -> Json:
    condition: Json = {"Condition": _CONDITION[policy["Name"]]}
    if policy.get("MaximumRetryCount"):
        condition["MaxAttempts"] = policy["MaximumRetryCount"]
    return condition


def _ports(bindings: Json) -> list[Json]:
    """Published on the node itself; a Swarm publishes on all addresses of a node."""
    found = []
    for target, bound in bindings.items():
        port, _, protocol = target.partition("/")
        found += [
            {
                "Protocol": protocol,
                "TargetPort": int(port),
                "PublishedPort": int(each["HostPort"]),
                "PublishMode": "host",
            }
            for each in bound
        ]
    return found
