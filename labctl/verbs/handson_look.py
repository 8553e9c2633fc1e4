"""A look at the step under way: most find a participant who has not acted yet, and cost little.

Whatever only a verdict needs is imported once there is one: `exercise check` is asked often.
"""

from dataclasses import replace

from labctl.engine.protocol import Engine
from labctl.exercise.load import Exercise
from labctl.exercise.probes import Probe
from labctl.exercise.recognise import Decision, decide
from labctl.exercise.recognised_parts import PartSeen
from labctl.exercise.references import accounts
from labctl.exercise.schema import Step
from labctl.lang import Text
from labctl.model.handson import Checked, Wanted
from labctl.model.observation import Session
from labctl.verbs.exercise_names import cast, names
from labctl.verbs.handson_place import Place, Task, place_of
from labctl.verbs.sensing import client_sessions


def told(place: Place, exercise: Exercise) -> Task:
    """The task under way as it was told; nothing is asked of the lab."""
    people = cast(accounts(exercise.logic), place.status.accounts)
    return Task(place.run, exercise, {**names(place.status, people), "token": place.run.token})


def look(engine: Engine, place: Place, exercise: Exercise) -> Checked:
    """Look once: what was recognised, and what holds.

    A step that passed is followed by the next one at once. After a wrong turn the step begins anew,
    with what it had: the right answer never fails because of an earlier wrong one.
    """
    run, steps = place.run, exercise.logic.steps
    if run.step >= len(steps):
        return Checked(run.id, exercise.id, "", "pass", over=True)
    if not run.mark:  # labctl was ended before the step began
        from labctl.verbs.handson import task_of

        task_of(engine, place.lab, exercise)
        return look(engine, place_of(engine, place.lab), exercise)
    step = steps[run.step]
    decision = _decided(engine, place, exercise, step)
    seen = tuple(Wanted(part.what, part.seen, number) for number, part in decision.by_session)
    checked = Checked(run.id, exercise.id, step.id, "waiting", seen)
    if not decision.near_miss and not decision.complete:
        _keep_listening(engine, place, step)
        return replace(checked, sessions=_so_far(place, step, decision))
    from labctl.verbs.handson import concluded

    return concluded(engine, place, exercise, checked, decision)


def _decided(engine: Engine, place: Place, exercise: Exercise, step: Step) -> Decision:
    people = cast(accounts(exercise.logic), place.status.accounts)
    addresses = {who: account.address for who, account in people.items()}
    sessions = client_sessions(engine, place.spec, place.run.mark, dialogue=True)
    mended = _mended(engine, place, exercise, step.mended) if step.mended else None
    return decide(step, sessions, addresses, place.run.mark, mended)


def _mended(engine: Engine, place: Place, exercise: Exercise, wanted: Probe) -> PartSeen:
    """Whether the servers do as they should again, however that was brought about."""
    from labctl.exercise.judge import find
    from labctl.verbs.exercise_sensors import Sensors, needs
    from labctl.verbs.exercise_world import World

    run = place.run
    world = World(engine, place.status, accounts(exercise.logic), token=run.token, begun=run.begun)
    try:
        seen = Sensors(world, ()).observe(needs(wanted), fresh=True)
    finally:
        world.close()
    what = Text("the servers do as they should")
    return PartSeen(what, (run.followed or engine.now()) if find(wanted, seen).holds else 0)


def _so_far(place: Place, step: Step, decision: Decision) -> tuple[Session, ...]:
    """What the client that comes closest has said, if anything."""
    if not any(session.lines for found in decision.found for session in found.sessions):
        return ()
    from labctl.verbs.handson_session import sessions_of

    known = sessions_of(step, decision, place.status.endpoints)
    return tuple(session for session in known.values() if session.lines)


def _keep_listening(engine: Engine, place: Place, step: Step) -> None:
    """What the step has listen on the wire may have ended: with the machine, or after hours."""
    if beside := [action.capture.beside for action in step.do if action.capture]:
        from labctl.verbs.exercise_wire import Ear

        ear = Ear(engine, place.lab, place.run.token, {})
        for service in beside:
            ear.listen(service)
