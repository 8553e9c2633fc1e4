"""Run one exercise as a demo in a real lab: act, observe, judge, clean up."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from threading import Event as Flag
from time import monotonic

from labctl.engine.protocol import Engine
from labctl.errors import LabError, NotReady
from labctl.exercise.actions import deed
from labctl.exercise.base import seconds
from labctl.exercise.judge import judge, measure
from labctl.exercise.load import Exercise
from labctl.exercise.probes import Expectation
from labctl.exercise.references import accounts
from labctl.exercise.schema import Logic, Step
from labctl.lang import Text
from labctl.model.observation import Session
from labctl.model.status import LabStatus
from labctl.model.verdict import (
    Done,
    ExerciseResult,
    ExpectationResult,
    Judged,
    OnEvent,
    Outcome,
    Spoken,
    StepBegins,
    StepResult,
    Table,
    unheard,
)
from labctl.verbs.exercise_actions import Act, Doer
from labctl.verbs.exercise_sensors import Sensors, needs
from labctl.verbs.exercise_wait import PAUSE
from labctl.verbs.exercise_world import World

_SMALLEST = "solo"  # the definition whose exercises run in every lab


def fits(exercise: Exercise, status: LabStatus) -> bool:
    """Whether the lab has the sites that an exercise is about."""
    return exercise.logic.lab == _SMALLEST or bool(status.further)


def run_exercise(
    engine: Engine,
    status: LabStatus,
    exercise: Exercise,
    on_event: OnEvent = unheard,
    *,
    rehearse: bool = False,
) -> ExerciseResult:
    """Run all steps of an exercise and judge them.

    ``rehearse``: every expectation is asked before its step, too; what holds there already is told.

    The participant's own mail stays as it is: the run knows its messages by their token, counts
    only them, and removes only them at the end, whatever happened.

    Raises:
        NotReady: the lab does not run.
        NoSuchAccount: the lab has too few accounts for this exercise.
    """
    if status.state == "absent":
        raise NotReady(
            "an exercise needs a lab, and none is running", remedy="start one: labctl up"
        )
    if not fits(exercise, status):
        raise NotReady(
            "the exercise {id} needs the lab {wanted}: this one has too few sites",
            remedy="make it one: labctl up {wanted} --lab {name}",
            id=exercise.id,
            wanted=exercise.logic.lab,
            name=status.name,
        )
    if status.state != "ready":
        raise NotReady(
            "the lab {name} is {state}",
            remedy="make it right first: labctl up --lab {name}",
            name=status.name,
            state=Text(status.state),
        )
    begun = monotonic()
    logic = exercise.logic
    world = World(engine, status, accounts(logic))
    run = _Run(world, logic, on_event, rehearse=rehearse)
    problem = ""
    try:
        with run.put_right():
            run.all_steps()
    except LabError as error:
        problem = str(error)
    return ExerciseResult(
        logic.id,
        "error" if problem else _verdict(run.steps),
        monotonic() - begun,
        world.waited,
        tuple(run.steps),
        Table(tuple(logic.columns), tuple(run.rows)) if logic.columns else None,
        problem,
        world.names,
        tuple(run.early),
    )


def _verdict(steps: list[StepResult]) -> Outcome:
    return "pass" if all(e.holds for step in steps for e in step.expectations) else "fail"


class _Run:
    """One run: the steps so far, and their results."""

    def __init__(self, world: World, logic: Logic, on_event: OnEvent, *, rehearse: bool) -> None:
        self._world = world
        self._logic = logic
        self._tell = on_event
        self._doer = Doer(world, f"labctl {logic.id}")
        self._sensors = Sensors(world, logic.watch)
        self._rehearse = rehearse
        self.early: list[str] = []  # expectations that held before their step
        self.steps: list[StepResult] = []
        self.rows: list[tuple[str, tuple[Text, ...]]] = []

    @contextmanager
    def put_right(self) -> Iterator[None]:
        """Whatever happens in here: servers run again, sessions are ended, our messages removed."""
        try:
            yield
        except BaseException:
            with suppress(LabError):  # what happened first is what is told
                self._put_right()
            raise
        self._put_right()

    def _put_right(self) -> None:
        try:
            self._doer.put_back()
        finally:
            self._world.close()
            self._doer.clean_up(tuple(self._world.people))

    def all_steps(self) -> None:
        """The fixture, then each step."""
        self._doer.lay_out(self._logic.fixture)
        if self._logic.profile != "default":
            logic = self._logic
            self._doer.switch(logic.profile, exercise=logic.id, concealed=logic.conceal)
        self._sensors.keep_look("start")
        for number, step in enumerate(self._logic.steps, start=1):
            self._tell(StepBegins(self._logic.id, step.id, number, len(self._logic.steps)))
            self._step(step)

    def _step(self, step: Step) -> None:
        before = self._sensors.latest_look
        self._sensors.mark()
        if self._rehearse:
            self.early += [each.id for each in step.expect if self._holds(each)]
        result = StepResult(step.id, before=before, after=before)
        self.steps.append(result)
        for action in step.do:
            act = self._doer.do(deed(action))
            self._heard(act)
            result = self._update(replace(result, acts=(*result.acts, act)))
        for expectation in step.expect:
            found = self._settled(expectation)
            self._tell(Judged(found))
            result = self._update(replace(result, expectations=(*result.expectations, found)))
        for row in step.rows:
            self.rows.append((row, self._cells(row)))
        self._update(replace(result, after=self._sensors.keep_look(step.id)))

    def _update(self, result: StepResult) -> StepResult:
        self.steps[-1] = result
        return result

    def _heard(self, act: Act) -> None:
        if isinstance(act, Session):
            for line in act.lines:
                self._tell(Spoken(act.name, act.endpoint, line))
        else:
            self._tell(Done(act))

    def _holds(self, expectation: Expectation) -> bool:
        """Whether a claim is true now."""
        seen = self._sensors.observe(needs(expectation), fresh=True)
        return judge(expectation, seen).holds

    def _settled(self, expectation: Expectation) -> ExpectationResult:
        """The verdict, as soon as it holds, or at the deadline."""
        wanted = needs(expectation)
        deadline = monotonic() + (seconds(expectation.within) if expectation.within else 0.0)
        found = judge(expectation, self._sensors.observe(wanted, fresh=False))
        nothing = Flag()  # nobody sets it: a wait that a signal can end
        while not found.holds and monotonic() < deadline:
            with self._world.waiting():
                nothing.wait(PAUSE)
            found = judge(expectation, self._sensors.observe(wanted, fresh=True))
        return found

    def _cells(self, row: str) -> tuple[Text, ...]:
        """A row of the table: each column measured now, its session ``row`` the one called so."""
        wanted = frozenset(need for probe in self._logic.columns.values() for need in needs(probe))
        seen = self._sensors.observe(wanted, fresh=True)
        if row in seen.sessions:
            seen = replace(seen, sessions={**seen.sessions, "row": seen.sessions[row]})
        return tuple(measure(probe, seen) for probe in self._logic.columns.values())
