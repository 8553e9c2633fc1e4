"""A lab as it is found on the engine."""

from dataclasses import dataclass
from typing import Literal

from labctl.model.lab import Account, Endpoint
from labctl.model.profile import DEFAULT, InForce

ServiceState = Literal["running", "starting", "stopped", "dead", "absent"]
LabState = Literal["ready", "degraded", "stopped", "absent"]


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """One container of a lab."""

    name: str  # postfix, dovecot; postfix-beta of a second site; dns
    site: str  # the mail domain it serves; empty: the whole lab
    state: ServiceState
    container: str = ""  # its name on the engine
    detail: str = ""  # e.g. "exited with 137"
    digest: str = ""  # of what it was made from


@dataclass(frozen=True, slots=True)
class LabStatus:
    """What ``labctl status`` shows."""

    name: str
    state: LabState
    services: tuple[ServiceStatus, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    accounts: tuple[Account, ...] = ()
    ca_pem: str = ""
    further: tuple[Endpoint, ...] = ()  # of a second site
    profile: InForce = DEFAULT
    node: str = ""  # the machine of a Swarm that has it; empty: the engine's own
    node_down: bool = False  # that machine does not answer
