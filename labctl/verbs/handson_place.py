"""Where a participant is: the lab and what is kept of their work in it, read from it at once.

Each read of a file in a container costs the engine about 80 ms, whatever the file: so the state of
the lab and the progress, which lie in the same folder, are read together.
"""

from dataclasses import dataclass

from labctl.engine.protocol import Engine
from labctl.errors import NoSuchLab, NotFound, NotReady
from labctl.model.handson import Course, Run
from labctl.model.lab import LabSpec
from labctl.model.status import LabStatus
from labctl.render.state import load_state
from labctl.verbs.handson_store import COURSE_FILE, load_course
from labctl.verbs.labs import STATE_FILE, state_of, which
from labctl.verbs.status import status_of

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


def place_of(engine: Engine, given: str | None) -> Place:
    """The lab that is meant, and how far its participant is.

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
    kept = {f"{_FOLDER}/{f.path}": f.content for f in engine.read_tree(name, "postfix", _FOLDER)}
    # Not there when plain Compose started it: then only the running Postfix sees its files.
    spec = load_state(kept[STATE_FILE]) if STATE_FILE in kept else state_of(engine, there, name)
    if spec is None:
        raise NoSuchLab(name)
    course = load_course(kept[COURSE_FILE]) if COURSE_FILE in kept else Course()
    return Place(status_of(name, there, spec), spec, course)
