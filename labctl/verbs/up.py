"""Bring a lab up, or converge one that is there: same accounts, same mail, same CA."""

import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from threading import Event, Lock

from labctl.engine.protocol import Engine
from labctl.engine.values import FoundLab, Resource
from labctl.errors import EnvironmentProblem, NotReady
from labctl.model.lab import Endpoint, LabSpec
from labctl.model.profile import DEFAULT
from labctl.model.progress import OnProgress, Progress, silent
from labctl.model.status import LabStatus
from labctl.render.profiles import CATALOGUE
from labctl.verbs import unpublished
from labctl.verbs.converge import await_policy, converge
from labctl.verbs.labs import state_of
from labctl.verbs.status import status_of
from labctl.verbs.wished import Wish, specified
from labctl.verbs.workshop_gateway import admit

__all__ = ["READY_WITHIN", "Brought", "Wish", "greeting", "up"]

_LOOK_EVERY = 0.1  # seconds between two looks at whether the whole run was cancelled
PORT_SEARCH = "*"  # no lab's name
READY_WITHIN = 60.0  # seconds from a container's start to its last greeting


@dataclass(frozen=True, slots=True)
class Brought:
    """What `up` did."""

    status: LabStatus
    created: tuple[Resource, ...]  # empty: everything was right already
    seconds: float


def up(
    engine: Engine,
    name: str,
    wish: Wish,
    on_progress: OnProgress = silent,
    *,
    without_mail: bool = False,
) -> Brought:
    """Make the lab what is wished, and wait until all its endpoints greet.

    When it is interrupted or refused, what this call created is removed again; a lab that only does
    not get ready stays, so that its logs can be read.

    Args:
        engine: where it is to be.
        name: the lab's.
        wish: what was asked for.
        on_progress: told of each step.
        without_mail: it may leave a node that does not answer, and its mail there.

    Raises:
        EnvironmentProblem: the machine is in the way (a busy port, no image, not ready in time, …).
        BadUsage: the wish cannot be.
    """
    begun = time.monotonic()
    # Two labs that look for free ports at the same moment would find the same ones.
    searches = wish.ports == "free" or (wish.definition and len(wish.definition.sites) > 1)
    alone = engine.locked(PORT_SEARCH) if searches else nullcontext()
    with engine.locked(name), alone:
        there, before = found_before(engine, name, on_progress)
        if there is not None and not without_mail:
            _refuse_lost(there)
        spec = specified(engine, name, wish, before, on_progress)
        if not spec.gateway:  # else its ports are the gateway's, who has asked for them
            engine.check_ports(name, spec.published)
        status, created = made(engine, spec, there, on_progress)
        if there is not None and without_mail:
            engine.filled(name)
            status = status_of(name, engine.find(name), spec)
    return Brought(status, created, time.monotonic() - begun)


def _refuse_lost(there: FoundLab) -> None:
    """Nothing is taken from a node that may be back in a moment, with the lab's mail.

    Raises:
        EnvironmentProblem: the lab's node does not answer.
    """
    if there.node_down:
        raise EnvironmentProblem(
            "the node {node} does not answer, and has the mail of the lab {lab}",
            remedy="wait for it; or bring all seats back from their checkpoints: labctl workshop"
            " up; or give up the mail: labctl up --lab {lab} --without-mail",
            node=there.node,
            lab=there.name,
        )


def found_before(
    engine: Engine, name: str, on_progress: OnProgress = silent
) -> tuple[FoundLab | None, LabSpec | None]:
    """The lab as the engine lists it, and what it was made to be; what is torn is cleared away."""
    there = engine.find(name)
    before = state_of(engine, there, name)
    if before is None:
        _clear_torn(engine, name, on_progress)
        return None, None
    if there is None:
        # Only its mail was kept: meanwhile its subnet may have become another network's.
        before = replace(before.usual, subnet=engine.free_subnet(name))
    return there, before


