"""A second Docker engine, in a network of its own: one that a test may stop, kill and count on.

Its network namespace keeps its bridges, iptables and published ports away from the machine's own
engine, so `labctl` runs inside that namespace too. It needs root and `dockerd`.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Any

import psutil

from labctl.engine.dockerengine import DockerEngine
from labctl.engine.locate import EngineAddress
from tests.engine.own_engines import BY_CGROUPFS, ends_with_tests, remove_cgroups
from tests.engine.running import CLEAN, wait_until

# `ip link set lo up` without ip, then hold the namespaces. Source: netdevice(7).
_LOOPBACK_UP = """
import fcntl, signal, socket, struct
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
fcntl.ioctl(socket.socket(), SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
print("up", flush=True)
signal.pause()
"""
Thing = tuple[str, str]  # kind and name
LEFT_OVER = "then restart the engine"  # what labctl says of ports that a killed engine still holds


class PrivateEngine:
    """An engine of the tests' own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"unix://{folder}/docker.sock"
        self._log = (folder / "dockerd.log").open("ab")
        # Whoever holds the namespaces: they stay while dockerd is killed and started again.
        self._holder = subprocess.Popen(
            [
                *ends_with_tests("KILL"),
                *("unshare", "--net", "--mount", "--propagation", "private"),
                *(sys.executable, "-c", _LOOPBACK_UP),
            ],
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
        )
        assert self._holder.stdout is not None
        with self._holder.stdout as said:
            assert said.readline() == b"up\n"
        self._daemon: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def engine(self) -> DockerEngine:
        """What labctl sees of it; a fresh connection."""
        return DockerEngine(EngineAddress(self.url, "variable", "DOCKER_HOST"))

    @property
    def runs(self) -> bool:
        return self._daemon is not None and self._daemon.poll() is None

    # -- its life ----------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the engine and wait until it answers."""
        if self.runs:
            return
        namespaces = f"/proc/{self._holder.pid}/ns"
        inside = ["nsenter", f"--net={namespaces}/net", f"--mount={namespaces}/mnt"]
        self._daemon = subprocess.Popen(
            [*ends_with_tests("TERM"), *inside, *self._program()],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        wait_until("the tests' own engine answers", self._answers, within=60)

    def restart(self) -> None:
        """End it as its administrator would, and start it again."""
        self.stop(signal.SIGTERM)
        self.start()

    def _program(self) -> list[str]:
        place = self.folder
        return [
            *("dockerd", "--host", self.url, *BY_CGROUPFS),
            *("--data-root", f"{place}/data", "--exec-root", f"{place}/exec"),
            *("--pidfile", f"{place}/docker.pid", "--cgroup-parent", f"/{place.name}"),
            *("--containerd-namespace", f"labctl-tests-{os.getpid()}"),
            *("--containerd-plugins-namespace", f"labctl-tests-plugins-{os.getpid()}"),
        ]

    def _answers(self) -> bool:
        assert self.runs, (self.folder / "dockerd.log").read_text("utf-8", "replace")[-2000:]
        return self.docker("version").returncode == 0

    def stop(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End the engine: as its administrator would (TERM), or as a power failure would (KILL)."""
        assert self._daemon is not None
        self._daemon.send_signal(how)
        self._daemon.wait(timeout=60)
        # Those that publish its ports may outlive it, even one that it was just about to start:
        # a power failure takes them, too.
        wait_until("nothing publishes its ports any more", self._no_proxies)
        # Its containerd dies with it; where nobody reaps it, the next engine must not wait for it.
        pid = self.folder / "exec/containerd/containerd.pid"
        with suppress(FileNotFoundError, ValueError, ProcessLookupError):
            os.kill(int(pid.read_text()), signal.SIGKILL)
        pid.unlink(missing_ok=True)

    def _no_proxies(self) -> bool:
        """Whether nothing is left in the namespace of what publishes ports; else it is killed."""
        here, left = self._network(self._holder.pid), []
        for process in psutil.process_iter(["name"]):
            with suppress(OSError, psutil.NoSuchProcess):
                # Between fork and exec a proxy has the engine's own name.
                if process.info["name"] in ("docker-proxy", "dockerd") and (
                    self._network(process.pid) == here
                ):
                    left.append(process)
                    process.kill()
        return not left

    @staticmethod
    def _network(pid: int) -> int:
        """Which network namespace a process is in. Source: namespaces(7)."""
        return Path(f"/proc/{pid}/ns/net").stat().st_ino

    def remove(self) -> None:
        """End everything that was started here, by pid, and remove the folder."""
        with suppress(AssertionError, subprocess.TimeoutExpired):
            if self.runs:
                self.clear()
                self.stop(signal.SIGTERM)
        for process in self._processes():
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self._holder.kill()
        self._holder.wait()
        self._log.close()
        wait_until("the engine's processes are gone", lambda: not self._processes())
        remove_cgroups(self.folder.name)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _processes(self) -> list[psutil.Process]:
        """dockerd, its containerd and shims: what names this folder."""
        return [
            process
            for process in psutil.process_iter(["cmdline"])
            if any(self.folder.name in word for word in process.info["cmdline"] or ())
            and process.pid not in (os.getpid(), os.getppid())
            and "pytest" not in " ".join(process.info["cmdline"])
        ]

    # -- what tests do with it ---------------------------------------------------------------------

    def clear(self) -> None:
        """Remove whatever a test left."""
        for kind, listed in (("container", ("--all",)), ("volume", ()), ("network", ())):
            custom = ("--filter", "type=custom") if kind == "network" else ()
            there = self.docker(kind, "ls", "--quiet", *listed, *custom).stdout.split()
            if there:
                self.docker(kind, "rm", *(["--force"] if kind != "network" else []), *there)

    def docker(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Docker's own command line, at this engine."""
        return subprocess.run(
            ["docker", "--host", self.url, *arguments], capture_output=True, text=True, check=False
        )

    def load(self, images: Sequence[str]) -> None:
        """Copy images of the machine's own engine."""
        with subprocess.Popen(["docker", "save", *images], stdout=subprocess.PIPE) as save:
            subprocess.run(
                ["docker", "--host", self.url, "load", "--quiet"],
                stdin=save.stdout,
                stdout=subprocess.DEVNULL,
                check=True,
            )
        assert save.returncode == 0

    def command(self, command: Sequence[str]) -> list[str]:
        """A command line that runs where the published ports are."""
        # Tests that were started in the background ignore Ctrl-C, and what they start would, too.
        enter = ["env", "--default-signal=INT", "nsenter"]
        return [*enter, f"--net=/proc/{self._holder.pid}/ns/net", "--", *command]

    @contextmanager
    def begun(self, *arguments: str) -> "Iterator[subprocess.Popen[str]]":
        """A labctl where the published ports are; nsenter becomes it, so its pid is labctl's."""
        with subprocess.Popen(
            self.command([sys.executable, "-m", "labctl", *arguments]),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=CLEAN | {"DOCKER_HOST": self.url},
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def labctl(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a labctl where the published ports are."""
        with self.begun(*arguments) as process:
            out, err = process.communicate(timeout=300)  # it waits a minute for a server
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def run(self, *command: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Run any command where the published ports are, and nothing else: there is no route."""
        return subprocess.run(
            self.command(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=CLEAN | {"DOCKER_HOST": self.url} | variables,
            timeout=240,
            check=False,
        )

    def census(self) -> set[Thing]:
        """Every container, network and volume that is there, whosever it is."""
        api = self.engine.client.api
        return {
            *(("container", c["Names"][0]) for c in api.containers(all=True)),
            *(("network", n["Name"]) for n in api.networks()),
            *(("volume", v["Name"]) for v in api.volumes()["Volumes"] or []),
        }

    @contextmanager
    def watched(self, holds: Callable[[dict[str, Any]], bool]) -> Iterator[Event]:
        """An event that is set as soon as one of the engine's events is the awaited one."""
        came = Event()
        stream = self.engine.client.api.events(decode=True)

        def read() -> None:
            with suppress(Exception):  # the stream ends with the engine, or when it is closed
                for event in stream:
                    if holds(event):
                        came.set()
                        return

        reader = Thread(target=read, daemon=True)
        reader.start()
        try:
            yield came
        finally:
            stream.close()
            reader.join(5)


def signalled(
    process: "subprocess.Popen[str]", how: signal.Signals, when: Event, *, within: float = 30.0
) -> tuple[int, str, float]:
    """Send a signal at that moment; exit code, stderr, seconds from then to the end."""
    deadline = monotonic() + within
    while not when.wait(0.005) and process.poll() is None:
        assert monotonic() < deadline, "the awaited moment never came"
    sent = monotonic()
    process.send_signal(how)
    _, err = process.communicate(timeout=60)
    return process.returncode, err, monotonic() - sent
