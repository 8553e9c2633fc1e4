"""What there is of a room before `workshop up` does anything, and which seats are right already."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from labctl.engine.protocol import Engine
from labctl.errors import EnvironmentProblem, LabError
from labctl.model.lab import LabSpec, Service
from labctl.model.plan import PlanFile
from labctl.model.status import LabStatus
from labctl.model.workshop import Seat
from labctl.render.plan import render
from labctl.verbs.dialogue import is_listeners
from labctl.verbs.labs import STATE_FILE, state_of
from labctl.verbs.status import status_of
from labctl.verbs.wished import Given, Wish, specified
from labctl.verbs.workshop_seats import Looked

_JUST_NOW = "second"  # in the engine's words for how long a container runs: Up 5 seconds


def found(
    engine: Engine, workshop: str, seats: Mapping[int, Seat], there: Mapping[int, Looked]
) -> tuple[dict[int, LabSpec], frozenset[str]]:
    """What each seat was made to be, also one of which only mail was kept; and all labs' names.

    Args:
        engine: where to look.
        workshop: the room.
        seats: those that are asked for.
        there: those that have containers.

    Returns:
        the specs of seats, asked for or not, by number; the labs of which anything is there.

    Raises:
        EnvironmentProblem: a lab that is no seat has the name of one that is asked for.
    """
    specs = {n: looked.spec for n, looked in there.items() if looked.spec}
    labs = {looked.lab.name for looked in there.values()}
    missing = {n: seat.lab for n, seat in seats.items() if n not in there}
    if missing:
        labs |= engine.resources_of_seats(workshop).keys()
        _refuse_strangers((set(missing.values()) - labs) & {*engine.traces()})
        for number, lab in missing.items():
            # One of another version is a seat that fails, once it is its turn.
            with suppress(LabError):
                if lab in labs and (kept := state_of(engine, None, lab)) is not None:
                    specs[number] = kept
    return specs, frozenset(labs)


def _refuse_strangers(labs: set[str]) -> None:
    if labs:
        raise EnvironmentProblem(
            "a seat would be named {lab}, and so is a lab that is no seat",
            remedy="remove that lab: labctl down --lab {lab}; or name the workshop otherwise:"
            " --workshop NAME",
            lab=min(labs),
        )


def is_new(looked: Looked) -> bool:
    """Whether its servers have just been started: whether they greet, nobody may have heard yet."""
    return any(_JUST_NOW in service.detail for service in looked.lab.services)


def as_it_is(
    engine: Engine, looked: Looked, wish: Wish, images: dict[Service, str]
) -> LabStatus | None:
    """The seat's status, if it runs and is what it should be; ``None``: there is something to do.

    Only who sits there may differ: that is a line in the lab's state, and no server reads it.
    """
    if looked.spec is None or looked.lab.unfilled:
        return None
    spec = specified(engine, looked.lab.name, wish, looked.spec, given=Given(images))
    plan = render(spec)
    usual = plan if spec == spec.usual else render(spec.usual)
    if replace(spec, seat=looked.spec.seat) != looked.spec or not engine.is_made(usual, looked.lab):
        return None
    state = [file for file in plan.files if file.target == STATE_FILE]
    others = [file for file in plan.files if file not in state and not file.elsewhere]
    folder = state[0].path.partition("/")[0]
    mine = [file for file in others if file.path.startswith(f"{folder}/")]
    if any(_differs(file, looked.files.get(file.target)) for file in mine):
        return None
    if spec != looked.spec:
        engine.put_files(spec.name, folder, state)
    return status_of(spec.name, looked.lab, spec)


def _differs(file: PlanFile, there: bytes | None) -> bool:
    """A seat at which an exercise is under way is as it should be: who listens is no fault."""
    return there is None or not (is_listeners(file) or there == file.content)
