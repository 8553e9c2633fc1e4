"""A lab's network on a Swarm. Pure.

It exists on the lab's node alone, as the bridge of any other lab does. It is described there (under
a name of ours), and the Swarm only knows that it is described.
"""

from ipaddress import IPv4Network
from typing import Any

from labctl.engine.compose import NetworkPlan
from labctl.engine.composekeys import Json
from labctl.engine.swarmspec import MARK

_DESCRIBED = "labctl"


def description_name(lab: str, network: NetworkPlan) -> str:
    """The name under which a node keeps what the lab's network is like."""
    return f"{_DESCRIBED}.{lab}.{network.name}.{network.subnet.replace('.', '-').replace('/', '-')}"


def described_lab(network: Json) -> str:
    """The lab whose network this is, of the Swarm's or of a node's list; empty: no lab's."""
    name = (network.get("ConfigFrom") or {}).get("Network") or network["Name"]
    parts = str(name).split(".")
    return parts[1] if len(parts) == 4 and parts[0] == _DESCRIBED else ""


def description(network: NetworkPlan, lab: str, addresses: set[str]) -> Json:
    """What ``POST /networks/create`` is given on the node: the network's addresses and no more.

    A service cannot ask for an address; the servers know each other by theirs. So only those that
    are to be given out are free, and services start in their order: each takes the lowest. The
    last of the subnet stays free for the mail clients' container.
    """
    subnet = IPv4Network(network.subnet)
    gateway, *hosts = subnet.hosts()
    free = addresses | {str(hosts[-1])}
    reserved = {f"none-{host}": str(host) for host in hosts if str(host) not in free}
    config: dict[str, Any] = {"Subnet": network.subnet, "Gateway": str(gateway)}
    return {
        "Name": description_name(lab, network),
        "ConfigOnly": True,
        "IPAM": {"Driver": "default", "Config": [config | {"AuxiliaryAddresses": reserved}]},
        "Labels": network.labels | MARK,
        "Options": network.options,
    }


def swarm_network(network: NetworkPlan, lab: str) -> Json:
    """What ``POST /networks/create`` is given on the manager."""
    return {
        "Name": network.name,
        "Driver": "bridge",
        "Scope": "swarm",
        "Internal": network.internal,
        "ConfigFrom": {"Network": description_name(lab, network)},
    }
