"""What is free on every node of a Swarm, for a lab may move to any: ports, addresses, subnets."""

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network

from labctl.engine.explain import explained
from labctl.engine.labels import LAB_LABEL
from labctl.engine.ports import LAST_BASE, first_base
from labctl.engine.swarmnodes import reached_at
from labctl.engine.swarmreached import Swarm
from labctl.errors import BadUsage, PortBusy
from labctl.lang import tr
from labctl.model.lab import ENDPOINT_NAMES, SITE_STEP, Endpoint, shifted

EVERYWHERE = "0.0.0.0"  # noqa: S104 - the only place where a Swarm publishes


class SwarmAddresses:
    """See ``labctl.engine.protocol.Engine`` for what each method promises."""

    swarm: Swarm

    def free_subnet(self, lab: str) -> IPv4Network:
        """A /28 that no node's network uses: a lab may move to any of them."""
        return self.free_subnets([lab])[0]

    def free_subnets(self, labs: Sequence[str]) -> list[IPv4Network]:
        """The same for several labs."""
        from labctl.engine import subnets

        with explained():
            used = list(subnets.taken(self.swarm.manager))
            for _, engine in self.swarm.reached():
                used += subnets.engine_networks(engine.api.networks())
        return subnets.choose_among(labs, used)

    def subnets_left(self) -> int:
        """How many more labs find a subnet, as the manager sees it."""
        return self.swarm.manager.subnets_left()

    def usual_bind(self, wished: str | None, before: str | None = None) -> str:
        """All addresses of a node, wherever the lab was published before it came to a Swarm.

        Raises:
            BadUsage: another one is wished.
        """
        del before
        if wished not in (None, EVERYWHERE):
            raise BadUsage(
                "a Swarm publishes on all addresses of a node, not on {bind} alone",
                remedy="leave --bind out",
                bind=wished,
            )
        return EVERYWHERE

    def own_addresses(self) -> Sequence[str]:
        """Those of all nodes: a lab may move to any of them."""
        return reached_at(self.swarm.nodes())[0]

    def own_names(self) -> Sequence[str]:
        """What nodes are called whose label says a name in place of an address."""
        return reached_at(self.swarm.nodes())[1]

    def check_ports(self, lab: str, endpoints: Sequence[Endpoint]) -> None:
        """Raise ``PortBusy`` for the first port that another lab of the Swarm publishes."""
        for busy in self.busy_ports({lab: endpoints})[lab]:
            raise busy

    def busy_ports(self, wanted: Mapping[str, Sequence[Endpoint]]) -> dict[str, list[PortBusy]]:
        """Which ports of each lab another lab of the Swarm publishes, on whichever node."""
        holders = {port: whose for whose, ports in self._published() for port in ports}
        return {
            lab: [
                PortBusy(e.name, e.port, tr("the lab {name}", name=holders[e.port]))
                for e in endpoints
                if holders.get(e.port, lab) != lab
            ]
            for lab, endpoints in wanted.items()
        }

    def free_base(self, bind: str, sites: int = 1) -> int:
        """The first base whose ports no lab of the Swarm publishes, wherever it binds."""
        del bind
        taken = {port for _, ports in self._published() for port in ports}
        return first_base(sites, lambda port: port not in taken)

    def free_seats(self, base: int, sites: int) -> int:
        """How many seats find their ports free on every node."""
        taken = {port for _, ports in self._published() for port in ports}
        for number in range((LAST_BASE - base) // SITE_STEP):
            ports = {shifted(base + SITE_STEP * number, name) for name in ENDPOINT_NAMES}
            if not taken.isdisjoint(ports):
                return number // sites
        return max(0, (LAST_BASE - base) // SITE_STEP // sites)

    def _published(self) -> list[tuple[str, list[int]]]:
        """Each lab's published ports, service by service."""
        with explained():
            services = [service["Spec"] for service in self.swarm.api.services()]
        return [
            (
                s["Labels"][LAB_LABEL],
                [p["PublishedPort"] for p in s["EndpointSpec"].get("Ports", ())],
            )
            for s in services
        ]
