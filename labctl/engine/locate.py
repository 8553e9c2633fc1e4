"""Where the container engine listens: found without importing Docker's library or opening anything.

The order is that of Docker's own command line: ``DOCKER_HOST``, then the current context, then the
usual sockets.

Source: https://docs.docker.com/engine/manage-resources/contexts/
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from labctl.errors import NoEngine
from labctl.lang import Text

ReadText = Callable[[Path], str | None]
Exists = Callable[[Path], bool]

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_SCHEMES = frozenset({"unix", "npipe", "tcp", "http", "https", "ssh"})

# The named pipes that engines make on Windows, the most common first: (whose, address).
USUAL_PIPES = (
    ("Docker Desktop", "npipe:////./pipe/docker_engine"),
    ("Podman Machine", "npipe:////./pipe/podman-machine-default"),
)


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """What a TLS connection to the engine is made with; a missing file is ``None``."""

    ca: Path | None
    certificate: Path | None
    key: Path | None
    verify: bool = True


@dataclass(frozen=True, slots=True)
class EngineAddress:
    """Where an engine listens and how that was found out.

    ``name`` says more about the source: the variable, the context, or whose usual socket it is
    (``Docker``, ``rootless Docker``, ``Colima``, …).
    """

    url: str  # unix:///var/run/docker.sock, tcp://host:2376, ssh://user@host, npipe:////./pipe/…
    source: Literal["variable", "context", "socket"]
    name: str
    tls: TlsFiles | None = None

    @property
    def local(self) -> bool:
        """Whether the ports that the engine publishes are ports of this machine."""
        parts = urlsplit(self.url)
        return parts.scheme in {"unix", "npipe"} or (
            parts.scheme in {"tcp", "http", "https"} and parts.hostname in _LOOPBACK
        )

    @property
    def pipe(self) -> str:
        """The named pipe's path (Windows); empty for any other kind of address."""
        return self.url.removeprefix("npipe://") if self.url.startswith("npipe://") else ""

    @property
    def socket(self) -> Path | None:
        """The Unix socket's path; ``None`` for any other kind of address."""
        return Path(self.url.removeprefix("unix://")) if self.url.startswith("unix://") else None


def usual_sockets(environ: Mapping[str, str], home: Path) -> list[tuple[str, Path]]:
    """The sockets that engines make by default, the most common first: (whose, path)."""
    run = Path(environ["XDG_RUNTIME_DIR"]) if environ.get("XDG_RUNTIME_DIR") else None
    own = [("rootless Docker", run / "docker.sock")] if run else []
    podman = [("Podman", run / "podman/podman.sock")] if run else []
    return [
        ("Docker", Path("/var/run/docker.sock")),
        *own,
        ("Docker Desktop", home / ".docker/run/docker.sock"),
        ("Colima", home / ".colima/default/docker.sock"),
        ("OrbStack", home / ".orbstack/run/docker.sock"),
        ("Rancher Desktop", home / ".rd/docker.sock"),
        *podman,
        ("Podman Machine", home / ".local/share/containers/podman/machine/podman.sock"),
        ("Podman", Path("/run/podman/podman.sock")),
    ]


def candidates(
    environ: Mapping[str, str],
    home: Path,
    *,
    exists: Exists,
    read: ReadText,
    windows: bool = False,
) -> tuple[EngineAddress, ...]:
    """The addresses worth trying, the best first: one if somebody chose, else every usual socket.

    Raises:
        NoEngine: what was chosen cannot be an engine's address, or the context does not exist.
    """
    if host := environ.get("DOCKER_HOST"):
        return (_from_variable(host, environ, home),)
    folder = Path(environ.get("DOCKER_CONFIG") or home / ".docker")
    context = environ.get("DOCKER_CONTEXT") or _current_context(read(folder / "config.json"))
    if context and context != "default":
        return (_from_context(context, folder, exists, read),)
    if windows:
        return tuple(EngineAddress(url, "socket", whose) for whose, url in USUAL_PIPES)
    return tuple(
        EngineAddress(f"unix://{path}", "socket", whose)
        for whose, path in usual_sockets(environ, home)
        if exists(path)
    )


def find() -> tuple[EngineAddress, ...]:
    """:func:`candidates` of this process and this machine."""
    return candidates(
        os.environ, Path.home(), exists=_exists, read=_read, windows=sys.platform == "win32"
    )


def _from_variable(host: str, environ: Mapping[str, str], home: Path) -> EngineAddress:
    _check(host, "DOCKER_HOST")
    if not environ.get("DOCKER_TLS_VERIFY") and not environ.get("DOCKER_CERT_PATH"):
        return EngineAddress(host, "variable", "DOCKER_HOST")
    folder = Path(environ.get("DOCKER_CERT_PATH") or home / ".docker")
    tls = TlsFiles(
        folder / "ca.pem",
        folder / "cert.pem",
        folder / "key.pem",
        verify=bool(environ.get("DOCKER_TLS_VERIFY")),
    )
    return EngineAddress(host, "variable", "DOCKER_HOST", tls)


def _current_context(config: str | None) -> str:
    try:
        found = json.loads(config or "{}")
    except ValueError:
        return ""  # Docker's own command line warns about this file; the usual sockets may still do
    name = found.get("currentContext") if isinstance(found, dict) else None
    return name if isinstance(name, str) else ""


def _from_context(name: str, folder: Path, exists: Exists, read: ReadText) -> EngineAddress:
    """A context's folder is named after the SHA-256 of the context's name."""
    identity = sha256(name.encode()).hexdigest()
    meta = read(folder / "contexts/meta" / identity / "meta.json")
    try:
        endpoint = json.loads(meta or "")["Endpoints"]["docker"]
        host, skip = endpoint["Host"], bool(endpoint.get("SkipTLSVerify"))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NoEngine(
            "the Docker context {context} does not exist or cannot be read",
            remedy="see the contexts: docker context ls; choose one: docker context use default",
            context=name,
        ) from None
    _check(host, Text("the Docker context {name}", {"name": name}))
    material = folder / "contexts/tls" / identity / "docker"
    files = [material / part for part in ("ca.pem", "cert.pem", "key.pem")]
    ca, certificate, key = (path if exists(path) else None for path in files)
    tls = TlsFiles(ca, certificate, key, verify=not skip) if ca or certificate or skip else None
    return EngineAddress(host, "context", name, tls)


def _check(url: object, origin: str | Text) -> None:
    if not isinstance(url, str) or not _is_address(url):
        raise NoEngine(
            "{origin} says {url}, which is no engine's address",
            remedy="an address looks like unix:///var/run/docker.sock, tcp://host:2376 or ssh://user@host",
            origin=origin,
            url=url,
        )


def _is_address(url: str) -> bool:
    scheme, _, rest = url.partition("://")
    try:
        parts = urlsplit(url)
        readable = parts.port is None or parts.port > 0  # reading it finds a port that is none
    except ValueError:
        return False
    return readable and scheme in _SCHEMES and bool(rest)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a folder on the way that we may not enter
        return False


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
