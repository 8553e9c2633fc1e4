"""Where the seats of a room are published, and what leads there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from labctl.engine.protocol import Engine
from labctl.errors import EnvironmentProblem
from labctl.model.gateway import Door
from labctl.model.lab import Endpoint, LabSpec, service_name
from labctl.model.progress import OnProgress
from labctl.verbs.wished import Wish, published, wanted_of
from labctl.verbs.workshop_gateway import doors_of, open_gateway


@dataclass(frozen=True, slots=True)
class Place:
    """Where a seat is published, and how."""

    lab: str
    endpoints: tuple[Endpoint, ...]
    bind: str
    domains: tuple[str, ...]
    gateway: bool

    @property
    def doors(self) -> tuple[Door, ...]:
        """The same as the gateway's doors."""
        first = self.domains[0]
        return tuple(
            Door(
                e.port,
                f"{self.lab}-{service_name(e.service, e.site or first, self.domains)}-1",
                e.documented,
            )
            for e in self.endpoints
        )


def behind_a_gateway(
    engine: Engine, wanted: Mapping[int, Wish], specs: Mapping[int, LabSpec], *, asked: bool
) -> dict[int, Wish]:
    """New seats are reached through the gateway alone, if so asked; else as the others are.

    Raises:
        EnvironmentProblem: this engine cannot have one.
    """
    new = wanted.keys() - specs.keys()
    if not new or not (asked or any(spec.gateway for spec in specs.values())):
        return dict(wanted)
    refuse_without_gateway(engine)
    return {n: replace(w, gateway=True) if n in new else w for n, w in wanted.items()}


def refuse_without_gateway(engine: Engine) -> None:
    """Do nothing, where there can be a gateway.

    Raises:
        EnvironmentProblem: this engine cannot have one.
    """
    if not engine.can_have_gateway():
        raise EnvironmentProblem(
            "this engine cannot have a gateway: its containers have no ports of this machine",
            remedy="without --gateway each seat is published by itself",
        )


def places(
    engine: Engine, jobs: Mapping[int, tuple[str, Wish]], specs: Mapping[int, LabSpec]
) -> dict[int, Place]:
    """Where the seats that are to be made are published."""
    found = {}
    for number, (lab, wish) in jobs.items():
        before = specs.get(number)
        wanted = wanted_of(wish, before)
        bind = engine.usual_bind(wanted.bind, before.bind if before else None)
        first, further = published(engine, lab, wanted, bind, before)
        gateway = before.gateway if wish.gateway is None and before else wish.gateway
        domains = tuple(domain for domain, _ in wanted.sites)
        found[number] = Place(lab, (*first, *further), bind, domains, bool(gateway))
    return found


def open_for(
    engine: Engine,
    workshop: str,
    ports: Mapping[int, Place],
    specs: Mapping[int, LabSpec],
    on_progress: OnProgress,
) -> None:
    """The gateway is there before the seats are: through it they are asked whether they greet."""
    there = {n: spec for n, spec in specs.items() if spec.gateway and n not in ports}
    new = {n: where for n, where in ports.items() if where.gateway}
    binds = [*(where.bind for where in new.values()), *(spec.bind for spec in there.values())]
    if not binds:
        return
    doors = [
        *(door for spec in there.values() for door in doors_of(spec)),
        *(door for where in new.values() for door in where.doors),
    ]
    open_gateway(engine, workshop, binds[0], doors, on_progress)
