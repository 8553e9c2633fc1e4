"""Labs on the tests' Swarm, as labctl's commands show and change them."""

import json
from itertools import count
from typing import Any

from tests.engine.running import wait_until
from tests.engine.swarm.three_engines import Node, ThreeEngines

_bases = count(30100, 100)


class Labs:
    """Labs of one test, each at a base of its own."""

    def __init__(self, swarm: ThreeEngines, **variables: str) -> None:
        self.swarm, self.variables = swarm, variables
        self.names: list[str] = []

    def up(self, *definition: str) -> str:
        """One more lab; its name."""
        base = next(_bases)
        name = f"swarm-{base}"
        self.names.append(name)
        self.said("up", *definition, "--name", name, "--ports", str(base))
        return name

    def again(self, name: str) -> None:
        self.said("up", "--name", name)

    def said(self, *arguments: str, code: int = 0, **variables: str) -> str:
        """What labctl prints; where it has to fail, what it says on stderr."""
        done = self.swarm.labctl(*arguments, timeout=300, **self.variables | variables)
        assert done.returncode == code, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stderr if code else done.stdout

    def told(self, *arguments: str) -> Any:
        return json.loads(self.said(*arguments, "--json"))

    def status(self, name: str) -> Any:
        return self.told("status", "--lab", name)

    def node(self, name: str) -> Node:
        """The node at whose address the lab says that it is."""
        (host,) = {endpoint["host"] for endpoint in self.status(name)["endpoints"]}
        return next(node for node in self.swarm.nodes if node.address == host)

    def passwords(self, name: str) -> dict[str, str]:
        return {a["address"]: a["password"] for a in self.status(name)["accounts"]}

    def deliver(self, name: str, subject: str) -> None:
        """A message from alice to bob, and wait until bob has it."""
        self.said("send", "--lab", name, "--subject", subject)
        wait_until(f"bob has {subject}", lambda: subject in self.subjects(name), within=30)

    def subjects(self, name: str) -> list[str]:
        """What bob has, as his mail client sees it over IMAP with TLS."""
        found = self.told("read", "bob", "--lab", name)["messages"]
        return [message["subject"] for message in found]

    def down(self) -> None:
        for name in self.names:
            self.said("down", "--lab", name)
        self.names.clear()
