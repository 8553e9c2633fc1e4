"""Where a participant is: the lab and what is kept of their work in it, read from it at once.

Each read of a file in a container costs the engine about 80 ms, whatever the file: so the state of
the lab and the progress, which lie in the same folder, are read together.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from labctl.engine.protocol import Engine
from labctl.engine.values import FoundLab
from labctl.errors import NoSuchLab, NotFound, NotReady
from labctl.model.handson import Answered, Course, Run
from labctl.model.lab import LabSpec
from labctl.model.status import LabStatus
from labctl.model.verdict import StepResult
from labctl.render.state import load_state
from labctl.verbs.handson_store import COURSE_FILE, load_course
from labctl.verbs.labs import STATE_FILE, state_of, which
from labctl.verbs.status import status_of

if TYPE_CHECKING:
    from labctl.exercise.load import Exercise

_FOLDER = STATE_FILE.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Place:
    """A lab that is there, and a participant's work in it."""

    status: LabStatus
    spec: LabSpec
    course: Course

    @property
    def lab(self) -> str:
        """The lab's name."""
        return self.status.name

    @property
    def run(self) -> Run:
        """The run under way.

        Raises:
            NotFound: there is none.
        """
        if self.course.run is None:
            raise NotFound("no exercise is under way", remedy="begin one: labctl exercise start")
        return self.course.run


@dataclass(frozen=True, slots=True)
class Task:
    """What a participant is to do now."""

    run: Run
    exercise: "Exercise"
    names: dict[str, str]
    done: tuple[StepResult, ...] = ()  # steps that labctl has just done by itself
    answered: tuple[Answered, ...] = ()  # the predictions, when it has just come to its end

    @property
    def over(self) -> bool:
        """Whether no step is left."""
        return self.run.step >= len(self.exercise.logic.steps)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the engine told of a lab, not yet made sense of."""

    engine: Engine
    there: FoundLab
    files: dict[str, bytes]

    def place(self) -> Place:
        """The lab, and how far its participant is.

        Raises:
            NoSuchLab: it never got as far as having a state.
        """
        name, files = self.there.name, self.files
        if STATE_FILE in files:
            spec: LabSpec | None = load_state(files[STATE_FILE])
        else:  # plain Compose started it: only the running Postfix sees its files
            spec = state_of(self.engine, self.there, name)
        if spec is None:
            raise NoSuchLab(name)
        spec = spec.reached_at(self.there.address)
        course = load_course(files[COURSE_FILE]) if COURSE_FILE in files else Course()
        return Place(status_of(name, self.there, spec), spec, course)


def kept(engine: Engine, given: str | None) -> Kept:
    """Ask the engine for all of it; nothing here takes long to import.

    Raises:
        NoSuchLab: a lab was named and nothing of it is there.
        NotReady: there is none at all.
    """
    name = which(engine, given)
    there = engine.find(name)
    if there is None:
        if given and not engine.resources(name):
            raise NoSuchLab(name)
        raise NotReady(
            "an exercise needs a lab, and none is running", remedy="start one: labctl up"
        )
    tree = engine.read_tree(name, "postfix", _FOLDER)
    return Kept(engine, there, {f"{_FOLDER}/{file.path}": file.content for file in tree})


def place_of(engine: Engine, given: str | None) -> Place:
    """The lab that is meant, and how far its participant is."""
    return kept(engine, given).place()
