"""A workshop's handouts as files: pages for the seats, a sheet for the host, each lab's CA."""

import socket
from collections.abc import Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_address
from pathlib import Path

from labctl.engine.protocol import Engine
from labctl.engine.subnets import own_addresses
from labctl.errors import NotReady
from labctl.model.lab import ANYWHERE, LabSpec
from labctl.render.certificate import covers, fingerprint
from labctl.render.handout import Page, host_html, seats_html
from labctl.verbs.workshop_files import CA, put
from labctl.verbs.workshop_seats import look, seats_there

HOST = "host.html"
ALL = "all-seats.html"  # to be printed at once
_SOMEWHERE = "192.0.2.1"  # RFC 5737: nobody has it, so that any route is the usual one


@dataclass(frozen=True, slots=True)
class Handouts:
    """What was written."""

    folder: Path
    files: tuple[Path, ...]
    host: str  # where the pages say that the servers are
    unnamed: tuple[int, ...]  # seats whose certificate does not hold for that host
    here_only: bool  # nobody reaches them from another machine


def write(engine: Engine, workshop: str, folder: Path, host: str = "") -> Handouts:
    """Write all of it into a folder; foreign files in it stay as they are.

    Args:
        engine: where the seats are.
        workshop: its name.
        folder: an existing one, or one to be made; files of an earlier handout are replaced.
        host: how participants reach this machine; by default the address it publishes on.

    Raises:
        NoSuchWorkshop: it has no seat here.
        NotReady: a seat's lab has no state, for it was never finished.
        BadUsage: the folder holds something else under one of these names.
    """
    pages = [_page(spec, host) for spec in specs(engine, workshop)]
    files = {HOST: host_html(workshop, pages), ALL: seats_html(pages)}
    for page in pages:
        files[f"seat-{page.seat.number:03}.html"] = seats_html([page])
        files[page.ca_file] = page.lab.certificate.ca_pem
    labs = {page.ca_file: page.seat.lab for page in pages}
    written = put(folder, files, labs)
    return Handouts(
        folder,
        written,
        pages[0].host,
        tuple(p.seat.number for p in pages if not covers(p.lab.certificate, *_named(p.host))),
        pages[0].here_only,
    )


def specs(engine: Engine, workshop: str) -> list[LabSpec]:
    """What the labs of all seats were made to be."""
    looked = look(engine, seats_there(engine, workshop)).values()
    for one in looked:
        if one.spec is None:
            raise NotReady(
                "the lab {lab} is not finished: nothing can be said of it yet",
                remedy="labctl workshop up once more",
                lab=one.lab.name,
            )
    return [one.spec.reached_at(one.lab.address) for one in looked if one.spec]


def _named(host: str) -> tuple[Sequence[str], Sequence[str]]:
    """A host as a certificate names it: by a name, or by an address."""
    try:
        ip_address(host)
    except ValueError:
        return (host,), ()
    return (), (host,)


def _page(spec: LabSpec, host: str) -> Page:
    assert spec.seat is not None
    lab = spec
    if reached := host or _reached(spec):
        lab = replace(
            spec,
            endpoints=tuple(replace(e, host=reached) for e in spec.endpoints),
            further=tuple(replace(e, host=reached) for e in spec.further),
        )
    certificate = spec.certificate
    return Page(
        spec.seat,
        lab,
        spec.name + CA,
        fingerprint(certificate.ca_pem),
        fingerprint(certificate.chain_pem),
    )


def _reached(spec: LabSpec) -> str:
    """A lab that is published on all addresses is reached at one of them; empty: as it says.

    One on a node of a Swarm says that node's address.
    """
    if spec.bind not in ANYWHERE or spec.endpoints[0].host != ANYWHERE[spec.bind]:
        return ""
    known = own_addresses()
    outward = _outward()
    return outward if outward in known else next(iter(known), "")


def _outward() -> str:
    """The address from which this machine would speak to others; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((_SOMEWHERE, 9))
        except OSError:  # it has no network
            return ""
        return str(probe.getsockname()[0])
