"""Exercises hands-on in tests: real clients act, and what `check` says is held against it.

with hands_on(desk, "pop3-takes") as run:
    run.waits_for("RETR")
    desk.curl("pop3s", desk.alice, "", "--request", "DELE 1", "--head")
    run.near_miss("deleted-at-once")
    desk.curl("pop3s", desk.alice, "1")
    run.passes("retrieve")
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from labctl.engine.dockerengine import DockerEngine
from labctl.exercise.load import Exercise, load
from labctl.model.handson import Checked
from labctl.shipped import built_in_exercises
from labctl.verbs import handson
from labctl.verbs.reset import reset
from tests.engine.desk import Desk
from tests.engine.running import RunningLab, wait_until


@dataclass
class HandsOn:
    """One exercise under way in a lab."""

    engine: DockerEngine
    lab: str
    exercise: Exercise
    answers: list[Checked] = field(default_factory=list)

    def check(self) -> Checked:
        """What `labctl exercise check` says, at once."""
        self.answers.append(handson.check(self.engine, self.lab, self.exercise))
        return self.answers[-1]

    def waits_for(self, *missing: str, after: str = "") -> None:
        """It is not done yet: these parts are missing, although ``after`` was seen."""
        if after:
            self._until(f"{after!r} seen", lambda said: after in _seen(said))
        said = self.check()
        assert said.verdict == "waiting", told(said)
        assert set(missing) <= {str(part.what) for part in said.recognised if not part.seen}, told(
            said
        )

    def passes(self, step: str) -> Checked:
        """That step is done: everything was seen, and every expectation that was asked holds."""
        said = self._answer()
        assert (said.step, said.verdict) == (step, "pass"), told(said)
        assert said.expectations, "nothing was asked"
        return said

    def ends(self, step: str) -> Checked:
        """That step is done, and it was the last one."""
        said = self.passes(step)
        assert said.over, told(said)
        return said

    def near_miss(self, name: str) -> None:
        """A wrong turn is told as what it was, and the step begins anew."""
        said = self._answer()
        assert (said.verdict, said.near_miss) == ("fail", name), told(said)
        assert said.renewed

    def fails(self, *expectations: str) -> None:
        """The step was done as asked, and these expectations do not hold."""
        said = self._answer(within=45)
        assert (said.verdict, said.near_miss) == ("fail", ""), told(said)
        assert set(expectations) <= {e.id for e in said.expectations if not e.holds}, told(said)

    def skip(self) -> None:
        """Have the step done by labctl."""
        handson.skip(self.engine, self.lab, self.exercise)

    @property
    def step(self) -> str:
        """The one it is at; empty at the end."""
        task = handson.task_of(self.engine, self.lab, self.exercise)
        return "" if task.over else self.exercise.logic.steps[task.run.step].id

    def at(self, step: str) -> None:
        """Have everything before that step done by labctl."""
        while self.step != step:
            self.skip()

    def _answer(self, within: float = 30) -> Checked:
        self._until("an answer", lambda said: said.verdict != "waiting", within)
        return self.answers[-1]

    def _until(self, what: str, holds: Callable[[Checked], bool], within: float = 30) -> None:
        try:
            wait_until(what, lambda: holds(self.check()), within=within)
        except AssertionError as late:
            raise AssertionError(f"{late}\n{told(self.answers[-1])}") from None


def _seen(said: Checked) -> set[str]:
    return {str(part.what) for part in said.recognised if part.seen}


def told(said: Checked) -> str:
    """All that a look concluded, for a test that failed."""
    parts = [f"  {'seen' if p.seen else 'missing'}: {p.what}" for p in said.recognised]
    found = [
        f"  {'holds' if e.holds else 'fails'}: {e.id}: expected {e.expected}; {e.observed}"
        for e in said.expectations
    ]
    first = f"{said.exercise} {said.step}: {said.verdict} {said.near_miss}"
    return "\n".join([first, *parts, *found])


def forget(lab: RunningLab, exercise: Exercise | None = None) -> None:
    """Nobody has begun an exercise there, its servers run, and its mailboxes are empty."""
    handson.reset(lab.engine, lab.name, exercise, everything=True)
    reset(lab.engine, lab.name)


@contextmanager
def hands_on(desk: Desk, exercise: str, at: str = "") -> Iterator[HandsOn]:
    """Begin an exercise, or have labctl do what comes before a step; the lab is empty afterwards.

    Args:
        desk: where the clients are.
        exercise: its id.
        at: the step to begin with; empty: the first one that is the participant's.
    """
    engine, lab = desk.lab.engine, desk.lab.name
    chosen = load(built_in_exercises() / exercise)
    handson.start(engine, lab, chosen, "")
    try:
        run = HandsOn(engine, lab, chosen)
        if at:
            run.at(at)
        yield run
    finally:
        forget(desk.lab, chosen)
