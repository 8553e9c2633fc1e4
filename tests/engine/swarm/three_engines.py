"""Three Docker engines on this machine, joined into one Swarm: nodes to drain and to kill.

Each engine has a network namespace of its own, and a cable from it to a bridge in a fourth: that is
where `labctl` runs. It needs a kernel that knows VXLAN.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from ipaddress import IPv4Interface
from pathlib import Path

import psutil

from tests.engine.own_engines import BY_CGROUPFS, ends_with_tests, remove_cgroups
from tests.engine.running import CLEAN, wait_until
from tests.engine.swarm import links

OUTSIDE = IPv4Interface("10.246.0.254/24")
_POOL = ("--default-addr-pool", "10.247.0.0/16", "--default-addr-pool-mask-length", "24")
# Holds the namespaces. Each engine is to start a containerd of its own, wherever the machine's is.
_HOLD = """
import signal, socket, subprocess, sys
if name := sys.argv[1]:
    socket.sethostname(name)
    subprocess.run(["mkdir", "-p", "/run/containerd"], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "none", "/run/containerd"], check=True)
print("ready", flush=True)
signal.pause()
"""


def _held(name: str = "") -> "subprocess.Popen[bytes]":
    """A process in new namespaces; they stay as long as it does."""
    kinds = ["--net", "--mount", "--uts", "--propagation", "private"]
    holder = subprocess.Popen(
        [*ends_with_tests("KILL"), "unshare", *kinds, sys.executable, "-c", _HOLD, name],
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
    )
    assert holder.stdout is not None
    with holder.stdout as said:
        assert said.readline() == b"ready\n"
    return holder


def _ended(process: "subprocess.Popen[bytes]") -> None:
    """Kill a process, if it still runs, and await its end."""
    process.kill()
    process.wait()


class Node:
    """One engine, its namespaces, and its cable to the bridge."""

    def __init__(self, folder: Path, number: int, bridge_pid: int) -> None:
        self.name = f"n{number}"
        self.address = f"10.246.0.{10 + number}"
        self.folder = folder / self.name
        self.folder.mkdir()
        self.url = f"unix://{self.folder}/docker.sock"
        self.cgroup = f"{folder.name}-{self.name}"
        self.lost_power = False  # it has, at least once
        self._bridge_pid = bridge_pid
        self._log = (self.folder / "dockerd.log").open("ab")
        with ExitStack() as taken_back:
            taken_back.callback(self._log.close)
            self._holder = _held(self.name)
            taken_back.callback(_ended, self._holder)
            self._connect()
            self._daemon = self._started()
            taken_back.pop_all()

    def _connect(self) -> None:
        with links.inside(self._bridge_pid):
            links.cable(f"to-{self.name}", "room", "eth0", self._holder.pid)
        with links.inside(self._holder.pid):
            links.address("lo", IPv4Interface("127.0.0.1/8"))
            links.address("eth0", IPv4Interface(f"{self.address}/24"))

    def _started(self) -> "subprocess.Popen[bytes]":
        namespaces = f"/proc/{self._holder.pid}/ns"
        return subprocess.Popen(
            [
                *ends_with_tests("TERM"),
                *("nsenter", f"--net={namespaces}/net", f"--mount={namespaces}/mnt"),
                *(f"--uts={namespaces}/uts", "dockerd", "--host", self.url),
                *("--data-root", f"{self.folder}/data", "--exec-root", f"{self.folder}/exec"),
                *("--pidfile", f"{self.folder}/docker.pid", "--cgroup-parent", f"/{self.cgroup}"),
                *("--swarm-default-advertise-addr", self.address, *BY_CGROUPFS),
            ],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )

    def await_answer(self) -> None:
        """Wait until the engine answers."""
        wait_until(f"the engine of {self.name} answers", self._answers, within=60)

    def _answers(self) -> bool:
        log = self.folder / "dockerd.log"
        assert self._daemon.poll() is None, log.read_text("utf-8", "replace")[-2000:]
        return self.docker("version").returncode == 0

    def docker(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Docker's own command line, at this engine."""
        return subprocess.run(
            ["docker", "--host", self.url, *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def asked(self, *arguments: str) -> str:
        """What Docker's command line answers, which must not refuse."""
        done = self.docker(*arguments)
        assert done.returncode == 0, f"{self.name}: {arguments}: {done.stderr}"
        return done.stdout.strip()

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

    def die(self) -> None:
        """What a power failure does: the network first, then every process of it."""
        self.lost_power = True
        with links.inside(self._bridge_pid), suppress(OSError):
            links.down(f"to-{self.name}")
        _ended(self._daemon)
        self._kill(self.processes)

    def revive(self) -> None:
        """Switch the machine on again."""
        (self.folder / "docker.pid").unlink(missing_ok=True)
        (self.folder / "exec/containerd/containerd.pid").unlink(missing_ok=True)
        with links.inside(self._bridge_pid):
            links.up(f"to-{self.name}")
        self._daemon = self._started()
        self.await_answer()

    def end(self) -> None:
        """End the engine as its administrator would."""
        if self._daemon.poll() is None:
            self._daemon.send_signal(signal.SIGTERM)

    def remove(self) -> None:
        """End what is left, by pid; then the namespaces, the cgroups and the folder."""
        with ExitStack() as last:  # whatever of it fails, the rest is done
            last.callback(shutil.rmtree, self.folder, ignore_errors=True)
            last.callback(remove_cgroups, self.cgroup)
            last.callback(self._log.close)
            last.callback(_ended, self._holder)
            last.callback(self._kill, self.processes)
            with suppress(subprocess.TimeoutExpired):
                self._daemon.wait(timeout=40)
            _ended(self._daemon)

    def _kill(self, whom: Callable[[], list[psutil.Process]]) -> None:
        def none_left() -> bool:
            there = whom()
            for process in there:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            return not there

        wait_until(f"the processes of {self.name} are gone", none_left)

    def processes(self) -> list[psutil.Process]:
        """All that runs in this engine's containers, and what names its folder: engine, shims."""
        within = {str(self.folder), f"/{self.cgroup}/"}
        return [
            process
            for process in psutil.process_iter()
            if process.pid not in (os.getpid(), os.getppid()) and self._is_of(process, within)
        ]

    def _is_of(self, process: psutil.Process, within: set[str]) -> bool:
        with suppress(psutil.NoSuchProcess, OSError):
            words = " ".join(process.cmdline())
            groups = Path(f"/proc/{process.pid}/cgroup").read_text("ascii", "replace")
            if "pytest" in words or process.status() == psutil.STATUS_ZOMBIE:
                return False
            return any(each in words or each in groups for each in within)
        return False


class ThreeEngines:
    """A Swarm of three: ``n1`` manages it, all three work."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.nodes: list[Node] = []
        self._holder = _held()
        try:
            with links.inside(self._holder.pid):
                links.address("lo", IPv4Interface("127.0.0.1/8"))
                links.bridge("room")
                links.address("room", OUTSIDE)
            for number in (1, 2, 3):
                self.nodes.append(Node(folder, number, self._holder.pid))
            for node in self.nodes:
                node.await_answer()
            self._join()
        except BaseException:
            self.remove()
            raise

    @property
    def manager(self) -> Node:
        return self.nodes[0]

    def node(self, name: str) -> Node:
        return next(n for n in self.nodes if n.name == name)

    def _join(self) -> None:
        manager, *others = self.nodes
        manager.asked("swarm", "init", "--advertise-addr", manager.address, *_POOL)
        token = manager.asked("swarm", "join-token", "--quiet", "worker")
        for node in others:
            node.asked("swarm", "join", "--token", token, f"{manager.address}:2377")
        for node in self.nodes:
            label = f"org.labctl.engine={node.url}"
            manager.asked("node", "update", "--label-add", label, node.name)

    def labctl(
        self, *arguments: str, timeout: float, **variables: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run a labctl outside the nodes, beside them on the bridge."""
        return subprocess.run(
            self._outside(arguments),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
            env=self._variables(variables),
        )

    def killed(self, moment: Callable[[], bool], *arguments: str, **variables: str) -> None:
        """Run a labctl there, and kill it at that moment of its work."""
        program = subprocess.Popen(
            self._outside(arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self._variables(variables),
        )
        try:
            wait_until(f"the moment to kill {arguments}", moment, within=120)
            assert program.poll() is None, f"{arguments} has ended before that moment"
        finally:
            _ended(program)

    def _outside(self, arguments: Sequence[str]) -> list[str]:
        inside = ["nsenter", f"--net=/proc/{self._holder.pid}/ns/net", "--"]
        return [*inside, sys.executable, "-m", "labctl", *arguments]

    def _variables(self, more: Mapping[str, str]) -> dict[str, str]:
        return {**CLEAN, "DOCKER_HOST": self.manager.url, "LABCTL_ENGINE": "swarm", **more}

    @contextmanager
    def drained(self, name: str) -> Iterator[None]:
        """A node that takes no tasks, and loses those that it has."""
        self.manager.asked("node", "update", "--availability", "drain", name)
        try:
            yield
        finally:
            self.manager.asked("node", "update", "--availability", "active", name)

    def state(self, node: Node) -> str:
        """What the manager thinks of a node: Ready, Down, Unknown."""
        one = f"name={node.name}"
        return self.manager.asked("node", "ls", "--filter", one, "--format", "{{.Status}}")

    def census(self) -> set[tuple[str, str, str]]:
        """All that can be left behind: node, kind and name, whosever it is."""
        found = {
            ("", kind, name)
            for kind in ("service", "config", "secret")
            for name in self.manager.asked(kind, "ls", "--format", "{{.Name}}").split()
        }
        for node in self.nodes:
            for kind, words in (
                ("container", ("--all", "--format", "{{.Names}}")),
                ("network", ("--filter", "type=custom", "--format", "{{.Name}}")),
                ("volume", ("--format", "{{.Name}}")),
            ):
                names = node.asked(kind, "ls", *words).split()
                found |= {(node.name, kind, name) for name in names}
        return found

    def unsettled(self) -> set[str]:
        """The labs that may have left something on a node, or have not got their mail back."""
        return self._marked("unsettled")

    def unfilled(self) -> set[str]:
        """The labs that came back from a node that was lost, but so far without their mail."""
        return self._marked("unfilled")

    def _marked(self, mark: str) -> set[str]:
        one = ("--filter", f"label=org.labctl.{mark}", "--format", "{{.Name}}")
        return {name.partition(".")[0] for name in self.manager.asked("config", "ls", *one).split()}

    @contextmanager
    def left_as_it_was(self) -> Iterator[None]:
        """After the block every node has what it had before, and no more."""
        before = self.census()
        yield

        def left() -> set[tuple[str, str, str]]:
            return {each for each in self.census() - before if not self._is_stuck(*each)}

        wait_until("nothing is left on any node", lambda: not left(), within=30)

    def _is_stuck(self, node: str, kind: str, name: str) -> bool:
        """An engine of Docker 20.10 that lost its power keeps a line on a network that it had."""
        lost_power = bool(node) and self.node(node).lost_power
        return lost_power and kind == "network" and name.startswith("labctl.")

    def connect(self, host: str, port: int) -> socket.socket:
        """A connection from the bridge to a node, as a participant's machine makes it."""
        with links.inside(self._holder.pid):
            return socket.create_connection((host, port), timeout=10)

    def remove(self) -> None:
        """End everything that was started here; the Swarm goes with its engines."""
        with ExitStack() as last:  # whichever node fails, the others are removed
            last.callback(shutil.rmtree, self.folder, ignore_errors=True)
            last.callback(_ended, self._holder)
            for node in self.nodes:
                last.callback(node.remove)
            for node in self.nodes:
                node.end()
