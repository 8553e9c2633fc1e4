"""Debian's own container engine: installed and started, or said how.

Only what is missing is installed; an engine that is there is only started.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from labctl.engine.apt import is_debian_like
from labctl.engine.command import follow
from labctl.engine.connect import connect
from labctl.engine.locate import EngineAddress
from labctl.errors import EnvironmentProblem, NoEngine
from labctl.model.progress import OnProgress, Progress

if TYPE_CHECKING:
    from docker import DockerClient

LOG = Path("/var/log/dockerd-labctl.log")
_PIDFILE = Path("/var/run/docker.pid")
_SYSTEMD = Path("/run/systemd/system")  # sd_booted(3): there while systemd is process 1
_APPARMOR = Path("/sys/module/apparmor/parameters/enabled")
_MOUNTS = Path("/proc/mounts")
_SOCKET = EngineAddress("unix:///var/run/docker.sock", "socket", "Docker")
_STARTS_WITHIN = 60.0  # seconds
_TURN = 0.1  # seconds between two looks at an engine that starts
_REGISTRY = ("registry-1.docker.io", 443)
_REGISTRY_PATIENCE = 3.0  # seconds
_APT = (
    "apt-get",
    "--option=DPkg::Lock::Timeout=60",
    "--option=Dpkg::Use-Pty=0",
    "--yes",
    "--no-install-recommends",
)
# mmdebstrap checks Debian's signatures with these keys; Ubuntu does not have them by default.
BOOTSTRAP_PACKAGES = ("mmdebstrap", "debian-archive-keyring")


@dataclass(frozen=True, slots=True)
class Machine:
    """What decides how an engine gets onto a machine."""

    root: bool
    debian: bool
    systemd: bool
    has_engine: bool  # dockerd is installed
    apparmor: bool  # the kernel has it: containers then need its parser
    cgroups: bool  # somebody mounted them: systemd does, a bare init may not


def this_machine() -> Machine:
    """The machine that labctl runs on."""
    return Machine(
        root=hasattr(os, "geteuid") and os.geteuid() == 0,
        debian=sys.platform == "linux" and is_debian_like() and bool(shutil.which("apt-get")),
        systemd=_SYSTEMD.is_dir(),
        has_engine=shutil.which("dockerd") is not None,
        apparmor=_text(_APPARMOR).startswith("Y"),
        cgroups="cgroup" in _text(_MOUNTS),
    )


def packages(machine: Machine, *, registry: bool) -> tuple[str, ...]:
    """What to install for an engine that can get or build the lab's images."""
    engine = ("docker.io", "iptables", "ca-certificates")
    return (
        *(() if machine.has_engine else engine),
        *(("apparmor",) if machine.apparmor and not machine.has_engine else ()),
        *(() if machine.systemd or machine.cgroups else ("cgroupfs-mount",)),
        *(() if registry or shutil.which("mmdebstrap") else BOOTSTRAP_PACKAGES),
        *(() if registry or machine.root or shutil.which("newuidmap") else ("uidmap",)),
    )


def commands(machine: Machine, wanted: Sequence[str]) -> tuple[str, ...]:
    """The same as commands that somebody can type; empty where this is not Debian or Ubuntu."""
    if not machine.debian:
        return ()
    sudo = "" if machine.root else "sudo "
    install = (
        f"{sudo}apt-get update",
        f"{sudo}apt-get install --yes --no-install-recommends {' '.join(wanted)}",
    )
    start = (
        f"{sudo}systemctl enable --now docker" if machine.systemd else f"{sudo}service docker start"
    )
    join = () if machine.root else ("sudo usermod -aG docker $USER",)
    return (*(install if wanted else ()), start, *join)


def registry_answers() -> bool:
    """Whether Docker Hub can be reached from here, by a bare connection."""
    import socket

    try:
        socket.create_connection(_REGISTRY, _REGISTRY_PATIENCE).close()
    except OSError:
        return False
    return True


def install(wanted: Sequence[str], on_progress: OnProgress) -> None:
    """Install Debian packages; the lists are fetched only when that fails with the ones there are.

    Raises:
        EnvironmentProblem: apt failed; its last lines are in the message.
    """
    begun = time.monotonic()
    values: dict[str, object] = {"packages": " ".join(wanted)}

    def tell(line: str) -> None:
        on_progress(Progress("install", "installing {packages}", detail=line, values=values))

    tell("")
    status, said = _apt(("install", *wanted), tell)
    if status:
        _apt(("update",), tell)
        status, said = _apt(("install", *wanted), tell)
    seconds = time.monotonic() - begun
    if status:
        on_progress(Progress("install", "not installed: {packages}", "failed", values=values))
        raise EnvironmentProblem(
            "apt could not install {packages}:\n{said}",
            remedy="put right what it says, then again: labctl doctor --fix",
            said="\n".join(f"    {line}" for line in said),
            **values,
        )
    on_progress(Progress("install", "installed {packages}", "done", seconds, values=values))


def start(machine: Machine, on_progress: OnProgress) -> "DockerClient":
    """Start Docker's daemon and wait until it answers.

    Raises:
        NoEngine: it does not in a minute, or it ended; the end of its log is in the message.
    """
    begun = time.monotonic()
    on_progress(Progress("engine", "starting the container engine"))
    if not machine.systemd and not machine.cgroups:
        subprocess.run(["cgroupfs-mount"], check=False, capture_output=True)
    daemon = None
    if machine.systemd:
        subprocess.run(["systemctl", "enable", "--now", "docker"], check=False, capture_output=True)
    elif not _is_running():  # the package's own script may have started it
        daemon = _detached()
    try:
        client = _wait(begun + _STARTS_WITHIN, daemon)
    except NoEngine:
        on_progress(Progress("engine", "the container engine does not start", "failed"))
        raise
    seconds = time.monotonic() - begun
    on_progress(Progress("engine", "the container engine runs", "done", seconds))
    return client


def is_usual(address: EngineAddress) -> bool:
    """Whether this is the socket of the daemon that ``start`` starts."""
    return address.source == "socket" and address.name == "Docker"


def _detached() -> "subprocess.Popen[bytes]":
    """Run dockerd in a session of its own: it outlives labctl and hears no Ctrl-C."""
    path = os.pathsep.join(("/usr/sbin", "/sbin", os.environ.get("PATH", os.defpath)))
    with LOG.open("ab") as log:
        return subprocess.Popen(
            ["dockerd", f"--pidfile={_PIDFILE}"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env={**os.environ, "PATH": path},
            start_new_session=True,
        )


def _wait(deadline: float, daemon: "subprocess.Popen[bytes] | None") -> "DockerClient":
    turn = Event()
    while True:
        try:
            return connect(_SOCKET)
        except NoEngine:
            ended = daemon is not None and daemon.poll() is not None
            if ended or time.monotonic() > deadline:
                raise NoEngine(
                    "the container engine does not start:\n{said}",
                    remedy="its log says more: {log}",
                    said="\n".join(f"    {line}" for line in _text(LOG).splitlines()[-8:]),
                    log="journalctl -u docker" if daemon is None else LOG,
                ) from None
        turn.wait(_TURN)


def _is_running() -> bool:
    """Whether the process that Docker's pidfile names is a dockerd."""
    pid = _text(_PIDFILE).strip()
    return pid.isdigit() and "dockerd" in _text(Path("/proc") / pid / "comm")


def _apt(arguments: Sequence[str], tell: Callable[[str], None]) -> tuple[int, list[str]]:
    """Run apt-get without questions; its exit code and last lines."""
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "NEEDRESTART_SUSPEND": "1"}
    return follow([*_APT, *arguments], tell, quiet)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
