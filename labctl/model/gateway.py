"""The one way into a workshop's seats: their own networks have none. Frozen values."""

from dataclasses import dataclass
from ipaddress import IPv4Network

_SEAT_AT_ONCE = 100  # connections: a mail client opens up to ten


@dataclass(frozen=True, slots=True)
class Door:
    """A port of this machine, and the server of a seat that is behind it."""

    port: int
    container: str  # its name on the engine
    target: int  # the port it listens on


@dataclass(frozen=True, slots=True)
class Gateway:
    """What leads from this machine's ports to the servers of a workshop's seats."""

    workshop: str
    bind: str
    doors: tuple[Door, ...]
    image: str
    subnet: IPv4Network  # of its own network: nobody else is in it
    at_once: int = _SEAT_AT_ONCE  # connections to one seat

    @property
    def project(self) -> str:
        """Its name on the engine."""
        return project_of(self.workshop)


def project_of(workshop: str) -> str:
    """The name on the engine of a workshop's gateway: it could be a lab's, and is no seat's."""
    return f"{workshop}-gateway"


def address_of(subnet: IPv4Network) -> str:
    """Where the gateway is in a seat's network: below the filter, the DNS and the client."""
    return str(subnet[-5])
