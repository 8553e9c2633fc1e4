"""The Engine API over this machine's own socket, by the standard library alone.

Importing Docker's SDK takes as long as most verbs' whole work. The requests that every verb makes
are therefore made here, by methods named and answering as the SDK's are; all others, and every
engine that is reached another way (TCP, TLS, SSH, a named pipe), are left to the SDK.

Source: https://docs.docker.com/reference/api/engine/version/v1.41/
"""

import json
import socket
from collections.abc import Callable, Mapping, Sequence
from http.client import HTTPException
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from labctl.engine.api import Api
from labctl.engine.connect import OLDEST_API, TIMEOUT
from labctl.engine.locate import EngineAddress, find
from labctl.engine.socketwire import Refused, Silent, Stream, Unframed, Wire, explanation, parted

Json = Any
Filters = Mapping[str, str | Sequence[str]]

_FIRST_WORD = 5  # seconds to get through to the engine at all
_LONGEST_STOP = 60  # seconds; a lab's containers have 5 of grace


def _filtered(filters: Filters | None) -> dict[str, str]:
    """The query that leaves out what nobody asked for."""
    if not filters:
        return {}
    lists = {k: [v] if isinstance(v, str) else list(v) for k, v in filters.items()}
    return {"filters": json.dumps(lists)}


class HasApi(Protocol):
    """What lends its API: the engine of a lab, or the SDK's client."""

    @property
    def api(self) -> Api:
        """One method a request."""
        ...


def at_hand(address: EngineAddress | None = None) -> tuple[EngineAddress, str] | None:
    """The engine that would be used and its API version, when it answers on this machine's socket.

    ``None``: it is reached another way, or something is wrong with it: ``connect`` says what.

    Raises:
        NoEngine: what was chosen cannot be an engine's address.
    """
    chosen = address or next(iter(find()), None)
    if chosen is None or chosen.socket is None or not hasattr(socket, "AF_UNIX"):
        return None
    wire = Wire(chosen.socket, _FIRST_WORD)
    try:
        wire.request("GET", "/_ping")
        version = wire.getresponse().getheader("Api-Version", "0")
        fits = tuple(int(part) for part in version.split(".")) >= OLDEST_API
    except (OSError, HTTPException, ValueError):
        return None
    finally:
        wire.close()
    return (chosen, version) if fits else None


