"""What the servers of an exercise's people do: for expectations, questions, and repairs."""

from collections.abc import Sequence

from labctl.model.policy import ASPECTS
from labctl.verbs.exercise_world import World
from labctl.verbs.labs import spec_of
from labctl.verbs.policy import measure


def measured(world: World, keys: Sequence[str]) -> dict[str, str]:
    """What is found of each key: ``outside``, or ``mx of dora`` at another site than the first."""
    with world.waiting():
        spec = spec_of(world.engine, world.lab)
        found: dict[str, str] = {}
        for who in dict.fromkeys(key.partition(" of ")[2] for key in keys):
            mine = {k: k.partition(" of ")[0] for k in keys if k.partition(" of ")[2] == who}
            domain = world.address(who).rpartition("@")[2] if who else spec.domains[0]
            site = next(s for s in spec.sites if s.domain == domain)
            wanted = frozenset(a for a in ASPECTS if a in mine.values())
            policy = measure(world.engine, spec, site, wanted)
            found |= {key: getattr(policy, aspect) for key, aspect in mine.items()}
    return found
