"""Who holds a port on this machine: a lab of ours, another container, or a process.

The quick answer first (the engine's list, then a bare bind); names are looked up only for a port
that is held.
"""

import errno
import socket
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from labctl.engine.labels import LAB_LABEL, PORTS_LABEL
from labctl.engine.socketapi import HasApi
from labctl.errors import EnvironmentProblem, PortBusy
from labctl.lang import tr
from labctl.model.lab import ANYWHERE, ENDPOINT_NAMES, SITE_STEP, Endpoint, shifted

FIRST_BASE = 20000
LAST_BASE = 65400
_ANY = frozenset({"", "*", *ANYWHERE})  # listening everywhere, as others say it
_LOOPBACK = "127.0.0.1"
_PATIENCE = 0.3  # seconds for a connection on this machine
# Programs that hold a port for a container: of another engine, or the engine would have named it.
# One that was killed while it started a container publishes its ports once more at its next start,
# for nobody, until it is started again.
_PROXIES = frozenset(
    {"docker-proxy", "rootlessport", "rootlesskit", "com.docker.backend", "vpnkit", "gvproxy"}
)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a port; as text it is in the reader's language."""

    kind: Literal["lab", "container", "process"]
    name: str = ""  # of the lab, the container or the program; empty: unknown
    project: str = ""  # of a container: its Compose project
    pid: int = 0  # of a process; 0: unknown

    def __str__(self) -> str:
        return tr(self._template, name=self.name, project=self.project, pid=self.pid)

    @property
    def _template(self) -> str:
        if self.kind == "lab":
            return "the lab {name}"
        if self.kind == "container":
            return (
                "the container {name} (Compose project {project})"
                if self.project
                else "the container {name}"
            )
        if self.name in _PROXIES:
            return (
                "{name} (pid {pid}, for a container of another engine, or for one that is gone:"
                " then restart the engine)"
            )
        return "the process {name} (pid {pid})" if self.name else "another process"


def holder(
    client: HasApi | None, port: int, bind: str = _LOOPBACK, *, local: bool = True
) -> Holder | None:
    """Who holds ``port`` for ``bind``; ``None``: nobody. Without a client: processes only."""
    return _holder(_running(client), port, bind, local=local)


def busy_ports(
    client: HasApi,
    endpoints: Sequence[Endpoint],
    ignore_lab: str = "",
    *,
    local: bool = True,
) -> list[PortBusy]:
    """One error for each endpoint whose port somebody holds other than ``ignore_lab`` itself.

    Args:
        client: the engine, asked once for its running containers.
        endpoints: where the lab is to be published.
        ignore_lab: the lab that may hold them already.
        local: whether the engine publishes on this machine; else only its containers are asked.
    """
    return busy_ports_of(client, {ignore_lab: endpoints}, local=local)[ignore_lab]


def busy_ports_of(
    client: HasApi, wanted: Mapping[str, Sequence[Endpoint]], *, local: bool = True
) -> dict[str, list[PortBusy]]:
    """The same for several labs, by name: the engine is asked once for all of them."""
    ports = {endpoint.port for endpoints in wanted.values() for endpoint in endpoints}
    running = [c for c in _running(client) if ports & {p.get("PublicPort") for p in _ports_of(c)}]
    return {
        lab: [
            PortBusy(endpoint.name, endpoint.port, str(who))
            for endpoint in endpoints
            if (who := _holder(running, endpoint.port, endpoint.host, local=local))
            and not (who.kind == "lab" and who.name == lab)
        ]
        for lab, endpoints in wanted.items()
    }