def made(
    engine: Engine,
    spec: LabSpec,
    there: FoundLab | None,
    on_progress: OnProgress = silent,
    cancelled: Event | None = None,
) -> tuple[LabStatus, tuple[Resource, ...]]:
    """Make a lab what its spec says; its status then, and what had to be created for it.

    Args:
        engine: where it is to be.
        spec: the lab; its name is locked, its ports and its subnet are free.
        there: the lab as it is now.
        on_progress: told of each step.
        cancelled: set by another thread, it ends this, and what was created is removed again.

    Raises:
        KeyboardInterrupt: it was cancelled.
        EnvironmentProblem: the machine is in the way.
    """
    from labctl.render.plan import render

    created: list[Resource] = []
    started = _greeted(engine, spec, on_progress)
    if spec.gateway:
        started = _admitted(engine, spec, started)
    try:
        # A container is made for the usual configuration: a profile, and what was edited by
        # hand, is the business of what follows, and no reason to make it anew.
        engine.apply(
            render(spec.usual),
            created=created,
            started=started,
            on_progress=on_progress,
            cancelled=cancelled,
        )
        _heed(cancelled)
        _put_right(engine, spec, created, on_progress)
        return status_of(spec.name, engine.find(spec.name), spec), tuple(created)
    except BaseException as problem:
        stopped = cancelled is not None and cancelled.is_set()
        if stopped or not isinstance(problem, NotReady):
            _take_back(engine, spec.name, created, there, on_progress)
        raise


def _heed(cancelled: Event | None) -> None:
    if cancelled is not None and cancelled.is_set():
        raise KeyboardInterrupt


def _put_right(
    engine: Engine, spec: LabSpec, created: Sequence[Resource], on_progress: OnProgress
) -> None:
    """Files of containers that were there already, or that a profile is in force for."""
    new = {r.name for r in created if r.kind in ("container", "service")}
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
        _ask(engine, spec, service, endpoints, cancelled, on_progress)

    def wait(service: str, cancelled: Event) -> None:
        kind, domain = kinds[service]
        if kind in ("dns", "filter"):
            unpublished.wait_for(engine, spec, kind, cancelled, on_progress)
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


def heard(engine: Engine, spec: LabSpec, cancelled: Event) -> None:
    """Wait until every server of a lab that runs greets; Dovecot first, as Postfix asks it.

    Each is asked once, for what it is asked last when it is made: it opens all that it listens on
    before it serves anything, and on 465 Postfix offers AUTH only when Dovecot answers it. Asking
    for all seven again would cost a tenth of what making the lab does.

    Raises:
        NotReady: something does not, in time.
    """
    for name, kind, domain in sorted(spec.services, key=lambda service: service[1] == "postfix"):
        if kind in ("dns", "filter"):
            unpublished.wait_for(engine, spec, kind, cancelled, silent)
            continue
        mine = [e for e in greeting(spec, domain) if e.service == kind]
        _ask(engine, spec, name, mine[-1:], cancelled, silent)


def _ask(
    engine: Engine,
    spec: LabSpec,
    service: str,
    endpoints: Sequence[Endpoint],
    cancelled: Event,
    on_progress: OnProgress,
) -> None:
    engine.wait_ready(
        spec.name,
        service,
        endpoints,
        ca_pem=spec.certificate.ca_pem,
        deadline=time.monotonic() + READY_WITHIN,
        cancelled=cancelled,
        on_progress=on_progress,
    )


def _admitted(
    engine: Engine, spec: LabSpec, greeted: Callable[[str, Event], None]
) -> Callable[[str, Event], None]:
    """The same once the workshop's gateway is in the lab's network: nobody is heard before."""
    alone, inside = Lock(), Event()

    def wait(service: str, cancelled: Event) -> None:
        with alone:
            if not inside.is_set():
                admit(engine, spec)
                inside.set()
        greeted(service, cancelled)

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
