"""What one invocation has: its engine."""

import os
from functools import cache
from typing import TYPE_CHECKING

from labctl.errors import BadUsage
from labctl.model.workshop import DEFAULT_WORKSHOP, SEAT_LAB, WORKSHOP_NAME

if TYPE_CHECKING:
    from labctl.engine.protocol import Engine
    from labctl.engine.swarmengine import SwarmEngine

ENGINE_VARIABLE = "LABCTL_ENGINE"
_named: dict[str, str] = {}  # the workshop, and the seat, that the command line means


@cache
def engine(wanted: str = "") -> "Engine":
    """The container engine, connected when something is first asked of it.

    A seat is where it was made: nobody has to say again that it is on a Swarm.

    Args:
        wanted: ``docker`` or ``swarm``; by default what ``LABCTL_ENGINE`` says.

    Raises:
        BadUsage: there is none such.
    """
    wanted = wanted or os.environ.get(ENGINE_VARIABLE) or ""
    if wanted == "swarm":
        return swarm()
    if wanted not in ("", "docker"):
        raise BadUsage(
            "the engine is docker or swarm, not {engine}",
            remedy="leave --engine and {variable} out, or name one of them",
            engine=ascii(wanted[:40]),
            variable=ENGINE_VARIABLE,
        )
    from labctl.engine.dockerengine import DockerEngine

    docker = DockerEngine()
    if not wanted and _named:
        from labctl.engine.swarmsought import has_seats

        if has_seats(docker.api, **_named):
            return swarm()
    return docker


@cache
def swarm() -> "SwarmEngine":
    """The Swarm that the engine manages, for what no other engine can."""
    from labctl.engine.swarmengine import SwarmEngine

    return SwarmEngine()


def lab_meant(name: str | None) -> str | None:
    """Note the seat that ``--lab`` names, if it is one's name; behind the verb it counts more."""
    if name:
        _named.clear()
        _named.update(seat.groupdict() if (seat := SEAT_LAB.fullmatch(name)) else {})
    return name


def workshop_meant(name: str | None) -> str | None:
    """Note the workshop that ``--workshop`` names, if anything can be called that."""
    wanted = name or DEFAULT_WORKSHOP
    _named.clear()
    if WORKSHOP_NAME.fullmatch(wanted):
        _named.update(workshop=wanted)
    return name
