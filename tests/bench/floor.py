"""The floor: the same network, volumes, files and containers by bare Engine API calls.

Nothing is rendered, looked up or checked; two threads, a connection each, HTTP by hand.
"""

import json
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from ipaddress import IPv4Network
from threading import Event
from time import perf_counter
from urllib.parse import quote

from labctl.engine import subnets
from labctl.engine.archive import pack
from labctl.engine.compose import ContainerPlan, ProjectPlan, read_plan
from labctl.engine.dockerengine import DockerEngine
from labctl.engine.locate import EngineAddress
from labctl.engine.ready import ask, trusting
from labctl.model.lab import LabSpec
from labctl.render.plan import render
from labctl.verbs.wished import Wish, specified

_NAP = 0.005  # seconds between two attempts at a greeting


class _Wire(HTTPConnection):
    """HTTP over the engine's socket."""

    def __init__(self, path: str) -> None:
        super().__init__("engine")
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self._path)

    def ask(self, method: str, url: str, body: object = None) -> None:
        packed = isinstance(body, bytes)
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body)
        kind = "application/x-tar" if packed else "application/json"
        self.request(method, f"/v1.41{url}", content, {"Content-Type": kind})
        answer = self.getresponse()
        words = answer.read()
        if answer.status >= 300 and answer.status != 404:
            raise SystemExit(f"{method} {url}: {answer.status} {words.decode()}")


class Reserving(DockerEngine):
    """Gives no subnet twice, also before anything of the first lab is there."""

    def __init__(self, address: EngineAddress) -> None:
        super().__init__(address)
        self._given = subnets.taken(self)

    def free_subnet(self, lab: str) -> IPv4Network:
        found = subnets.choose_from(subnets.pools()[0], lab, self._given)
        self._given.append(found)
        return found


class Floor:
    """One lab, as fast as the engine makes it."""

    def __init__(self, engine: DockerEngine, name: str, base: int) -> None:
        path = engine.address.socket
        if path is None:
            raise SystemExit("the bench needs an engine on this machine's own socket")
        self._path = str(path)
        self.spec: LabSpec = specified(engine, name, Wish(ports=base), None)
        self._project: ProjectPlan = read_plan(render(self.spec))
        self._tls = trusting(self.spec.certificate.ca_pem)

    def up(self) -> float:
        """Seconds until all seven endpoints greet."""
        begun = perf_counter()
        network = self._project.networks[0]
        _Wire(self._path).ask(
            "POST",
            "/networks/create",
            {
                "Name": network.name,
                "Driver": "bridge",
                "IPAM": {"Driver": "default", "Config": [{"Subnet": network.subnet}]},
                "Labels": network.labels,
                "Options": network.options,
            },
        )
        dovecot_greets = Event()
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda c: self._start(c, dovecot_greets), self._project.containers))
        return perf_counter() - begun

    def _start(self, container: ContainerPlan, dovecot_greets: Event) -> None:
        wire = _Wire(self._path)
        wire.ask("POST", f"/containers/create?name={container.name}", container.body)
        for mount in container.body["HostConfig"]["Mounts"]:
            target = mount["Target"]
            if below := [f for f in container.files if f.target.startswith(target + "/")]:
                url = f"/containers/{container.name}/archive?path={quote(target)}"
                wire.ask("PUT", url, pack(below, target))
        wire.ask("POST", f"/containers/{container.name}/start")
        # Postfix pauses for a second when 587 or 465 is asked before Dovecot's SASL is there.
        if container.service == "dovecot":
            self._greeted("imap")
            dovecot_greets.set()
            self._greeted("imaps", "pop3", "pop3s")
        else:
            self._greeted("smtp")
            dovecot_greets.wait()
            self._greeted("submission", "submissions")

    def _greeted(self, *names: str) -> None:
        nap = Event()
        for endpoint in (e for e in self.spec.endpoints if e.name in names):
            while True:
                try:
                    ask(endpoint, self._tls)
                except OSError:
                    nap.wait(_NAP)
                else:
                    break

    def down(self) -> float:
        """Seconds until nothing is left: containers in two threads, then network and volumes."""
        begun = perf_counter()
        with ThreadPoolExecutor(2) as pool:
            names = [c.name for c in self._project.containers]
            list(pool.map(lambda n: self._ask("DELETE", f"/containers/{n}?force=1"), names))
            others: Sequence[str] = (
                *(f"/networks/{n.name}" for n in self._project.networks),
                *(f"/volumes/{v}" for v in self._project.volumes),
            )
            list(pool.map(lambda url: self._ask("DELETE", url), others))
        return perf_counter() - begun

    def _ask(self, method: str, url: str, body: object = None) -> None:
        _Wire(self._path).ask(method, url, body)
