"""Seats on a machine that does not answer: the last checkpoint of each, and how old it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from labctl.engine.protocol import Engine
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


def recovery(workshop: str, folder: Path | None, there: Mapping[int, Looked]) -> Recovery:
    """Of the seats that are there, those whose machine does not answer.

    Raises:
        BadCheckpoint: the file of one of them is damaged.
    """
    nodes = {n: one.lab.node for n, one in there.items() if one.lab.node_down}
    files = files_there(workshop, folder) if folder and nodes else {}
    return Recovery(nodes, {n: read(file) for n, file in files.items() if n in nodes})


def with_ages(
    seats: Sequence[SeatStatus], workshop: str, folder: Path | None, now: Callable[[], int]
) -> tuple[SeatStatus, ...]:
    """The same seats; those whose machine does not answer with the age of their checkpoint.

    Args:
        seats: of which any may be there.
        workshop: theirs.
        folder: where the checkpoints are.
        now: the engine's clock, nanoseconds since the epoch.

    Raises:
        BadCheckpoint: the file of one of them is damaged.
    """
    lost = {s.seat.number for s in seats if s.lab.node_down}
    files = files_there(workshop, folder) if folder and lost else {}
    moment = now() if files else 0
    ages = {n: _age(taken_at(file), moment) for n, file in files.items() if n in lost}
    return tuple(replace(s, saved=ages.get(s.seat.number)) for s in seats)


def _age(taken: int, now: int) -> float:
    return max(0, now - taken) / _NANOSECONDS
