"""What the machine of an engine has, and how much of it is in use: for planning. Linux tells most.

Sources: proc(5), inotify(7), arp(7), ip(7); https://docs.kernel.org/admin-guide/sysctl/fs.html
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labctl.engine.disk import disk_free

_PROC = Path("/proc")
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Machine:
    """One look at a machine; ``None`` where its system does not tell."""

    processors: int
    memory: float  # MiB
    memory_free: float  # MiB that can be had without swapping (MemAvailable)
    threads: int | None
    threads_most: int | None
    files: int | None  # open file handles, of all processes
    files_most: int | None
    inotify_instances: int | None  # the most that one user may have
    inotify_watches: int | None
    neighbours: int | None  # the most entries of the table of the network's neighbours (ARP)
    outgoing: tuple[int, int] | None  # the ports that connections to elsewhere are given, both in
    disk_free: float | None  # MiB, where the engine keeps everything


@dataclass(frozen=True, slots=True)
class LabUse:
    """What a lab's running containers use, by the kernel's own count for each."""

    containers: int
    memory: float  # MiB, without what was read from files and may be forgotten
    cpu: float  # seconds so far
    processes: int


def use_of(stats: Sequence[Mapping[str, Any]]) -> LabUse:
    """From the ``GET /containers/ID/stats`` of all of them. Pure."""
    memory = cpu = processes = 0
    for one in stats:
        kept = one.get("memory_stats") or {}
        details = kept.get("stats") or {}
        unused = details.get("inactive_file", details.get("total_inactive_file", 0))
        memory += int(kept.get("usage", 0)) - int(unused)
        cpu += int(one["cpu_stats"]["cpu_usage"]["total_usage"])
        processes += int((one.get("pids_stats") or {}).get("current", 0))
    return LabUse(len(stats), memory / _MIB, cpu / 1e9, processes)


def look(root: str = "") -> Machine:
    """Look at this machine.

    Args:
        root: the folder in which the engine keeps everything.
    """
    import psutil

    memory = psutil.virtual_memory()
    disk = disk_free(root) if root else None
    most = [_number("sys/kernel/threads-max"), _number("sys/kernel/pid_max")]
    return Machine(
        psutil.cpu_count() or 1,
        memory.total / _MIB,
        memory.available / _MIB,
        _number("loadavg", 3, after="/"),
        min((n for n in most if n is not None), default=None),
        _number("sys/fs/file-nr"),
        _number("sys/fs/file-max"),
        _number("sys/fs/inotify/max_user_instances"),
        _number("sys/fs/inotify/max_user_watches"),
        _number("sys/net/ipv4/neigh/default/gc_thresh3"),
        _range("sys/net/ipv4/ip_local_port_range"),
        None if disk is None else disk / _MIB,
    )


def _range(name: str) -> tuple[int, int] | None:
    first, last = _number(name), _number(name, 1)
    return None if first is None or last is None else (first, last)


def _number(name: str, place: int = 0, *, after: str = "") -> int | None:
    with suppress(OSError, IndexError, ValueError):
        word = (_PROC / name).read_text(encoding="ascii").split()[place]
        return int(word.rpartition(after)[2] if after else word)
    return None
