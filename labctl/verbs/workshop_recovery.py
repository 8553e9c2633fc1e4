"""Seats on a machine that does not answer: the last checkpoint of each, and how old it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from labctl.engine.protocol import Engine
from labctl.errors import BadCheckpoint, EnvironmentProblem, LabError
from labctl.model.shown import shown_path
from labctl.model.workshop import SeatStatus
from labctl.render.checkpoint import Checkpoint
from labctl.verbs.workshop_checkpoint import files_there, read, taken_at
from labctl.verbs.workshop_seats import Looked

_NANOSECONDS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Recovered:
    """A seat that came back on another machine."""

    number: int
    lost: str  # the machine that it was on
    saved: float | None  # age in seconds of the checkpoint that gave its mail; None: it had none


@dataclass(frozen=True, slots=True)
class Recovery:
    """What the seats that have to come back elsewhere get, read before anything is changed."""

    nodes: Mapping[int, str]  # where they were
    checkpoints: Mapping[int, Checkpoint]
    refused: Mapping[int, LabError]  # those that would lose more than they have to, and why

    def made(self, engine: Engine, done: Sequence[int]) -> tuple[Recovered, ...]:
        """What became of those that are back."""
        now = engine.now() if self.nodes else 0
        return tuple(
            Recovered(
                n, node, _age(self.checkpoints[n].saved, now) if n in self.checkpoints else None
            )
            for n, node in self.nodes.items()
            if n in done
        )


def recovery(
    workshop: str, folder: Path, there: Mapping[int, Looked], *, without_mail: bool
) -> Recovery:
    """Of the seats that are there, those whose machine does not answer, or whose mail is not back.

    One without a checkpoint stays where it is: its machine may be back in a moment, with its mail.

    Args:
        workshop: theirs.
        folder: where the checkpoints are.
        there: the seats as they were found.
        without_mail: they come back also without a checkpoint, and then without mail.
    """
    nodes = {
        n: one.lab.node if one.lab.node_down else one.lab.unfilled
        for n, one in there.items()
        if one.lab.node_down or one.lab.unfilled
    }
    files = files_there(workshop, folder) if nodes else {}
    checkpoints: dict[int, Checkpoint] = {}
    refused: dict[int, LabError] = {}
    for number, node in nodes.items():
        try:
            if number in files:
                checkpoints[number] = read(files[number])
            elif not without_mail:
                refused[number] = _no_checkpoint(node, number, folder)
        except BadCheckpoint as damaged:
            refused[number] = damaged
    return Recovery(nodes, checkpoints, refused)


def _no_checkpoint(node: str, number: int, folder: Path) -> EnvironmentProblem:
    return EnvironmentProblem(
        "the node {node} does not answer, and there is no checkpoint of seat {seat} in {folder}",
        remedy="wait for the node; or name the folder: --checkpoints DIR; or give up the mail:"
        " --without-mail",
        node=node,
        seat=number,
        folder=shown_path(folder),
    )


def with_ages(
    seats: Sequence[SeatStatus], workshop: str, folder: Path | None, now: Callable[[], int]
) -> tuple[SeatStatus, ...]:
    """The same seats; those whose machine does not answer with the age of their checkpoint.

    Args:
        seats: of which any may be there.
        workshop: theirs.
        folder: where the checkpoints are.
        now: the engine's clock, nanoseconds since the epoch.
    """
    lost = {s.seat.number for s in seats if s.lab.node_down}
    files = files_there(workshop, folder) if folder and lost else {}
    moment = now() if files else 0
    ages = {n: _age_of(file, moment) for n, file in files.items() if n in lost}
    return tuple(replace(s, saved=ages.get(s.seat.number)) for s in seats)


def _age_of(file: Path, now: int) -> float | Literal["damaged"]:
    try:
        return _age(taken_at(file), now)
    except BadCheckpoint:
        return "damaged"


def _age(taken: int, now: int) -> float:
    return max(0, now - taken) / _NANOSECONDS
