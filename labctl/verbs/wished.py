"""From what was wished of a lab, and what it was before, to the LabSpec that is to be."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from labctl.engine.protocol import Engine
from labctl.errors import PortBusy
from labctl.model.lab import ANYWHERE, Certificate, Endpoint, LabSpec, Service
from labctl.model.progress import OnProgress, silent
from labctl.model.workshop import Seat
from labctl.verbs import specify

if TYPE_CHECKING:
    from labctl.definition.schema import Definition


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user asked of `up`; ``None``: as the lab is, or as usual."""

    definition: "Definition | None" = None
    ports: specify.Ports | None = None
    bind: str | None = None
    seat: Seat | None = None
    gateway: bool | None = None  # a seat is reached through its workshop's gateway alone
    like: LabSpec | None = None  # whose shape a new lab takes that has no definition


@dataclass(frozen=True, slots=True)
class Given:
    """What the engine need not be asked for once more."""

    images: dict[Service, str]
    subnet: IPv4Network | None = None  # for a lab that has none yet


def wanted_of(wish: Wish, before: LabSpec | None) -> specify.Wanted:
    """What is wanted of the lab, with all that nobody said left open."""
    if wish.definition is not None:
        wanted = specify.wanted_by(wish.definition)
    elif before is not None:
        wanted = specify.wanted_again(before)
    elif wish.like is not None:
        wanted = specify.wanted_like(wish.like)
    else:
        wanted = specify.USUAL
    return wanted.override(wish.ports, wish.bind)


def specified(
    engine: Engine,
    name: str,
    wish: Wish,
    before: LabSpec | None,
    on_progress: OnProgress = silent,
    given: Given | None = None,
) -> LabSpec:
    """The LabSpec that a wish means, given what the lab was before; gets or builds missing images.

    Args:
        engine: where the lab is to be; asked for whatever is not given.
        name: the lab's.
        wish: what was asked for.
        before: what the lab is so far.
        on_progress: told of images that are built.
        given: what was found out already, for several labs at once.

    Raises:
        BadUsage: it would publish a weak password beyond loopback.
    """
    from labctl.render.dkim import new_dkim_key
    from labctl.render.words import new_password

    wanted = wanted_of(wish, before)
    bind = engine.usual_bind(wanted.bind, before.bind if before else None)
    endpoints, further = published(engine, name, wanted, bind, before)
    known = before.subnet if before else given.subnet if given else None
    subnet = known or engine.free_subnet(name)
    spec = LabSpec(
        name,
        specify.signing(
            specify.sites(wanted, before.accounts if before else (), subnet, new_password),
            before.sites if before else (),
            new_dkim_key,
        ),
        endpoints,
        subnet,
        bind,
        wanted.limits,
        before.certificate if before else Certificate("", "", "", ""),
        given.images if given else engine.images(on_progress, several_sites=len(wanted.sites) > 1),
        further,
        specify.dns_of(wanted, subnet),
        specify.filter_of(wanted, subnet),
        specify.profile_of(wanted, before),
        wish.seat or (before.seat if before else None),
        wish.gateway if wish.gateway is not None else before is not None and before.gateway,
    )
    return _certified(engine, specify.refuse_weak(spec))


def published(
    engine: Engine, name: str, wanted: specify.Wanted, bind: str, before: LabSpec | None
) -> tuple[tuple[Endpoint, ...], tuple[Endpoint, ...]]:
    """Where the first site is published, and where the others are."""
    ports = _ports(engine, name, wanted.ports, before)
    if ports == "free":
        ports = engine.free_base(bind, len(wanted.sites))
    endpoints = specify.endpoints(ports, bind, engine.free_base)
    others = {domain for domain, _ in wanted.sites[1:]}
    same = before is not None and [e.port for e in endpoints] == [e.port for e in before.endpoints]
    if before and same and others == {e.site for e in before.further}:
        return endpoints, tuple(replace(e, host=endpoints[0].host) for e in before.further)
    return endpoints, specify.further(wanted, ports, bind, engine.free_base)


def _ports(
    engine: Engine, name: str, wanted: specify.Ports | None, before: LabSpec | None
) -> specify.Ports:
    """Where to publish: a lab that is there stays where it is, unless it was told where to go."""
    if before is None:
        return wanted or "documented"
    if wanted == "free":
        try:
            engine.check_ports(name, before.published)
        except PortBusy:
            return wanted
    elif wanted is not None:
        return wanted
    return {e.name: e.port for e in before.endpoints}


def _certified(engine: Engine, spec: LabSpec) -> LabSpec:
    """The same lab with a certificate that covers its names and is good for a while yet."""
    from labctl.render.certificate import covers, issue

    names, addresses = certified_for(engine, spec)
    old = spec.certificate
    if old.ca_pem and covers(old, names, addresses):
        return spec
    ca = (old.ca_pem, old.ca_key_pem) if old.ca_pem else None
    return replace(spec, certificate=issue(spec.name, names, addresses, ca))


def certified_for(engine: Engine, spec: LabSpec) -> tuple[Sequence[str], Sequence[str]]:
    """The names and the addresses that the certificate of a lab's servers carries."""
    names = specify.names_of(spec.sites)
    if spec.bind in ANYWHERE:
        names = (*names, *engine.own_names())
    return names, specify.addresses_of(spec.bind, engine.own_addresses)
