"""What the engine does for a workshop's gateway: the machine's own ports, the seats' networks."""

from collections.abc import Mapping
from typing import Any

from labctl.engine.api import Api


def at_own_ports(info: Mapping[str, Any]) -> bool:
    """Whether a container with the machine's own network is reached there, from ``GET /info``."""
    rootless = "rootless" in " ".join(info.get("SecurityOptions") or ())
    desktop = "Docker Desktop" in str(info.get("OperatingSystem", ""))
    return info.get("OSType") == "linux" and not rootless and not desktop


def admit(api: Api, container: str, network: str, address: str) -> None:
    """Let a container into a network, at this address; that it is there already is fine."""
    try:
        api.connect_container_to_network(container, network, ipv4_address=address)
    except Exception as error:
        if "already exists in network" not in str(error):
            raise
