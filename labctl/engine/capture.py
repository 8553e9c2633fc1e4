"""tcpdump beside a service: a container in its network that may listen, and is gone after."""

import contextlib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from labctl.engine.api import Api
from labctl.engine.labels import LAB_LABEL
from labctl.engine.remove import remove_container
from labctl.engine.undisturbed import undisturbed
from labctl.errors import EnvironmentProblem

_LONGEST = "12h"  # should labctl be killed
_LISTENS = b"listening on"


def listener(lab: str, beside: str, image: str, listen: Sequence[str]) -> dict[str, Any]:
    """A container that may listen in the network of ``beside``, and nothing else.

    ``listen``: where tcpdump writes to, what it listens for, and how long (timeout(1)).
    """
    longest, *wanted = listen
    # As root, because new privileges are refused and a file's capabilities with them; all that this
    # root may do is listen. tcpdump would change to a user of its own: -Z keeps it from trying.
    tcpdump = ["tcpdump", "-Z", "root", "-i", "eth0", "-n", "-U", "--immediate-mode", *wanted]
    return {
        "Image": image,
        "User": "0",
        "Cmd": ["timeout", "--signal=INT", longest, *tcpdump],
        "Labels": {LAB_LABEL: lab},
        "AttachStdout": True,
        "AttachStderr": True,
        "HostConfig": {
            "NetworkMode": f"container:{beside}",
            "CapDrop": ["ALL"],
            "CapAdd": ["NET_RAW"],
            "SecurityOpt": ["no-new-privileges:true"],
            "ReadonlyRootfs": True,
            "PidsLimit": 16,
            "Memory": 64 * 1024 * 1024,
            "MemorySwap": 64 * 1024 * 1024,
            "LogConfig": {"Type": "none"},
        },
    }


@dataclass
class Tap:
    """One tcpdump at work."""

    api: Any  # docker.APIClient
    name: str
    output: Iterator[tuple[bytes | None, bytes | None]]
    _begun: list[bytes] = field(default_factory=list)

    def listens(self) -> None:
        """Wait until it hears what is on the wire.

        Raises:
            EnvironmentProblem: it ended instead.
        """
        said = b""
        for out, err in self.output:
            said += err or b""
            if out:
                self._begun.append(out)
            if _LISTENS in said:
                return
        why = said.decode("utf-8", "replace").strip()[-300:]
        raise EnvironmentProblem("tcpdump did not start: {why}", why=why)

    def chunks(self) -> Iterator[bytes]:
        """What it writes, until it ends."""
        yield from self._begun
        for out, _ in self.output:
            if out:
                yield out

    def stop(self) -> None:
        """Have it write what it has, and end."""
        with contextlib.suppress(Exception):  # it may have ended with the service
            self.api.kill(self.name, "SIGINT")


@contextlib.contextmanager
def tapped(api: Api, lab: str, beside: str, image: str, expression: str) -> Iterator[Tap]:
    """A tcpdump in the network of the container ``beside``; it is removed, whatever happens."""
    name = f"labctl-capture-{uuid.uuid4().hex[:12]}"
    body = listener(lab, beside, image, [_LONGEST, "-w", "-", expression])
    try:
        undisturbed(lambda: api.create_container_from_config(body, name))
        output = api.attach(name, stdout=True, stderr=True, stream=True, demux=True)
        tap = Tap(api, name, output)
        api.start(name)
        tap.listens()
        yield tap
    finally:
        remove_container(api, name)
