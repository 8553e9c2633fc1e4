"""Real mail clients from the image of `labctl shell client`: the machine needs none of them.

The container sees either the machine's published ports, as its user does, or the lab's own network.
"""

import io
import re
import shlex
import socket
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import PurePosixPath
from typing import Any

from labctl.engine.archive import PlacedFile, pack
from labctl.engine.dockerengine import DockerEngine
from labctl.model.lab import Account, EndpointName
from labctl.render.certificate import issue
from tests.engine.running import RunningLab

TEST_LABEL = "org.labctl.test"
HOME = "/home/participant"
_UID = 1000
_folders = count(1)


def _owned(path: str, mode: int, kind: bytes) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(str(PurePosixPath(path).relative_to(HOME)))
    entry.type, entry.mode, entry.uid, entry.gid = kind, mode, _UID, _UID
    return entry


def _strangers() -> bytes:
    """The system's store of a machine that does not know the lab: another's CA alone."""
    other = issue("another lab", ["mx.example"], []).ca_pem
    return pack([PlacedFile("/etc/labctl/ca.pem", other.encode(), 0o644, 0, 0)], "/etc/labctl")


@contextmanager
def container(engine: DockerEngine, network: str) -> Iterator[str]:
    """A container with the clients on ``network``; it is gone afterwards, whatever happens."""
    made = engine.client.containers.run(
        engine.client_image(),
        ["sleep", "21600"],  # outlives the longest suite; goes away when nobody comes back for it
        detach=True,
        init=True,
        auto_remove=True,
        network_mode=network,
        labels={TEST_LABEL: "clients"},
    )
    try:
        engine.api.put_archive(str(made.id), "/etc/labctl", _strangers())
        yield str(made.id)
    finally:
        made.remove(force=True)


@dataclass(frozen=True, slots=True)
class Said:
    """How a client ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def all(self) -> str:
        return self.out + self.err


@dataclass
class MailClients:
    """Mail clients at a desk of their own: a folder with the lab's CA in it."""

    engine: DockerEngine
    container: str
    lab: RunningLab
    inside: bool = False  # on the lab's network: documented ports, the servers' own names
    folder: str = field(default_factory=lambda: f"{HOME}/{next(_folders)}")

    def __post_init__(self) -> None:
        self.put("ca.pem", self.lab.spec.certificate.ca_pem)

    @property
    def ca(self) -> str:
        return f"{self.folder}/ca.pem"

    def host(self, name: EndpointName) -> str:
        site = self.lab.spec.sites[0]
        if not self.inside:
            return self.lab.endpoint(name).host
        return (site.postfix if self.lab.endpoint(name).service == "postfix" else site.dovecot).name

    def name(self, name: EndpointName) -> str:
        """For fetchmail and mbsync, which look for names in a certificate and not for addresses."""
        host = self.host(name)
        return "localhost" if host == "127.0.0.1" else host

    def port(self, name: EndpointName) -> int:
        endpoint = self.lab.endpoint(name)
        return endpoint.documented if self.inside else endpoint.port

    def put(self, name: str, content: str, mode: int = 0o600) -> str:
        """Write a file that only the person at this desk can read; its path."""
        path = f"{self.folder}/{name}"
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as tar:
            tar.addfile(_owned(self.folder, 0o700, tarfile.DIRTYPE))
            entry = _owned(path, mode, tarfile.REGTYPE)
            entry.size = len(content.encode())
            tar.addfile(entry, io.BytesIO(content.encode()))
        self.engine.api.put_archive(self.container, HOME, buffer.getvalue())
        return path

    def run(
        self, *argv: str, stdin: str | None = None, seconds: int = 30, **variables: str
    ) -> Said:
        """Run a client; secrets go in by ``stdin`` or by a file, not by an argument."""
        given = "/dev/null" if stdin is None else self.put("stdin", stdin)
        script = f"cd {self.folder} && exec timeout {seconds} {shlex.join(argv)} <{given}"
        api = self.engine.api
        made = api.exec_create(
            self.container, ["sh", "-c", script], environment={"LC_ALL": "C.UTF-8", **variables}
        )
        out, err = api.exec_start(made["Id"], demux=True)
        return Said(
            int(api.exec_inspect(made["Id"])["ExitCode"]),
            (out or b"").decode("utf-8", "replace"),
            (err or b"").decode("utf-8", "replace"),
        )

    def read(self, name: str) -> str:
        """A file that a client wrote; empty when it wrote none."""
        return self.run("cat", name).out

    def swaks(
        self, via: EndpointName, to: str, *arguments: str, login: Account | None = None
    ) -> Said:
        """Send with swaks; as ``login``, under TLS checked against the lab's CA."""
        tls = {"submission": ["--tls"], "submissions": ["--tls-on-connect"]}.get(via, [])
        verified = ["--tls-ca-path", self.ca, "--tls-verify"] if tls else []
        options: Mapping[str, str] = {"from": login.address if login else ""}
        lines = [f"--{name} {value}\n" for name, value in options.items() if value]
        if login:
            lines += [f"--auth-user {login.address}\n", f"--auth-password {login.password}\n"]
            lines.append("--auth PLAIN\n")
        return self.run(
            *("swaks", "--config", self.put("swaksrc", "".join(lines))),
            *("--server", self.host(via), "--port", str(self.port(via))),
            *("--to", to, "--timeout", "20", *tls, *verified, *arguments),
        )

    def s_client(self, via: EndpointName, *arguments: str) -> Said:
        """Say hello and goodbye with openssl s_client."""
        goodbye = "a LOGOUT\r\n" if via.startswith("imap") else "QUIT\r\n"
        starttls = {"smtp": "smtp", "submission": "smtp", "imap": "imap", "pop3": "pop3"}
        start = ["-starttls", starttls[via]] if via in starttls else []
        where = ("-connect", f"{self.host(via)}:{self.port(via)}", *start)
        return self.run("openssl", "s_client", *where, "-ign_eof", *arguments, stdin=goodbye)

    def typed(self, command: str, steps: Sequence[tuple[str, str]], seconds: float = 30) -> Said:
        """Type at a terminal; a step is what to wait for (a pattern) and what to type then."""
        api = self.engine.client.api
        script = f"cd {self.folder} && {command}"
        made = api.exec_create(self.container, ["bash", "-c", script], tty=True, stdin=True)
        opened: Any = api.exec_start(made["Id"], tty=True, socket=True)
        terminal: socket.socket = getattr(opened, "_sock", opened)
        terminal.settimeout(seconds)
        with closing(terminal), closing(opened), closing(opened._response):
            shown = _dialogue(terminal, steps)
        return Said(int(api.exec_inspect(made["Id"])["ExitCode"]), shown, "")


def _dialogue(terminal: socket.socket, steps: Sequence[tuple[str, str]]) -> str:
    """Type each line once its pattern was seen, then read to the end; all that was shown."""
    shown, seen = "", 0
    for pattern, line in steps:
        while not (found_at := re.compile(pattern).search(shown, seen)):
            more = terminal.recv(4096)
            assert more, f"the end came before {pattern!r}:\n{shown}"
            shown += more.decode("utf-8", "replace")
        seen = found_at.end()
        terminal.sendall(line.encode() + b"\n")
    while more := terminal.recv(4096):
        shown += more.decode("utf-8", "replace")
    return shown
