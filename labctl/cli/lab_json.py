"""Labs as JSON: the shapes that scripts and tests may rely on. Imports nothing a screen needs."""

from collections.abc import Sequence

from labctl.model.lab import Endpoint
from labctl.model.profile import InForce
from labctl.model.status import LabStatus
from labctl.verbs.down import Removed
from labctl.verbs.next_step import NextStep

Json = dict[str, object]


def status_json(status: LabStatus) -> Json:
    """One lab's status."""
    return {
        "name": status.name,
        "state": status.state,
        "services": [
            {
                "name": s.name,
                "site": s.site,
                "state": s.state,
                "container": s.container,
                "detail": s.detail,
            }
            for s in status.services
        ],
        "endpoints": [_endpoint(e) for e in status.endpoints],
        "further": [{"site": e.site, **_endpoint(e)} for e in status.further],
        "accounts": [{"address": a.address, "password": a.password} for a in status.accounts],
        "ca_pem": status.ca_pem,
        "profile": in_force_json(status.profile),
        **({"node": status.node, "node_down": status.node_down} if status.node else {}),
    }


def in_force_json(profile: InForce) -> Json:
    """Which profile is in force; one that an exercise conceals has no name."""
    return {
        "name": None if profile.concealed else profile.name,
        "site": None if profile.concealed else profile.site,
        "concealed": profile.concealed,
    }


def _endpoint(endpoint: Endpoint) -> Json:
    return {
        "name": endpoint.name,
        "documented": endpoint.documented,
        "host": endpoint.host,
        "port": endpoint.port,
        "tls": endpoint.tls,
    }


def removed_json(gone: Sequence[Removed]) -> Json:
    """What `down` removed, lab by lab."""
    return {
        "labs": [
            {
                "name": one.name,
                "removed": [{"kind": r.kind, "name": r.name} for r in one.removed],
                "kept": [{"kind": r.kind, "name": r.name} for r in one.kept],
                "seconds": round(one.seconds, 3),
            }
            for one in gone
        ]
    }


def next_json(step: NextStep) -> Json:
    """Where things stand."""
    return {
        "labs": [{"name": lab.name, "state": lab.state} for lab in step.labs],
        "next": step.command,
    }
