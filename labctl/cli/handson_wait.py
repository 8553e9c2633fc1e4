"""Wait at the terminal until the participant has acted; say what was seen and what is missing."""

import sys
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING

from labctl.cli.console import err, note
from labctl.cli.handson_screen import seen_line, show_checked, show_task
from labctl.lang import tr

if TYPE_CHECKING:
    from labctl.engine.protocol import Engine
    from labctl.model.handson import Checked
    from labctl.verbs.handson_place import Task

_NUDGE = 60.0  # seconds
_SHORT = 60  # characters of a line beside what is waited for
_LONGEST = 10.0  # seconds without news until it is looked at again
_LOOKS = 2.0  # seconds between two looks at servers that somebody is mending: no client tells of it


def wait(engine: "Engine", lab: str, task: "Task") -> None:
    """Until the exercise is over; Ctrl-C leaves it as it is, to be gone on with."""
    note("Ctrl-C pauses; labctl exercise start goes on; labctl exercise hint helps")
    try:
        _step_by_step(engine, lab, task)
    except KeyboardInterrupt:
        note("paused where it is; go on: labctl exercise start")


def _step_by_step(engine: "Engine", lab: str, task: "Task") -> None:
    from labctl.verbs import handson

    while not task.over:
        checked = _until_acted(engine, lab, task)
        show_checked(task, checked)
        if checked.over:
            return
        if checked.verdict == "pass":
            _key()
        task = handson.task_of(engine, lab, task.exercise)
        if checked.verdict == "pass":
            show_task(task, handson.recipes(engine, lab, task.exercise))


def _until_acted(engine: "Engine", lab: str, task: "Task") -> "Checked":
    from labctl.verbs.handson import check
    from labctl.verbs.labs import spec_of
    from labctl.verbs.sensing import Sensing

    begun, nudged, last = monotonic(), False, ""
    mending = task.exercise.logic.steps[task.run.step].mended is not None
    pause = Event()
    with (
        err().status(tr("waiting for your client")) as shown,
        Sensing(engine, spec_of(engine, lab), engine.now()) as sensing,
    ):
        while True:
            checked = check(engine, lab, task.exercise)
            if checked.verdict != "waiting":
                return checked
            line = f"{seen_line(checked)}{_last_words(checked)}"
            if line != last:
                last = line
                shown.update(line) if err().is_terminal else note("{line}", line=line)
            if not nudged and monotonic() - begun > _NUDGE:
                nudged = True
                note("nothing new for a minute: labctl exercise hint, in another terminal, helps")
            if checked.expectations:  # it was recognised: its traces settle
                pause.wait(0.2)
            else:
                sensing.changed(_LOOKS if mending else _LONGEST)


def _last_words(checked: "Checked") -> str:
    """What the client said last, and the answer to it."""
    lines = [line for said in checked.sessions for line in said.lines if line.kind == "talk"]
    said = [f" · {line.sender}: {line.text[:_SHORT]}" for line in lines if line.sender != "-"]
    return "".join(said[-2:])


def _key() -> None:
    if sys.stdin.isatty():
        input(tr("Enter for the next step "))
