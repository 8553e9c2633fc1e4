"""From a workshop's Gateway to its Plan: two containers, one at the ports, one in the networks."""

import json
from dataclasses import asdict
from ipaddress import IPv4Network

from labctl.model.gateway import Door, Gateway
from labctl.model.plan import Plan, PlanFile
from labctl.render.plan import fill

STATE = "/etc/labctl/gateway.json"  # in the gateway's container: what it was rendered from


def dump_gateway(gateway: Gateway) -> bytes:
    """The gateway as JSON."""
    return json.dumps(asdict(gateway) | {"subnet": str(gateway.subnet)}).encode() + b"\n"


def load_gateway(content: bytes) -> Gateway | None:
    """The gateway that ``dump_gateway`` wrote; ``None``: another version of labctl did."""
    try:
        found = json.loads(content)
        doors = tuple(Door(**door) for door in found["doors"])
        return Gateway(**found | {"doors": doors, "subnet": IPv4Network(found["subnet"])})
    except (ValueError, KeyError, TypeError):
        return None


def render_gateway(gateway: Gateway) -> Plan:
    """The Plan of a workshop's gateway; the same gateway gives the same bytes."""

    def published(port: int) -> str:
        host = f"[{gateway.bind}]" if ":" in gateway.bind else gateway.bind
        return f"{host}:{port}"

    texts = {
        "door/haproxy.cfg": fill("gateway/door.cfg.j2", gateway=gateway, published=published),
        "gateway/haproxy.cfg": fill("gateway/haproxy.cfg.j2", gateway=gateway),
        "gateway/servers.map": fill("gateway/servers.map.j2", gateway=gateway),
        "gateway/ports.map": fill("gateway/ports.map.j2", gateway=gateway),
    }
    # It reads them again as seats come and go: a new container would end everybody's sessions.
    files = (
        *(PlanFile(path, text.encode(), live=True) for path, text in texts.items()),
        PlanFile("gateway/gateway.json", dump_gateway(gateway), live=True),
    )
    return Plan(gateway.project, fill("gateway.yaml.j2", gateway=gateway, files=files), files)
