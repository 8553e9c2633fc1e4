"""Labs as JSON: the shapes that scripts and tests may rely on. Imports nothing a screen needs."""

from collections.abc import Sequence

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
        "endpoints": [
            {
                "name": e.name,
                "documented": e.documented,
                "host": e.host,
                "port": e.port,
                "tls": e.tls,
            }
            for e in status.endpoints
        ],
        "accounts": [{"address": a.address, "password": a.password} for a in status.accounts],
        "ca_pem": status.ca_pem,
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
