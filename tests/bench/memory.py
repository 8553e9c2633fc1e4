"""What an idle lab costs: MemAvailable before and after, and who holds it."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import psutil

from labctl.engine.dockerengine import DockerEngine
from tests.bench.measure import Figure, labctl

_SETTLED = 2.0  # seconds after the last greeting
_MIB = 1024 * 1024
_LABS = 3


def _available() -> float:
    return float(psutil.virtual_memory().available) / _MIB


def memory(engine: DockerEngine, name: str, base: int) -> list[Figure]:
    """Three labs beside those that are there; the mean of them."""
    names = [f"{name}-{number}" for number in range(_LABS)]
    before = _settled()
    try:
        for number, one in enumerate(names, start=1):
            labctl("up", "--name", one, "--ports", str(base + 100 * number))
        taken = (before - _settled()) / _LABS
        ids = [i for one in names for i in _containers(engine, one)]
        cgroups = sum(_cgroup(engine, i) for i in ids) / _LABS
        shims = sum(_resident("containerd-shim", ids)) / _LABS
        ports = [str(base + 100 * (n + 1) + 25)[:-2] for n in range(_LABS)]
        proxies = sum(_resident("docker-proxy", [f"-host-port {p}" for p in ports])) / _LABS
    finally:
        for one in names:
            labctl("down", "--lab", one)

    def figure(what: str, mib: float, remark: str = "") -> Figure:
        return Figure("memory", what, [mib], unit="MiB", remark=remark)

    return [
        figure("an idle lab, of MemAvailable", taken, "others on this machine blur it"),
        figure("… its two cgroups, cache left out", cgroups),
        figure("… its two containerd-shims (PSS)", shims),
        figure("… its seven docker-proxies (PSS)", proxies),
    ]


def _settled() -> float:
    Event().wait(_SETTLED)
    return _available()


def _containers(engine: DockerEngine, lab: str) -> list[str]:
    there = engine.api.containers(filters={"label": f"org.labctl.lab={lab}"})
    return [str(c["Id"]) for c in there]


def _cgroup(engine: DockerEngine, container: str) -> float:
    stats = engine.api.stats(container, stream=False, one_shot=True)["memory_stats"]
    cached = stats.get("stats", {})
    unused = cached.get("inactive_file", cached.get("total_inactive_file", 0))
    return float(stats["usage"] - unused) / _MIB


def _resident(program: str, mentions: list[str]) -> Iterator[float]:
    for process in psutil.process_iter(["name", "cmdline"]):
        words = " ".join(process.info["cmdline"] or ())
        if program in words and any(mention in words for mention in mentions):
            try:
                yield _proportional(process.pid) / _MIB
            except OSError:
                continue  # it ended meanwhile, or is not ours to look at


def _proportional(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0
