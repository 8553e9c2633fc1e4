"""`make lab`: everything from a fresh clone to the verdict of every core exercise."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from labctl.errors import ExitCode, PortBusy

if TYPE_CHECKING:
    from labctl.model.progress import OnProgress
    from labctl.verbs.up import Brought

BEGUN_VARIABLE = "LABCTL_BEGUN"  # seconds since the epoch, when `make` began
LAB_VARIABLE = "LABCTL_LAB"  # as for every verb: another name than the default one
SHIFTED = 20000
_ELSEWHERE = "{busy}: this lab uses the ports from {base} on instead"
STAGES = LIBRARIES, ENGINE, IMAGES, SERVERS, EXERCISES = (
    "Python libraries",
    "container engine",
    "images of Postfix and Dovecot",
    "starting Postfix and Dovecot",
    "exercises",
)


class _Stages:
    """Where the time went: seconds by stage, in the order in which they came."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        begun = os.environ.get(BEGUN_VARIABLE, "")
        if begun.isdecimal() and (before := time.time() - int(begun)) > 1:
            self.seconds[LIBRARIES] = before

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        begun = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = time.monotonic() - begun


def _bring_up(on_progress: "OnProgress") -> "tuple[Brought, PortBusy | None]":
    """The default lab; on the shifted ports when a documented one is held, with by whom."""
    from labctl.cli.session import engine
    from labctl.model.progress import Progress
    from labctl.verbs.labs import DEFAULT_LAB
    from labctl.verbs.up import Wish, up

    name = os.environ.get(LAB_VARIABLE) or DEFAULT_LAB
    try:
        return up(engine(), name, Wish(), on_progress), None
    except PortBusy as busy:
        on_progress(Progress("ports", _ELSEWHERE, "note", values=_values(busy)))
        held = busy
    try:
        return up(engine(), name, Wish(ports=SHIFTED), on_progress), held
    except PortBusy:
        return up(engine(), name, Wish(ports="free"), on_progress), held


def _values(busy: PortBusy) -> dict[str, object]:
    return {"busy": busy.problem, "base": SHIFTED}


def tour() -> int:
    """Engine, images, lab, exercises; then where the time went, and where to go from here."""
    from labctl.cli import lab_screen
    from labctl.cli.console import note, warn
    from labctl.cli.exercise_run_screen import run_tour
    from labctl.cli.progress_screen import live
    from labctl.verbs.fix import ensure_engine, ensure_images

    stages = _Stages()
    with live() as on_progress:
        with stages.stage(ENGINE):
            ensure_engine(confirm=_yes, on_progress=on_progress)
        with stages.stage(IMAGES):
            ensure_images(confirm=_yes, on_progress=on_progress)
        with stages.stage(SERVERS):
            brought, held = _bring_up(on_progress)
    lab_screen.show_status(brought.status)
    with stages.stage(EXERCISES):
        passed = run_tour(brought.status)
    lab_screen.show_stages(stages.seconds)
    if held:
        warn(_ELSEWHERE, **_values(held))
    note(
        "your turn: source {activate}; labctl exercise list",
        activate=os.path.relpath(Path(sys.prefix, "bin", "activate")),
    )
    return ExitCode.DONE if passed else ExitCode.VERDICT_FAILED


def _yes(_: str) -> bool:
    """`make lab` is told to do what it takes."""
    return True


def main() -> int:
    """The whole tour, with the reader's language and the one error boundary."""
    from labctl.cli.boundary import guarded
    from labctl.lang import choose, from_environment

    choose(from_environment())
    return guarded(tour)


if __name__ == "__main__":
    sys.exit(main())
