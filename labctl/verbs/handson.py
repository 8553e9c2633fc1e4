"""Exercises hands-on: the participant acts with any client, labctl recognises and judges it."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from labctl.engine.protocol import Engine
from labctl.errors import BadUsage, NotFound
from labctl.exercise.load import Exercise
from labctl.exercise.recognise import Decision
from labctl.exercise.schema import Step
from labctl.model.handson import Answered, Checked, Course, Run, Standing
from labctl.model.verdict import ExpectationResult, StepResult
from labctl.verbs.dialogue import drop
from labctl.verbs.exercise_wire import Ear
from labctl.verbs.exercise_world import new_token
from labctl.verbs.handson_look import look
from labctl.verbs.handson_place import Place, Task, place_of
from labctl.verbs.handson_recipe import Solution, solution
from labctl.verbs.handson_scene import Scene, acts_after
from labctl.verbs.handson_session import spoken
from labctl.verbs.handson_store import (
    add_evidence,
    forget,
    with_run,
    with_standing,
    with_step,
    write_course,
)
from labctl.verbs.profile import switch


@dataclass(frozen=True, slots=True)
class Hint:
    """One rung of the ladder: words of the exercise, or, the last one, the solution."""

    number: int  # from 1
    of: int
    id: str  # of its text; empty: the solution
    solution: tuple[Solution, ...] = ()


def start(engine: Engine, lab: str | None, exercise: Exercise, folder: str) -> Task:
    """Begin an exercise, or go on with it where the participant was."""
    place = place_of(engine, lab)
    course, run = place.course, place.course.run
    if run and run.exercise == exercise.id and run.step < len(exercise.logic.steps):
        with _scene(engine, place, exercise, run) as scene:
            return _go_on(scene, course)
    refuse_demo(exercise)
    if run:  # of another exercise, which is left where it is
        Ear(engine, place.lab, run.token, {}).end()
    if place.spec.profile.exercise:  # and so is what it did to the servers
        switch(engine, place.lab, "default")
    run = Run(secrets.token_hex(4), exercise.id, folder, new_token(), engine.now())
    with _scene(engine, place, exercise, run) as scene:
        scene.prepare()
        _tell(scene, "start", step="")
        course = with_standing(course, exercise.id, "begun", run.begun)
        return _go_on(scene, course)


def refuse_demo(exercise: Exercise) -> None:
    """Raise where there is nothing for a participant to do.

    Raises:
        BadUsage: labctl does all of this exercise by itself.
    """
    if not exercise.logic.hands_on:
        raise BadUsage(
            "the exercise {id} is a demo only so far",
            remedy="watch it: labctl exercise run {id}",
            id=exercise.id,
        )


def check(engine: Engine, lab: str, exercise: Exercise) -> Checked:
    """Look once, wherever the participant is by now."""
    return look(engine, place_of(engine, lab), exercise)


def concluded(
    engine: Engine, place: Place, exercise: Exercise, checked: Checked, decision: Decision
) -> Checked:
    """What a look comes to when the participant has acted, rightly or not."""
    with _scene(engine, place, exercise, place.run) as scene:
        if decision.near_miss:
            checked = replace(checked, near_miss=decision.near_miss)
            return _wrong(scene, place.course, checked, decision)
        return _judged(scene, place.course, checked, decision)


def _judged(scene: Scene, course: Course, checked: Checked, decision: Decision) -> Checked:
    step = scene.step
    if scene.run.followed < decision.at:
        scene.do(acts_after(step))
        scene.run = replace(scene.run, followed=max(decision.at, scene.engine.now()))
        _keep(scene, course)
    results = scene.judge(decision, step.expect)
    checked = replace(checked, expectations=results)
    if all(result.holds for result in results):
        return _passed(scene, course, checked, decision)
    late = scene.engine.now() - scene.run.followed > scene.patience(results) * 1e9
    return _wrong(scene, course, checked, decision) if late else checked


def _wrong(scene: Scene, course: Course, checked: Checked, decision: Decision) -> Checked:
    result = _result(scene, checked.expectations, decision)
    checked = replace(checked, verdict="fail", renewed=True, result=result)
    _tell(scene, "near_miss" if checked.near_miss else "fail", checked=checked)
    scene.renew()
    _keep(scene, course)
    return checked


def _passed(scene: Scene, course: Course, checked: Checked, decision: Decision) -> Checked:
    result = _result(scene, checked.expectations, decision)
    step, shown = scene.step.id, scene.step.id in scene.run.shown
    checked = replace(checked, verdict="pass", result=result)
    _tell(scene, "pass", checked=checked, shown=shown)
    scene.finish(decision)
    course = with_step(course, scene.exercise.id, step, shown=shown, at=scene.engine.now())
    return _next(scene, course, checked)


def _next(scene: Scene, course: Course, checked: Checked) -> Checked:
    """Begin the next step at once, so that what the participant does now counts."""
    task = _go_on(scene, course)
    return replace(checked, over=True, answered=task.answered) if task.over else checked


def _result(scene: Scene, found: tuple[ExpectationResult, ...], decision: Decision) -> StepResult:
    sessions = tuple(spoken(each) for each in scene.recognised(decision).values())
    after = tuple(scene.world.maildir(who) for who in scene.exercise.logic.watch)
    return StepResult(scene.step.id, found, sessions, scene.run.look, after)


def _go_on(scene: Scene, course: Course) -> Task:
    """Begin steps until one is the participant's; steps without `recognise` labctl does itself."""
    done: list[StepResult] = []
    answered: tuple[Answered, ...] = ()
    steps = scene.exercise.logic.steps
    before_it, kept = course, course.run
    if kept and kept.id == scene.run.id and kept.step >= len(steps):  # it was over before
        return Task(scene.run, scene.exercise, scene.world.names)
    while scene.run.step < len(steps) and not (scene.run.mark and scene.step.is_theirs):
        step = scene.step
        if step.is_theirs:
            scene.begin()
            break
        before = scene.run.look
        scene.mark()
        acts = [*scene.begin(), *scene.perform()]
        results = scene.settle(step.expect)
        after = scene.finish(Decision(()))
        done.append(StepResult(step.id, results, tuple(acts), before, after))
        _tell(scene, "demo", step=step.id, result=done[-1])
        shown = not all(result.holds for result in results)
        course = with_step(course, scene.exercise.id, step.id, shown=shown, at=scene.engine.now())
    if scene.run.step >= len(steps):
        standing: Standing = "shown" if scene.run.shown else "done"
        course = with_standing(course, scene.exercise.id, standing, scene.engine.now())
        _tell(scene, "end", step="")
        answered = _answers(scene)
        scene.clean_up()
    if with_run(course, scene.run) != before_it:  # asking again changes nothing
        _keep(scene, course)
    return Task(scene.run, scene.exercise, scene.world.names, tuple(done), answered)


