"""What one invocation has: its engine."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labctl.engine.protocol import Engine


@cache
def engine() -> "Engine":
    """The container engine, connected when something is first asked of it."""
    from labctl.engine.dockerengine import DockerEngine

    return DockerEngine()
