"""The seats of a workshop that are on the engine: every verb on a room begins here."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass
from threading import Event
from typing import TypeVar

from labctl.engine.protocol import Engine
from labctl.engine.undisturbed import deferred
from labctl.engine.values import FoundLab, TreeFile
from labctl.errors import BadUsage, LabError, NoSuchWorkshop, NotFound
from labctl.model.lab import LabSpec
from labctl.model.plan import CONFIG_FOLDER
from labctl.model.workshop import Seat
from labctl.render.state import load_state
from labctl.verbs.labs import STATE_FILE

T = TypeVar("T")
A = TypeVar("A")
AT_ONCE = 3  # seats that are changed at a time: more only makes each of them later
_WORD = re.compile(r"([0-9]{1,4})(?:-([0-9]{1,4}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Looked:
    """A seat as it is found."""

    seat: Seat
    lab: FoundLab
    spec: LabSpec | None  # what it was made to be; None: it never got so far
    files: Mapping[str, bytes]  # of Postfix, below /etc/labctl, by their full path


@dataclass(frozen=True, slots=True)
class Failed:
    """A seat with which something could not be done, and why."""

    seat: Seat
    why: LabError


def labs_of_seats(engine: Engine, workshop: str) -> dict[int, FoundLab]:
    """The labs of a workshop's seats by number, lowest first; one call to the engine for all."""
    seated = {
        lab.seat.number: lab
        for lab in engine.labs()
        if lab.seat is not None and lab.seat.workshop == workshop
    }
    return dict(sorted(seated.items()))


def seats_there(engine: Engine, workshop: str) -> dict[int, FoundLab]:
    """The labs of a workshop's seats, of which there is at least one.

    Raises:
        NoSuchWorkshop: there is none.
    """
    found = labs_of_seats(engine, workshop)
    if not found:
        raise NoSuchWorkshop(workshop)
    return found


def look(engine: Engine, labs: Mapping[int, FoundLab]) -> dict[int, Looked]:
    """What each seat was made to be, and who sits there; all of them are read at once."""
    trees = engine.kept_trees([lab.name for lab in labs.values()], "postfix") if labs else {}
    return {n: _looked(n, lab, trees.get(lab.name, [])) for n, lab in labs.items()}


def look_at(engine: Engine, lab: FoundLab) -> Looked:
    """The same of one seat, from its own Postfix: for a few of them that is quicker."""
    tree: list[TreeFile] = []
    with suppress(LabError):  # it is just being made, or removed
        tree = engine.read_tree(lab.name, "postfix", CONFIG_FOLDER)
    return _looked(lab.seat.number if lab.seat else 1, lab, tree)


def _looked(number: int, lab: FoundLab, tree: Sequence[TreeFile]) -> Looked:
    seat = lab.seat or Seat(lab.name, number)
    files = {f"{CONFIG_FOLDER}/{file.path}": file.content for file in tree}
    spec = None
    with suppress(LabError):  # of another version: then only what is listed is known
        spec = load_state(files[STATE_FILE]) if STATE_FILE in files else None
    return Looked((spec and spec.seat) or seat, lab, spec, files)


def each(
    numbers: Iterable[A],
    act: Callable[[A], T],
    *,
    at_once: int = AT_ONCE,
    stop: Event | None = None,
    told: Callable[[A, T | LabError], None] = lambda _number, _outcome: None,
) -> tuple[dict[A, T], dict[A, LabError]]:
    """Act on seats, some at a time: what came of each, and why some failed.

    Args:
        numbers: the seats.
        act: called in a thread with each.
        at_once: how many threads.
        stop: set when Ctrl-C comes; what has begun is waited for, the rest never begins.
        told: called, in this thread, with each seat's outcome.
    """
    done: dict[A, T] = {}
    failed: dict[A, LabError] = {}
    futures: dict[Future[T], A] = {}
    with ThreadPoolExecutor(at_once) as pool:
        try:
            with deferred():
                futures |= {pool.submit(act, number): number for number in numbers}
            for future in as_completed(futures):
                number = futures[future]
                try:
                    done[number] = future.result()
                except LabError as problem:
                    failed[number] = problem
                told(number, failed[number] if number in failed else done[number])
        except BaseException:
            if stop is not None:
                stop.set()
            for future in futures:
                future.cancel()
            raise
    return done, failed


def chosen(engine: Engine, workshop: str, words: Sequence[str]) -> dict[int, FoundLab]:
    """The seats that are meant by ``7``, ``1-5`` or ``all``, in any number of words.

    Raises:
        BadUsage: a word is none of these.
        NotFound: there is no such workshop, or not each of these seats.
    """
    wanted = numbers_of(words)
    there = seats_there(engine, workshop)
    if wanted is None:
        return there
    if missing := [number for number in wanted if number not in there]:
        raise NotFound(
            "the workshop {workshop} has no seat {seat}",
            remedy="its seats are: {known}",
            workshop=workshop,
            seat=missing[0],
            known=in_short(there),
        )
    return {number: there[number] for number in wanted}


def numbers_of(words: Sequence[str]) -> list[int] | None:
    """``1-3 7`` is [1, 2, 3, 7]; ``None``: all of them.

    Raises:
        BadUsage: a word is no seat.
    """
    if "all" in words:
        return None
    found: set[int] = set()
    for word in words:
        read = _WORD.fullmatch(word)
        first, last = (int(read[1]), int(read[2] or read[1])) if read else (1, 0)
        if first > last:
            raise BadUsage(
                "a seat is a number, a range such as 1-5, or all, not {word}",
                word=ascii(word[:40]),
            )
        found.update(range(first, last + 1))
    return sorted(found)


def in_short(numbers: Iterable[int], between: str = ", ") -> str:
    """``1-3, 7`` for 1, 2, 3 and 7; with a space ``between``, as a command takes them."""
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return between.join(str(a) if a == b else f"{a}-{b}" for a, b in spans)
