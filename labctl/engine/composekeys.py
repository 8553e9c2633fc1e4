"""How each key of a Compose service is said to the Engine API. Pure.

Sources: https://github.com/compose-spec/compose-spec/blob/main/05-services.md,
https://docs.docker.com/reference/api/engine/version/v1.41/
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Json = dict[str, Any]

_UNITS = {"b": 1, "k": 1024, "m": 1024**2, "g": 1024**3}


def size(text: str | int) -> int:
    """Bytes of ``64m``, ``1g``, ``512``."""
    if isinstance(text, int):
        return text
    found = re.fullmatch(r"(\d+)([bkmg])?b?", text.lower())
    if found is None:
        raise ValueError(f"not a size: {text!r}")
    return int(found[1]) * _UNITS[found[2] or "b"]


def seconds(text: str | int) -> int:
    """Whole seconds of ``5s`` or ``1m``, at least one."""
    found = re.fullmatch(r"(\d+)(ms|s|m)?", str(text))
    if found is None:
        raise ValueError(f"not a duration: {text!r}")
    scale = {"ms": 0.001, "s": 1, "m": 60, None: 1}[found[2]]
    return max(1, round(int(found[1]) * scale))


def port(entry: str | Json) -> tuple[str, Json]:
    """``127.0.0.1:20025:25`` or the long form, as an exposed port and its binding."""
    if isinstance(entry, str):
        rest, _, target = entry.rpartition(":")
        host, _, published = rest.rpartition(":")
        return f"{target}/tcp", {"HostIp": host.strip("[]"), "HostPort": published}
    return f"{entry['target']}/{entry.get('protocol', 'tcp')}", {
        "HostIp": str(entry.get("host_ip", "")).strip("[]"),
        "HostPort": str(entry["published"]),
    }


def _tmpfs(entries: Sequence[str]) -> dict[str, str]:
    pairs = (entry.partition(":") for entry in entries)
    return {path: options for path, _, options in pairs}


def _ulimits(entries: Mapping[str, int | Mapping[str, int]]) -> list[Json]:
    found: list[Json] = []
    for name, limit in entries.items():
        soft, hard = (limit, limit) if isinstance(limit, int) else (limit["soft"], limit["hard"])
        found.append({"Name": name, "Soft": soft, "Hard": hard})
    return found


def _sysctls(value: Sequence[str] | Mapping[str, object]) -> dict[str, str]:
    if isinstance(value, Mapping):
        return {k: str(v) for k, v in value.items()}
    return dict(entry.split("=", 1) for entry in value)


def _restart(value: str) -> Json:
    name, _, count = value.partition(":")
    return {"Name": "" if name == "no" else name, "MaximumRetryCount": int(count or 0)}


# Compose key -> (Engine key, how its value is read). First the container's own, then its host's.
CONTAINER_KEYS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "image": ("Image", str),
    "hostname": ("Hostname", str),
    "domainname": ("Domainname", str),
    "user": ("User", str),
    "command": ("Cmd", list),
    "entrypoint": ("Entrypoint", list),
    "stop_signal": ("StopSignal", str),
    "stop_grace_period": ("StopTimeout", seconds),
    "working_dir": ("WorkingDir", str),
}
HOST_KEYS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "cap_add": ("CapAdd", list),
    "cap_drop": ("CapDrop", list),
    "security_opt": ("SecurityOpt", list),
    "read_only": ("ReadonlyRootfs", bool),
    "mem_limit": ("Memory", size),
    "memswap_limit": ("MemorySwap", size),
    "pids_limit": ("PidsLimit", int),
    "cpu_shares": ("CpuShares", int),
    "cpus": ("NanoCpus", lambda value: round(float(value) * 1e9)),
    "oom_score_adj": ("OomScoreAdj", int),
    "group_add": ("GroupAdd", list),
    "init": ("Init", bool),
    "tmpfs": ("Tmpfs", _tmpfs),
    "ulimits": ("Ulimits", _ulimits),
    "sysctls": ("Sysctls", _sysctls),
    "restart": ("RestartPolicy", _restart),
    "shm_size": ("ShmSize", size),
    "extra_hosts": ("ExtraHosts", list),
    "dns": ("Dns", list),
    "dns_opt": ("DnsOptions", list),
}
