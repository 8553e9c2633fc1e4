"""What an engine's machine has left for labs: ports, subnets, addresses, memory."""

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Protocol

from labctl.errors import PortBusy
from labctl.model.lab import Endpoint

if TYPE_CHECKING:
    from labctl.engine.machine import LabUse, Machine


class HasPlaces(Protocol):
    """See ``labctl.engine.protocol.Engine``."""

    def free_subnet(self, lab: str) -> IPv4Network:
        """A /28 that neither this machine's routes nor another network uses."""
        ...

    def free_subnets(self, labs: Sequence[str]) -> list[IPv4Network]:
        """The same for several labs at once, in their order; nothing is listed more than once."""
        ...

    def subnets_left(self) -> int:
        """How many more labs find a subnet."""
        ...

    def usual_bind(self, wished: str | None, before: str | None = None) -> str:
        """The address to publish on: the wished one, or the lab's so far, or the usual one.

        Raises:
            BadUsage: this engine cannot publish there alone.
        """
        ...

    def own_addresses(self) -> Sequence[str]:
        """The IPv4 addresses at which others reach what is published on all of them."""
        ...

    def own_names(self) -> Sequence[str]:
        """The names, beside those, by which others are told to reach it."""
        ...

    def check_ports(self, lab: str, endpoints: Sequence[Endpoint]) -> None:
        """Raise ``PortBusy`` for the first endpoint whose port something else holds."""
        ...

    def busy_ports(self, wanted: Mapping[str, Sequence[Endpoint]]) -> dict[str, list[PortBusy]]:
        """Of each lab, by name, the ports that something else holds; one look for all labs."""
        ...

    def free_base(self, bind: str, sites: int = 1) -> int:
        """A base from 20000 on, in steps of 100, where all seven shifted ports are free.

        With several ``sites``, those at the next bases are free, too.
        """
        ...

    def free_seats(self, base: int, sites: int) -> int:
        """How many seats find their ports free, from a base on; each takes 100 a site."""
        ...

    def machine(self) -> "Machine | None":
        """What the engine's machine has and uses; ``None``: it is not this one."""
        ...

    def used(self, lab: str) -> "LabUse":
        """What a lab's running containers use."""
        ...

    def can_have_gateway(self) -> bool:
        """Whether a container here may stand at the machine's own ports.

        Not in Docker Desktop's machine, nor rootless: there nobody would reach it.
        """
        ...
