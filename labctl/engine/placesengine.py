"""What an engine's machine has left for labs: ports, subnets, addresses, memory."""

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from labctl.engine.explain import explained
from labctl.engine.labels import LAB_LABEL
from labctl.engine.reached import ReachedEngine
from labctl.errors import PortBusy
from labctl.model.lab import Endpoint

if TYPE_CHECKING:
    from labctl.engine.machine import LabUse, Machine


class PlacesEngine(ReachedEngine):
    """See ``labctl.engine.protocol.Engine`` for what each method promises."""

    def free_subnet(self, lab: str) -> IPv4Network:
        """A free /28."""
        return self.free_subnets([lab])[0]

    def free_subnets(self, labs: Sequence[str]) -> list[IPv4Network]:
        """A free /28 for each."""
        from labctl.engine import subnets

        with explained():
            return subnets.choose(self, labs)

    def subnets_left(self) -> int:
        """How many more labs find a subnet."""
        from labctl.engine import subnets

        with explained():
            return subnets.left(self)

    def usual_bind(self, wished: str | None, before: str | None = None) -> str:
        """The wished address, else the lab's so far, else loopback."""
        return wished or before or "127.0.0.1"

    def own_addresses(self) -> Sequence[str]:
        """This machine's addresses beyond loopback."""
        from labctl.engine import subnets

        return subnets.own_addresses()

    def own_names(self) -> Sequence[str]:
        """None: what others call this machine, nobody has said."""
        return ()

    def check_ports(self, lab: str, endpoints: Sequence[Endpoint]) -> None:
        """Raise ``PortBusy`` for the first port that something else holds."""
        for busy in self.busy_ports({lab: endpoints})[lab]:
            raise busy

    def busy_ports(self, wanted: Mapping[str, Sequence[Endpoint]]) -> dict[str, list[PortBusy]]:
        """Which ports of each lab something else holds."""
        from labctl.engine import ports

        if not self.address.local:
            return {lab: [] for lab in wanted}
        with explained():
            return ports.busy_ports_of(self, wanted)

    def free_base(self, bind: str, sites: int = 1) -> int:
        """The first base whose seven ports are free, and those of the next bases for more sites."""
        from labctl.engine import ports

        return ports.free_base(self, bind, sites, local=self.address.local)

    def free_seats(self, base: int, sites: int) -> int:
        """How many seats find their ports free."""
        from labctl.engine import ports

        return ports.free_seats(self, base, sites, local=self.address.local)

    def machine(self) -> "Machine | None":
        """What the engine's machine has and uses."""
        from labctl.engine.machine import look

        if not self.address.local:
            return None
        with explained():
            return look(str(self.api.info().get("DockerRootDir") or ""))

    def used(self, lab: str) -> "LabUse":
        """What a lab's running containers use."""
        from labctl.engine.machine import use_of

        mine = {"label": f"{LAB_LABEL}={lab}"}
        with explained():
            there = self.api.containers(filters=mine)
            return use_of([self.api.stats(c["Id"], stream=False, one_shot=True) for c in there])

    def can_have_gateway(self) -> bool:
        """Whether a container here may stand at the machine's own ports."""
        from labctl.engine.gateway import at_own_ports

        with explained():
            return at_own_ports(self.api.info())
