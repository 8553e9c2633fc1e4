"""The one way into a workshop's seats: there before them, in each one's network, removed last."""

from collections.abc import Sequence
from threading import Event

from labctl.engine.protocol import Engine
from labctl.engine.values import Resource
from labctl.errors import EnvironmentProblem, NoSuchLab, NotFound
from labctl.model.gateway import Door, Gateway, address_of, project_of
from labctl.model.lab import (
    ANYWHERE,
    DOCUMENTED_PORT,
    ENDPOINT_NAMES,
    SERVED_BY,
    SITE_STEP,
    Endpoint,
    EndpointName,
    LabSpec,
    service_name,
    shifted,
)
from labctl.model.plan import Plan
from labctl.model.progress import OnProgress, silent
from labctl.model.workshop import lab_name
from labctl.render.gateway import STATE, load_gateway, render_gateway
from labctl.verbs.down import Removed, down
from labctl.verbs.labs import state_of
from labctl.verbs.workshop_seats import labs_of_seats


def doors_for(workshop: str, number: int, base: int, domains: Sequence[str]) -> tuple[Door, ...]:
    """The ports of a seat that is still to be made, and the containers that will be behind them."""
    lab = lab_name(workshop, number)
    return tuple(
        Door(
            shifted(base + SITE_STEP * site, name),
            f"{lab}-{service_name(SERVED_BY[name], domain, domains)}-1",
            DOCUMENTED_PORT[name],
        )
        for site, domain in enumerate(domains)
        for name in ENDPOINT_NAMES
    )


def doors_of(spec: LabSpec) -> tuple[Door, ...]:
    """The ports of a seat's lab, and the containers behind them."""
    return tuple(
        Door(e.port, f"{spec.name}-{spec.service(e.service, site.domain)}-1", e.documented)
        for site in spec.sites
        for e in spec.endpoints_of(site.domain)
    )


def ports_held(engine: Engine, workshop: str) -> frozenset[int]:
    """The ports at which a workshop's gateway stands already."""
    project = project_of(workshop)
    before = _before(engine, project)
    return (
        frozenset(d.port for d in before.doors)
        if before and _stands(engine, project)
        else frozenset()
    )


def open_gateway(
    engine: Engine,
    workshop: str,
    bind: str,
    doors: Sequence[Door],
    on_progress: OnProgress = silent,
) -> None:
    """Make the gateway of a workshop, or have the one that is there lead to these seats, too.

    Sessions that go on are not disturbed. Seats that are gone lose their ports.

    Raises:
        PortBusy: something else holds one of the ports.
        EnvironmentProblem: an ordinary lab has its name.
    """
    project = project_of(workshop)
    if _is_an_ordinary_lab(engine, project):
        raise EnvironmentProblem(
            "the gateway needs the name {lab}, and a lab has it",
            remedy="remove that lab: labctl down --lab {lab}; or name the workshop otherwise:"
            " --workshop NAME",
            lab=project,
        )
    image = engine.gateway_image(on_progress)
    with engine.locked(project):
        before = _before(engine, project)
        wanted = _merged(engine, before.doors if before else (), doors)
        _refuse_busy(engine, project, bind, wanted, before)
        subnet = before.subnet if before else engine.free_subnet(project)
        plan = render_gateway(Gateway(workshop, bind, wanted, image, subnet))
        created: list[Resource] = []
        engine.apply(plan, created=created, started=_nothing_to_wait_for, on_progress=on_progress)
        _read_again(engine, plan)
    if any(resource.kind == "container" for resource in created):
        for lab in labs_of_seats(engine, workshop).values():
            if (spec := state_of(engine, lab, lab.name)) is not None and spec.gateway:
                admit(engine, spec)


def admit(engine: Engine, spec: LabSpec) -> None:
    """Let the workshop's gateway into a seat's network, once that is there.

    Raises:
        NoSuchLab: the workshop has no gateway.
    """
    if spec.seat is not None and spec.gateway:
        engine.admit(project_of(spec.seat.workshop), spec.name, address_of(spec.subnet))


def close_gateway(
    engine: Engine, workshop: str, on_progress: OnProgress = silent
) -> Removed | None:
    """Remove the gateway of a workshop; ``None``: it had none."""
    project = project_of(workshop)
    if _is_an_ordinary_lab(engine, project):
        return None
    try:
        return down(engine, project, on_progress=on_progress)
    except NoSuchLab:
        return None


def _is_an_ordinary_lab(engine: Engine, project: str) -> bool:
    """Whether somebody's lab, or the mail that is kept of it, has the gateway's name."""
    servers = (f"{project}-postfix", f"{project}_postfix")
    return any(resource.name.startswith(servers) for resource in engine.resources(project))


def _before(engine: Engine, project: str) -> Gateway | None:
    """What the gateway that is there leads to; ``None``: there is none, or but a part of one."""
    try:
        content = engine.read_file(project, "gateway", STATE)
    except (NotFound, FileNotFoundError):
        return None
    return load_gateway(content)


def _merged(engine: Engine, before: Sequence[Door], doors: Sequence[Door]) -> tuple[Door, ...]:
    """All doors by port: the new ones, and those there were whose seats are there."""
    labs = tuple(f"{lab.name}-" for lab in engine.labs())
    new = {(door.container, door.target) for door in doors}
    stay = (d for d in before if d.container.startswith(labs))
    kept = {d.port: d for d in stay if (d.container, d.target) not in new}
    return tuple(door for _, door in sorted((kept | {d.port: d for d in doors}).items()))


def _refuse_busy(
    engine: Engine, project: str, bind: str, wanted: Sequence[Door], before: Gateway | None
) -> None:
    mine = before is not None and before.bind == bind and _stands(engine, project)
    own = {d.port for d in before.doors} if before and mine else set()
    new = [door for door in wanted if door.port not in own]
    host = ANYWHERE.get(bind, bind)
    engine.check_ports(project, [Endpoint(_name(door), host, door.port) for door in new])


def _stands(engine: Engine, project: str) -> bool:
    there = engine.find(project)
    return there is not None and any(
        s.name == "door" and s.state == "running" for s in there.services
    )


def _name(door: Door) -> EndpointName:
    return next(name for name, port in DOCUMENTED_PORT.items() if port == door.target)


def _read_again(engine: Engine, plan: Plan) -> None:
    """Have both halves read what has changed since they began."""
    for service in ("gateway", "door"):
        mine = [file for file in plan.files if file.path.startswith(f"{service}/")]
        differ = [f for f in mine if engine.read_file(plan.name, service, f.target) != f.content]
        if differ:
            engine.put_files(plan.name, service, differ)
            engine.reload(plan.name, service)


def _nothing_to_wait_for(_service: str, _cancelled: Event) -> None:
    """A seat that is reached through it shows that it is open."""
