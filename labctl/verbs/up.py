"""Bring a lab up, or converge one that is there: same accounts, same mail, same CA."""

import socket
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from threading import Event
from typing import TYPE_CHECKING

from labctl.engine.protocol import Engine
from labctl.engine.values import FoundLab, Resource
from labctl.errors import NotReady, PortBusy
from labctl.model.lab import Certificate, Endpoint, LabSpec, Site
from labctl.model.profile import DEFAULT
from labctl.model.progress import OnProgress, Progress, silent
from labctl.model.status import LabStatus
from labctl.render.profiles import CATALOGUE
from labctl.verbs import specify
from labctl.verbs.converge import await_policy, converge
from labctl.verbs.dns import wait_for_dns
from labctl.verbs.filter import wait_for_filter
from labctl.verbs.labs import state_of
from labctl.verbs.status import status_of

if TYPE_CHECKING:
    from labctl.definition.schema import Definition

_LOOK_EVERY = 0.1  # seconds between two looks at whether the whole run was cancelled
_PORT_SEARCH = "*"  # no lab's name
READY_WITHIN = 60.0  # seconds from a container's start to its last greeting


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user asked of `up`; ``None``: as the lab is, or as usual."""

    definition: "Definition | None" = None
    ports: specify.Ports | None = None
    bind: str | None = None


@dataclass(frozen=True, slots=True)
class Brought:
    """What `up` did."""

    status: LabStatus
    created: tuple[Resource, ...]  # empty: everything was right already
    seconds: float


def _wanted(wish: Wish, before: LabSpec | None) -> specify.Wanted:
    if wish.definition is not None:
        wanted = specify.wanted_by(wish.definition)
    elif before is not None:
        wanted = specify.wanted_again(before)
    else:
        wanted = specify.USUAL
    return wanted.override(wish.ports, wish.bind)


def specified(
    engine: Engine, name: str, wish: Wish, before: LabSpec | None, on_progress: OnProgress = silent
) -> LabSpec:
    """The LabSpec that a wish means, given what the lab was before; gets or builds missing images.

    Raises:
        BadUsage: it would publish a weak password beyond loopback.
    """
    from labctl.render.dkim import new_dkim_key
    from labctl.render.words import new_password

    wanted = _wanted(wish, before)
    bind = wanted.bind or (before.bind if before else "127.0.0.1")
    endpoints, further = _published(engine, name, wanted, bind, before)
    subnet = before.subnet if before else engine.free_subnet(name)
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
        engine.images(on_progress, several_sites=len(wanted.sites) > 1),
        further,
        specify.dns_of(wanted, subnet),
        specify.filter_of(wanted, subnet),
        specify.profile_of(wanted, before),
    )
    return _certified(specify.refuse_weak(spec))


def _published(
    engine: Engine, name: str, wanted: specify.Wanted, bind: str, before: LabSpec | None
) -> tuple[tuple[Endpoint, ...], tuple[Endpoint, ...]]:
    """Where the first site is published, and where the others are."""
    ports = _ports(engine, name, wanted.ports, before)
    if ports == "free":
        ports = engine.free_base(bind, len(wanted.sites))
    endpoints = specify.endpoints(ports, bind, engine.free_base)
    others = {domain for domain, _ in wanted.sites[1:]}
    if before and endpoints == before.endpoints and others == {e.site for e in before.further}:
        return endpoints, before.further
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


def _certified(spec: LabSpec) -> LabSpec:
    """The same lab with a certificate that covers its names and is good for a while yet."""
    from labctl.render.certificate import covers, issue

    names, addresses = certified_for(spec.sites, spec.bind)
    old = spec.certificate
    if old.ca_pem and covers(old, names, addresses):
        return spec
    ca = (old.ca_pem, old.ca_key_pem) if old.ca_pem else None
    return replace(spec, certificate=issue(spec.name, names, addresses, ca))


def certified_for(sites: Sequence[Site], bind: str) -> tuple[Sequence[str], Sequence[str]]:
    """The names and the addresses that the certificate of a lab's servers carries."""
    return specify.names_of(sites), specify.addresses_of(bind, _addresses_here)


def _addresses_here() -> Sequence[str]:
    import psutil

    return sorted(
        entry.address
        for entries in psutil.net_if_addrs().values()
        for entry in entries
        if entry.family == socket.AF_INET and not entry.address.startswith("127.")
    )