def _answers(scene: Scene) -> tuple[Answered, ...]:
    """Each prediction beside what was measured."""
    run = scene.run
    ids = (prediction.id for prediction in scene.exercise.logic.predict)
    return tuple(Answered(i, run.predictions.get(i, ""), run.truths.get(i, "")) for i in ids)


def hint(engine: Engine, lab: str, exercise: Exercise) -> Hint:
    """The next rung of the ladder; the last one shows the solution, again and again."""
    place = place_of(engine, lab)
    course, run = place.course, place.run
    with _scene(engine, place, exercise, run) as scene:
        step = _open_step(scene)
        ladder = [*exercise.logic.hints, *step.hints, ""]
        number = min(run.hints, len(ladder) - 1)
        scene.run = replace(run, hints=number + 1)
        shown = ladder[number] == ""
        if shown and step.id not in run.shown:
            scene.run = replace(scene.run, shown=(*run.shown, step.id))
        _tell(scene, "hint")
        _keep(scene, course)
        found = solution(scene.world, step) if shown else ()
        return Hint(number + 1, len(ladder), ladder[number], found)


def skip(engine: Engine, lab: str, exercise: Exercise) -> tuple[tuple[Solution, ...], Task]:
    """Show the solution, do it, and go on: the step is marked shown, not done."""
    place = place_of(engine, lab)
    course, run = place.course, place.run
    with _scene(engine, place, exercise, run) as scene:
        step = _open_step(scene)
        found = solution(scene.world, step)
        scene.run = replace(run, shown=tuple(dict.fromkeys((*run.shown, step.id))))
        before, acts = scene.run.look, scene.perform()
        after = scene.finish(Decision(()))
        done = StepResult(step.id, (), tuple(acts), before, after)
        _tell(scene, "skip", step=step.id, result=done)
        course = with_step(course, exercise.id, step.id, shown=True, at=engine.now())
        return found, _go_on(scene, course)


def reset(
    engine: Engine, lab: str | None, exercise: Exercise | None, *, everything: bool = False
) -> None:
    """End the run under way: its messages are removed, and servers run again."""
    place = place_of(engine, lab)
    course = place.course
    if course.run and exercise:
        with _scene(engine, place, exercise, course.run) as scene:
            scene.clean_up()
    else:
        drop(engine, place.lab)
    if everything:
        forget(engine, place.lab)
    else:
        write_course(engine, place.lab, with_run(course, None))


def task_of(engine: Engine, lab: str, exercise: Exercise) -> Task:
    """What the participant is to do now."""
    place = place_of(engine, lab)
    course, run = place.course, place.run
    with _scene(engine, place, exercise, run) as scene:
        return _go_on(scene, course)


def recipes(engine: Engine, lab: str, exercise: Exercise) -> tuple[Solution, ...]:
    """How the step under way can be done by hand, with this lab's ports and accounts."""
    place = place_of(engine, lab)
    with _scene(engine, place, exercise, place.run) as scene:
        step = _open_step(scene)
        # What is wrong with the servers is to be found out: how to mend it, only a hint tells.
        return () if step.mended else solution(scene.world, step)


def predict(engine: Engine, lab: str, said: dict[str, str]) -> None:
    """Keep a participant's predictions with the run."""
    place = place_of(engine, lab)
    known = {**place.run.predictions, **said}
    write_course(engine, place.lab, with_run(place.course, replace(place.run, predictions=known)))


# -- what all of them need -------------------------------------------------------------------------


@contextmanager
def _scene(engine: Engine, place: Place, exercise: Exercise, run: Run) -> Iterator[Scene]:
    scene = Scene(engine, place.status, exercise, run)
    try:
        yield scene
    finally:
        scene.close()


def _open_step(scene: Scene) -> Step:
    if scene.run.step >= len(scene.exercise.logic.steps):
        raise NotFound(
            "the exercise {id} is done",
            remedy="the others: labctl exercise list",
            id=scene.exercise.id,
        )
    return scene.step


def _keep(scene: Scene, course: Course) -> None:
    write_course(scene.engine, scene.world.lab, with_run(course, scene.run))


def _tell(
    scene: Scene,
    kind: str,
    *,
    step: str | None = None,
    checked: Checked | None = None,
    result: StepResult | None = None,
    shown: bool = False,
) -> None:
    """One line of evidence."""
    from labctl.verbs.handson_evidence import concluded_json, line, result_json

    said = line(scene, kind, scene.step.id if step is None else step)
    if shown:
        said["shown"] = True
    if checked:
        said |= concluded_json(checked)
        result = checked.result
    if result:
        said |= result_json(result)
    add_evidence(scene.engine, scene.world.lab, said)
