"""`labctl` alone: where things stand, and the one next thing to type."""

from dataclasses import dataclass
from shlex import quote

from labctl.engine.protocol import Engine
from labctl.errors import NoEngine
from labctl.model.status import LabStatus
from labctl.verbs.status import status_of


@dataclass(frozen=True, slots=True)
class NextStep:
    """Where things stand."""

    labs: tuple[LabStatus, ...]  # without accounts and endpoints: states only
    why: str  # an English template: why this is the next thing to do
    command: str


def next_step(engine: Engine, given: str | None) -> NextStep:
    """Where things stand; a missing engine is an answer here, not an error."""
    try:
        labs = tuple(status_of(lab.name, lab, None) for lab in engine.labs())
    except NoEngine:
        return NextStep((), "no container engine answers yet", "labctl doctor --fix")
    if given:
        labs = tuple(lab for lab in labs if lab.name == given)
    if not labs:
        name = f" --lab {quote(given)}" if given else ""
        return NextStep((), "no lab is running", f"labctl up{name}")
    if broken := [lab for lab in labs if lab.state != "ready"]:
        return NextStep(
            labs, "a lab is not whole; this makes it right", f"labctl up --lab {broken[0].name}"
        )
    return NextStep(labs, "the lab is ready; see what it can show", "labctl exercise list")