def _ports_of(container: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return container.get("Ports") or ()


def free_base(client: HasApi, bind: str = _LOOPBACK, sites: int = 1, *, local: bool = True) -> int:
    """The first base, from 20000 in steps of 100, at which all seven ports are free.

    With several ``sites``, those at the next bases are free, too. The ports of a lab that does not
    run stay its own.

    Raises:
        EnvironmentProblem: there is none.
    """
    running = client.api.containers(all=True)
    kept = {
        int(port)
        for container in running
        for port in (container.get("Labels") or {}).get(PORTS_LABEL, "").split()
    }
    return first_base(
        sites, lambda port: port not in kept and not _held(running, port, bind, local=local)
    )


def first_base(sites: int, is_free: Callable[[int], bool]) -> int:
    """The first base, from 20000 in steps of 100, at which each port of so many sites is free.

    Raises:
        EnvironmentProblem: there is none.
    """
    for base in range(FIRST_BASE, LAST_BASE + 1 - SITE_STEP * (sites - 1), SITE_STEP):
        bases = [base + SITE_STEP * number for number in range(sites)]
        if all(is_free(shifted(each, name)) for each in bases for name in ENDPOINT_NAMES):
            return base
    raise EnvironmentProblem(
        "no base from {first} to {last} has its seven ports free",
        remedy="remove labs that nobody uses: labctl down --all",
        first=FIRST_BASE,
        last=LAST_BASE,
    )


def free_seats(client: HasApi, first: int, sites: int, *, local: bool = True) -> int:
    """How many seats of a workshop at ``first`` find all their ports free, taken or not by others.

    Seat k has the bases from ``first`` + 100·``sites``·k on.
    """
    running = _running(client)
    step = SITE_STEP * sites
    found = 0
    for base in range(first + step, LAST_BASE + 1 - step, step):
        bases = [base + SITE_STEP * number for number in range(sites)]
        wanted = [shifted(each, name) for each in bases for name in ENDPOINT_NAMES]
        found += not any(_held(running, port, _LOOPBACK, local=local) for port in wanted)
    return found


def by_container(containers: Iterable[dict[str, Any]], port: int, bind: str) -> Holder | None:
    """Who of the engine's running containers publishes ``port``, from ``GET /containers/json``."""
    for container in containers:
        for published in _ports_of(container):
            address = published.get("IP", "")
            if (
                published.get("PublicPort") == port
                and published.get("Type", "tcp") == "tcp"
                and overlap(address, bind)
            ):
                return _of(container)
    return None


def overlap(one: str, other: str) -> bool:
    """Whether two listening addresses cannot share a port."""
    return one == other or one in _ANY or other in _ANY


def is_taken(port: int, bind: str) -> bool:
    """Whether something on this machine listens there already.

    A privileged port that this user may not bind (below 1024, `EACCES`) is tried by connecting.
    Only Linux has the ``SO_REUSEADDR`` that ignores ended connections but never a listener.
    """
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if sys.platform == "linux":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except OSError as problem:
            if sys.platform == "linux" and problem.errno == errno.EADDRINUSE:
                return True
            return _answers(family, bind, port)
    return False


def _held(running: list[dict[str, Any]], port: int, bind: str, *, local: bool) -> bool:
    return by_container(running, port, bind) is not None or (local and is_taken(port, bind))


def _holder(running: list[dict[str, Any]], port: int, bind: str, *, local: bool) -> Holder | None:
    if found := by_container(running, port, bind):
        return found
    return _process(port, bind) if local and is_taken(port, bind) else None


def _running(client: HasApi | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.api.containers() if client else []
    return found


def _of(container: dict[str, Any]) -> Holder:
    labels = container.get("Labels") or {}
    if lab := labels.get(LAB_LABEL):
        return Holder("lab", lab)
    name = next(iter(container.get("Names") or ()), str(container.get("Id", ""))[:12])
    return Holder("container", name.lstrip("/"), labels.get("com.docker.compose.project", ""))


def _process(port: int, bind: str) -> Holder:
    """The process that listens; without a name when this user may not see whose socket it is."""
    import psutil

    with suppress(psutil.Error, OSError):
        for connection in psutil.net_connections("tcp"):
            address = connection.laddr
            if connection.status != psutil.CONN_LISTEN or not address or address.port != port:
                continue
            if overlap(address.ip, bind) and connection.pid:
                return Holder("process", psutil.Process(connection.pid).name(), pid=connection.pid)
    return Holder("process")


def _answers(family: socket.AddressFamily, host: str, port: int) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(_PATIENCE)
        return probe.connect_ex((host, port)) == 0
