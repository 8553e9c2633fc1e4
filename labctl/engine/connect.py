"""A connection to the engine, or one clear sentence why there is none."""

import shutil
import socket
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from labctl.engine.locate import EngineAddress, find
from labctl.errors import NoEngine

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.tls import TLSConfig

# Seconds one answer may take: unpacking a layer on a slow disk takes tens of them.
TIMEOUT = 120
_FIRST_WORD = 5  # seconds to get through to the engine at all
# Docker Engine 20.10 and Podman 4: the oldest that the lab is tested with.
OLDEST_API = (1, 41)


def connect(address: EngineAddress | None = None) -> "DockerClient":
    """A client of the engine at ``address``, or of the one that :func:`reach` finds.

    Raises:
        NoEngine: nothing answers there, or it may not be used, or it is too old.
    """
    if address is None:
        return reach()[1]
    _knock(address)
    return _client(address)


def reach() -> tuple[EngineAddress, "DockerClient"]:
    """The first engine that answers, and where it was.

    Raises:
        NoEngine: none does; the reason is that of the first address.
    """
    first: NoEngine | None = None
    for address in find():
        try:
            return address, connect(address)
        except NoEngine as problem:
            first = first or problem
    raise first or NoEngine(
        "no container engine was found on this machine",
        remedy="install one: labctl doctor --fix, or Docker Desktop from https://docs.docker.com/get-docker/",
    )


def _knock(address: EngineAddress) -> None:
    """Find out with a bare socket why nobody would answer: the library's words are less clear.

    Raises:
        NoEngine: no permission, nothing listens, or the host cannot be reached.
    """
    try:
        parts = urlsplit(address.url)
        if path := address.socket:
            _knock_on_socket(path)
        elif address.pipe:
            _knock_on_pipe(address.pipe)
        elif parts.scheme in {"tcp", "http", "https"}:
            port = parts.port or (2376 if address.tls else 2375)
            socket.create_connection((parts.hostname or "", port), _FIRST_WORD).close()
    except PermissionError:
        raise NoEngine(
            "the engine's socket {socket} is there, but this user may not use it",
            remedy="sudo usermod -aG docker $USER, then log out and in again",
            socket=address.socket,
        ) from None
    except (OSError, ValueError) as problem:
        raise _silent(address, problem) from None


def _knock_on_socket(path: Path) -> None:
    if not hasattr(socket, "AF_UNIX"):  # Python on Windows
        raise OSError("this system has no such sockets")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(_FIRST_WORD)
        probe.connect(str(path))


def _knock_on_pipe(pipe: str) -> None:
    """Only that there is none is sure: one that is busy, or refuses this way in, is there."""
    try:
        Path(pipe).open("rb").close()
    except FileNotFoundError:
        raise
    except OSError:
        return


def _silent(address: EngineAddress, problem: Exception) -> NoEngine:
    if where := address.socket or address.pipe:
        return NoEngine(
            "nothing answers on the engine's socket {socket}: the engine is not running",
            remedy=how_to_start(address),
            socket=where,
        )
    return NoEngine(
        "the engine at {url} cannot be reached: {reason}",
        remedy="check the address ({name}) and that the engine there runs",
        url=address.url,
        reason=problem,
        name=address.name,
    )


def how_to_start(address: EngineAddress) -> str:
    """The words that start the engine whose usual socket this is (an English template)."""
    return {
        "rootless Docker": "start it: systemctl --user start docker",
        "Docker Desktop": "start Docker Desktop",
        "Colima": "start it: colima start",
        "OrbStack": "start OrbStack",
        "Rancher Desktop": "start Rancher Desktop",
        "Podman": "start it: systemctl --user start podman.socket",
        "Podman Machine": "start it: podman machine start",
    }.get(
        address.name,
        "start it: sudo systemctl start docker, or let labctl do it: labctl doctor --fix",
    )


def _client(address: EngineAddress) -> "DockerClient":
    import docker
    from docker.errors import DockerException
    from requests.exceptions import RequestException

    try:
        client = docker.DockerClient(
            base_url=address.url,
            version="auto",
            timeout=TIMEOUT,
            tls=_tls(address),
            use_ssh_client=shutil.which("ssh") is not None,
        )
    except (DockerException, RequestException, OSError) as problem:
        raise NoEngine(
            "what listens at {url} does not answer like a container engine: {reason}",
            remedy="check the address ({name}), or start the engine again",
            url=address.url,
            reason=problem,
            name=address.name,
        ) from problem
    version = str(client.api.api_version)
    if tuple(int(part) for part in version.split(".")) < OLDEST_API:
        client.close()
        raise NoEngine(
            "the engine at {url} speaks API {version}; labctl needs {oldest} (Docker 20.10)",
            remedy="upgrade it: https://docs.docker.com/engine/install/",
            url=address.url,
            version=version,
            oldest=".".join(str(part) for part in OLDEST_API),
        )
    return client


def _tls(address: EngineAddress) -> "TLSConfig | bool":
    if address.tls is None:
        return False
    from docker.tls import TLSConfig

    files = address.tls
    pair = (str(files.certificate), str(files.key)) if files.certificate and files.key else None
    return TLSConfig(
        client_cert=pair, ca_cert=str(files.ca) if files.ca else None, verify=files.verify
    )