class SocketApi:
    """What labs ask of ``docker.APIClient`` most, under the same names.

    Each raises ``Refused`` or ``Silent``. A connection serves one request: threads may share this.
    """

    def __init__(self, path: Path, version: str, sdk: Callable[[], Any]) -> None:
        self._path, self._version, self._sdk = path, version, sdk

    def __getattr__(self, name: str) -> Json:
        return getattr(self._sdk(), name)

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | Json = None,
        *,
        query: Mapping[str, str] | None = None,
        timeout: float | None = TIMEOUT,
    ) -> bytes:
        url = f"/v{self._version}{path}" + (f"?{urlencode(query)}" if query else "")
        kind = "application/x-tar" if isinstance(body, bytes) else "application/json"
        content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        wire = Wire(self._path, timeout)
        try:
            wire.request(method, url, content, {"Content-Type": kind} if content else {})
            answer = wire.getresponse()
            words = answer.read()
        except (OSError, HTTPException) as problem:
            raise Silent(str(problem) or type(problem).__name__) from problem
        finally:
            wire.close()
        if answer.status >= 400:
            raise Refused(answer.status, explanation(words))
        return words

    def _stream(
        self,
        method: str,
        path: str,
        body: Json = None,
        *,
        query: Mapping[str, str] | None = None,
        kind: type[Stream] = Stream,
    ) -> Stream:
        url = f"/v{self._version}{path}" + (f"?{urlencode(query)}" if query else "")
        content = None if body is None else json.dumps(body).encode()
        wire = Wire(self._path, None)
        try:
            wire.request(method, url, content, {"Content-Type": "application/json"})
            taken = wire.sock
            answer = wire.getresponse()
        except (OSError, HTTPException) as problem:
            wire.close()
            raise Silent(str(problem) or type(problem).__name__) from problem
        if answer.status >= 400:
            words = answer.read()
            wire.close()
            raise Refused(answer.status, explanation(words))
        return kind(wire, taken, answer)

    def _list(self, path: str, filters: Filters | None, **query: str) -> Json:
        return json.loads(self._ask("GET", path, query=_filtered(filters) | query))

    def version(self) -> Json:
        """The engine's version and its parts'."""
        return json.loads(self._ask("GET", "/version"))

    def events(self, *, since: float, filters: Filters) -> Stream:
        """What happens on the engine from ``since`` on (seconds), JSON a line, as it comes."""
        query = {"since": f"{since:.9f}", **_filtered(filters)}
        return self._stream("GET", "/events", query=query, kind=Unframed)

    def info(self) -> Json:
        """What the engine says about itself and its machine."""
        return json.loads(self._ask("GET", "/info"))

    # -- containers --------------------------------------------------------------------------------

    def containers(self, *, all: bool = False, filters: Filters | None = None) -> Json:  # noqa: A002 - the SDK says so
        """The running containers, or all of them."""
        return self._list("/containers/json", filters, all=str(int(all)))

    def inspect_container(self, name: str) -> Json:
        """One container."""
        return json.loads(self._ask("GET", f"/containers/{quote(name)}/json"))

    def create_container_from_config(self, body: Json, name: str) -> Json:
        """Make a container."""
        return json.loads(self._ask("POST", "/containers/create", body, query={"name": name}))

    def start(self, name: str) -> None:
        """Start a container."""
        self._ask("POST", f"/containers/{quote(name)}/start")

    def kill(self, name: str, signal: str) -> None:
        """Send a signal to a container's first process."""
        self._ask("POST", f"/containers/{quote(name)}/kill", query={"signal": signal})

    def stop(self, name: str) -> None:
        """Stop a container: TERM, then KILL after its grace period."""
        self._ask("POST", f"/containers/{quote(name)}/stop", timeout=_LONGEST_STOP)

    def remove_container(self, name: str, *, v: bool = False, force: bool = False) -> None:
        """Remove a container; ``v``: and its volumes without a name; ``force``: kill it first."""
        self._ask(
            "DELETE",
            f"/containers/{quote(name)}",
            query={"v": str(int(v)), "force": str(int(force))},
        )

    def put_archive(self, name: str, path: str, data: bytes) -> None:
        """Unpack a tar below a folder."""
        self._ask("PUT", f"/containers/{quote(name)}/archive", data, query={"path": path})

    def get_archive(self, name: str, path: str) -> tuple[list[bytes], dict[str, Any]]:
        """A tar of a file or a folder; the second value is there because the SDK has one."""
        return [self._ask("GET", f"/containers/{quote(name)}/archive", query={"path": path})], {}

    def logs(
        self,
        name: str,
        *,
        stream: bool = False,
        follow: bool = False,
        timestamps: bool = False,
        since: float | None = None,
        tail: int | str = "all",
        **more: object,
    ) -> Json:
        """What a container wrote, as it comes; its output in one piece is the SDK's."""
        if more or not stream:
            kept = {"timestamps": timestamps, "since": since, "tail": tail, **more}
            return self._sdk().logs(name, stream=stream, follow=follow, **kept)
        query = {
            "stdout": "1",
            "stderr": "1",
            "follow": str(int(follow)),
            "timestamps": str(int(timestamps)),
            "tail": str(tail),
            **({"since": f"{since:.9f}"} if since else {}),
        }
        return self._stream("GET", f"/containers/{quote(name)}/logs", query=query)

    def inspect_image(self, name: str) -> Json:
        """One image."""
        return json.loads(self._ask("GET", f"/images/{quote(name)}/json"))

    # -- commands inside them ----------------------------------------------------------------------

    def exec_create(
        self, name: str, argv: list[str], *, user: str = "", stdin: bool = False, **more: object
    ) -> Json:
        """Prepare a command; ``stdin``: its input ends when its stream is closed."""
        if more:
            return self._sdk().exec_create(name, argv, user=user, stdin=stdin, **more)
        body = {"Cmd": argv, "User": user, "AttachStdout": True, "AttachStderr": True}
        if stdin:
            body["AttachStdin"] = True
        return json.loads(self._ask("POST", f"/containers/{quote(name)}/exec", body))

    def exec_start(
        self,
        made: str,
        *,
        demux: bool = False,
        stream: bool = False,
        **more: object,
    ) -> Json:
        """Run it to its end: stdout and stderr, each ``None`` when empty; or, as a stream, both."""
        if more or demux == stream:
            return self._sdk().exec_start(made, demux=demux, stream=stream, **more)
        body = {"Detach": False, "Tty": False}
        if stream:
            return self._stream("POST", f"/exec/{made}/start", body)
        return parted(self._ask("POST", f"/exec/{made}/start", body, timeout=None))

    def exec_inspect(self, made: str) -> Json:
        """How it ended."""
        return json.loads(self._ask("GET", f"/exec/{made}/json"))

    # -- networks and volumes ----------------------------------------------------------------------

    def configs(self, *, filters: Filters | None = None) -> Json:
        """What a Swarm keeps; only one of its managers answers."""
        return self._list("/configs", filters)

    def networks(self, *, filters: Filters | None = None) -> Json:
        """All networks, or some."""
        return self._list("/networks", filters)

    def create_network(self, name: str, **wanted: object) -> Json:
        """Make a network: ``driver``, ``ipam``, ``labels``, ``options``, ``internal``."""
        keys = {"ipam": "IPAM", "check_duplicate": "CheckDuplicate"}
        body = {keys.get(key, key.capitalize()): value for key, value in wanted.items()}
        return json.loads(self._ask("POST", "/networks/create", {"Name": name, **body}))

    def remove_network(self, name: str) -> None:
        """Remove a network."""
        self._ask("DELETE", f"/networks/{quote(name)}")

    def connect_container_to_network(
        self, container: str, net_id: str, *, ipv4_address: str
    ) -> None:
        """Let a container into one more network, at this address."""
        place = {"IPAMConfig": {"IPv4Address": ipv4_address}}
        body = {"Container": container, "EndpointConfig": place}
        self._ask("POST", f"/networks/{quote(net_id)}/connect", body)

    def disconnect_container_from_network(
        self, container: str, net_id: str, *, force: bool = False
    ) -> None:
        """Take a container out of a network."""
        body = {"Container": container, "Force": force}
        self._ask("POST", f"/networks/{quote(net_id)}/disconnect", body)

    def volumes(self, *, filters: Filters | None = None) -> Json:
        """``{"Volumes": […]}``."""
        return self._list("/volumes", filters)

    def remove_volume(self, name: str) -> None:
        """Remove a volume."""
        self._ask("DELETE", f"/volumes/{quote(name)}")
