"""What one invocation has: its engine."""

import os
from functools import cache
from typing import TYPE_CHECKING

from labctl.errors import BadUsage

if TYPE_CHECKING:
    from labctl.engine.protocol import Engine

ENGINE_VARIABLE = "LABCTL_ENGINE"


@cache
def engine() -> "Engine":
    """The container engine, connected when something is first asked of it.

    Raises:
        BadUsage: ``LABCTL_ENGINE`` names none.
    """
    wanted = os.environ.get(ENGINE_VARIABLE) or "docker"
    if wanted == "swarm":
        from labctl.engine.swarmengine import SwarmEngine

        return SwarmEngine()
    if wanted != "docker":
        raise BadUsage(
            "the engine is docker or swarm, not {engine}",
            remedy="leave {variable} out, or set it to one of them",
            engine=ascii(wanted[:40]),
            variable=ENGINE_VARIABLE,
        )
    from labctl.engine.dockerengine import DockerEngine

    return DockerEngine()