def up(engine: Engine, name: str, wish: Wish, on_progress: OnProgress = silent) -> Brought:
    """Make the lab what is wished, and wait until all its endpoints greet.

    When it is interrupted or refused, what this call created is removed again; a lab that only does
    not get ready stays, so that its logs can be read.

    Raises:
        EnvironmentProblem: the machine is in the way (a busy port, no image, not ready in time, …).
        BadUsage: the wish cannot be.
    """
    from labctl.render.plan import render

    begun = time.monotonic()
    created: list[Resource] = []
    # Two labs that look for free ports at the same moment would find the same ones.
    searches = wish.ports == "free" or (wish.definition and len(wish.definition.sites) > 1)
    alone = engine.locked(_PORT_SEARCH) if searches else nullcontext()
    with engine.locked(name), alone:
        there = engine.find(name)
        before = state_of(engine, there, name)
        if before is not None and there is None:
            # Only its mail was kept: meanwhile its subnet may have become another network's.
            before = replace(before.usual, subnet=engine.free_subnet(name))
        if before is None:
            _clear_torn(engine, name, on_progress)
            there = None
        spec = specified(engine, name, wish, before, on_progress)
        engine.check_ports(name, spec.published)
        started = _greeted(engine, spec, on_progress)
        try:
            # A container is made for the usual configuration: a profile, and what was edited by
            # hand, is the business of what follows, and no reason to make it anew.
            usual = render(spec.usual)
            engine.apply(usual, created=created, started=started, on_progress=on_progress)
            _put_right(engine, spec, created, on_progress)
            status = status_of(name, engine.find(name), spec)
        except NotReady:
            raise
        except BaseException:
            _take_back(engine, name, created, there, on_progress)
            raise
    return Brought(status, tuple(created), time.monotonic() - begun)


def _put_right(
    engine: Engine, spec: LabSpec, created: Sequence[Resource], on_progress: OnProgress
) -> None:
    """Files of containers that were there already, or that a profile is in force for."""
    new = {r.name for r in created if r.kind == "container"}
    usual = spec.profile == DEFAULT
    there = engine.find(spec.name)
    known = {name for name, _, _ in spec.services}
    mine = frozenset(
        s.name
        for s in (there.services if there else ())
        if s.name in known and not (usual and s.container in new)
    )
    if converge(engine, spec, mine, on_progress):
        await_policy(engine, spec)


def _greeted(
    engine: Engine, spec: LabSpec, on_progress: OnProgress
) -> Callable[[str, Event], None]:
    """What to do with each service that runs: wait until its endpoints greet.

    Postfix looks for Dovecot's SASL when 587 or 465 is first asked, and pauses for a second when it
    is not there yet: those two are asked once its site's Dovecot greets for the first time. (It
    opens all that it listens on before it serves anything.)
    """
    dovecot_was_asked = {site.domain: Event() for site in spec.sites}
    kinds = {name: (kind, domain) for name, kind, domain in spec.services}

    def ask(service: str, endpoints: Sequence[Endpoint], cancelled: Event) -> None:
        engine.wait_ready(
            spec.name,
            service,
            endpoints,
            ca_pem=spec.certificate.ca_pem,
            deadline=time.monotonic() + READY_WITHIN,
            cancelled=cancelled,
            on_progress=on_progress,
        )

    def wait(service: str, cancelled: Event) -> None:
        kind, domain = kinds[service]
        if kind == "dns":
            wait_for_dns(engine, spec, cancelled, on_progress)
            return
        if kind == "filter":
            wait_for_filter(engine, spec, cancelled, on_progress)
            return
        mine = [e for e in greeting(spec, domain) if e.service == kind]
        if kind == "dovecot":
            try:
                ask(service, mine[:1], cancelled)
            finally:
                dovecot_was_asked[domain].set()
            ask(service, mine[1:], cancelled)
        else:
            ask(service, [e for e in mine if e.name == "smtp"], cancelled)
            while not (dovecot_was_asked[domain].wait(_LOOK_EVERY) or cancelled.is_set()):
                pass
            ask(service, [e for e in mine if e.name != "smtp"], cancelled)

    return wait


def greeting(spec: LabSpec, domain: str) -> list[Endpoint]:
    """A site's endpoints that greet as readiness asks, whatever profile is in force."""
    shut = CATALOGUE[spec.profile.at(domain)].shut
    return [e for e in spec.endpoints_of(domain) if e.name not in shut]


def _clear_torn(engine: Engine, name: str, on_progress: OnProgress) -> None:
    """Remove what an earlier `up` left that never got as far as a state: Postfix never ran there.

    An engine that ended while it filled a volume leaves it half filled, and never fills it again.
    The mail stays, should somebody have kept it.
    """
    if torn := [r for r in engine.resources(name) if not r.name.startswith(f"{name}_mail")]:
        engine.remove(torn, on_progress)


def _take_back(
    engine: Engine,
    name: str,
    created: Sequence[Resource],
    there: FoundLab | None,
    on_progress: OnProgress,
) -> None:
    """Remove what this run created; a container that replaced an older one stays: its mail does."""
    older = {s.container for s in there.services} if there else set()
    mine = [r for r in created if r.name not in older]
    if mine:
        on_progress(Progress("undo", "taking back what was begun of {name}", values={"name": name}))
        engine.remove(mine, on_progress)
