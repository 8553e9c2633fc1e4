"""A lab's state as one file: all that was generated or chosen for it, passwords and CA included.

It stands in Postfix's configuration volume, readable by root alone, and nowhere else.
"""

import json
from dataclasses import asdict
from ipaddress import IPv4Network
from typing import Any

from labctl.errors import EnvironmentProblem
from labctl.model.lab import Account, Certificate, DkimKey, Endpoint, Host, LabSpec, Limits, Site
from labctl.model.profile import InForce
from labctl.model.workshop import Seat

SCHEMA = 1


def dump_state(spec: LabSpec) -> bytes:
    """The lab as JSON."""
    lab = asdict(spec) | {"subnet": str(spec.subnet)}
    return json.dumps({"schema": SCHEMA, "lab": lab}, indent=1, sort_keys=True).encode() + b"\n"


def load_state(content: bytes) -> LabSpec:
    """The lab that ``dump_state`` wrote.

    Raises:
        EnvironmentProblem: this is not such a file, or that of another version of labctl.
    """
    try:
        found = json.loads(content)
        schema = found["schema"]
        if schema == SCHEMA:
            return _lab(found["lab"])
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise EnvironmentProblem(
            "the lab's own state cannot be read: {reason}",
            remedy="begin anew: labctl down, then labctl up",
            reason=repr(problem),
        ) from None
    raise EnvironmentProblem(
        "the lab was made by another version of labctl: its state has schema {found}, not {known}",
        remedy="use that version, or begin anew: labctl down, then labctl up",
        found=ascii(schema)[:20],
        known=SCHEMA,
    )


def _lab(lab: dict[str, Any]) -> LabSpec:
    return LabSpec(
        **lab
        | {
            "sites": tuple(_site(site) for site in lab["sites"]),
            "endpoints": tuple(Endpoint(**endpoint) for endpoint in lab["endpoints"]),
            "further": tuple(Endpoint(**endpoint) for endpoint in lab.get("further", ())),
            "dns": Host(**lab["dns"]) if lab.get("dns") else None,
            "filter": Host(**lab["filter"]) if lab.get("filter") else None,
            "subnet": IPv4Network(lab["subnet"]),
            "limits": Limits(**lab["limits"]),
            "certificate": Certificate(**lab["certificate"]),
            "profile": InForce(**lab.get("profile", {})),
            "seat": Seat(**lab["seat"]) if lab.get("seat") else None,
        }
    )


def _site(site: dict[str, Any]) -> Site:
    return Site(
        site["domain"],
        tuple(Account(**account) for account in site["accounts"]),
        Host(**site["postfix"]),
        Host(**site["dovecot"]),
        DkimKey(**site["dkim"]) if site.get("dkim") else None,
    )
