"""Remove labs, and prove that nothing of them is left."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from labctl.engine.protocol import Engine
from labctl.engine.values import Resource
from labctl.errors import Leftovers, NoSuchLab
from labctl.model.progress import OnProgress, silent


@dataclass(frozen=True, slots=True)
class Removed:
    """What `down` removed of one lab, and what it kept because it was asked to."""

    name: str
    removed: tuple[Resource, ...]
    kept: tuple[Resource, ...]
    seconds: float


def _is_kept(lab: str, resource: Resource) -> bool:
    """The mail, also what still waits in the queue, and the state: without it, no passwords."""
    return resource.kind == "volume" and resource.name.removeprefix(f"{lab}_").startswith(
        ("mail", "queue", "postfix-config")
    )


def kept_with_mail(lab: str, there: Sequence[Resource]) -> tuple[Resource, ...]:
    """What stays with the mail; on a Swarm what it keeps of the lab, too: it says where that is."""
    mail = [r for r in there if _is_kept(lab, r)]
    return (*mail, *(r for r in there if mail and r.kind == "config"))


def down(
    engine: Engine, name: str, *, keep_mail: bool = False, on_progress: OnProgress = silent
) -> Removed:
    """Remove one lab: containers, networks and, unless kept, the mail.

    Raises:
        NoSuchLab: nothing of that name is on the engine.
        Leftovers: something could not be removed.
    """
    begun = time.monotonic()
    with engine.locked(name):
        there = engine.resources(name)
        if not there:
            raise NoSuchLab(name)
        kept = kept_with_mail(name, there) if keep_mail else ()
        gone = tuple(r for r in there if r not in kept)
        engine.remove(gone, on_progress)
        if left := [r for r in engine.resources(name) if r not in kept]:
            raise Leftovers(
                "of the lab {name} these are left: {left}",
                remedy="again: labctl down --lab {name}",
                name=name,
                left=", ".join(f"{r.kind} {r.name}" for r in left),
            )
    return Removed(name, gone, kept, time.monotonic() - begun)


def down_all(
    engine: Engine, *, keep_mail: bool = False, on_progress: OnProgress = silent
) -> tuple[Removed, ...]:
    """Remove every lab on this engine, also what a killed `up` left; none is fine."""
    return tuple(
        down(engine, name, keep_mail=keep_mail, on_progress=on_progress) for name in engine.traces()
    )
