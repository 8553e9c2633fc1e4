"""The grid of a room: exercises by seats, one character each, so that 100 seats fit 80 columns."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from labctl.lang import tr
from labctl.model.room import Room, SeatWork
from labctl.verbs.workshop_seats import in_short

if TYPE_CHECKING:
    from rich.console import Console, Group, RenderableType
    from rich.table import Table
    from rich.text import Text as Styled

Places = Sequence[Sequence[Sequence[int]]]  # seats' numbers: lines of groups

_GROUP = 10  # seats; a gap comes after each
_LONGEST = 5  # seats that are named as waiting
_SIGNS = {"done": ("✔", "green"), "shown": ("◐", "yellow"), "begun": ("▸", "cyan")}
_NOTHING = ("·", "dim")
_WIDEST = 24  # characters of an exercise's name
_MOST_STEPS = 9  # a digit each


def grid(console: "Console", room: Room, *, names: bool, height: int = 0) -> "Group":
    """The whole picture.

    Args:
        console: for its width.
        room: what is shown.
        names: persons instead of pseudonyms.
        height: lines that there are; what was done longest ago is left out first. 0: all of it.
    """
    from rich.console import Group
    from rich.text import Text as Styled

    around: list[RenderableType] = [*_waiting(room, names=names), *_absent(room)]
    exercises: Sequence[str] = room.exercises
    if not exercises:
        return Group(_head(room), Styled(tr("Nobody has begun an exercise yet.")), *around)
    widest = min(
        _WIDEST, max(len(one) for one in (*exercises, tr("{done} done", done=100) + "  ⌀ 0:00"))
    )
    places = _places(room, console.width - widest - 2)
    if height:
        lines = height - 3 - len(places) - _below(room, around)
        exercises = _latest(room, exercises, max(1, lines // max(2, len(places))))
    left_out = len(room.exercises) - len(exercises)
    if left_out:
        around.insert(0, Styled(tr("done before: {count} more exercises", count=left_out), "dim"))
    return Group(_head(room), _table(room, exercises, places, widest), _legend(), *around)


def _below(room: Room, around: Sequence[object]) -> int:
    """How many lines the rest takes: who waits, with a head, and other sentences."""
    return min(_LONGEST, len(room.waiting)) + 2 + 2 * len(around)


def _latest(room: Room, exercises: Sequence[str], most: int) -> Sequence[str]:
    """Those in which something happened last, in their order."""
    latest = sorted(exercises, key=lambda one: max(a.latest for a in room.attempts(one)))[-most:]
    return [one for one in exercises if one in latest]


def _head(room: Room) -> "Styled":
    from rich.text import Text as Styled

    text = tr("workshop {name}: {count} seats", name=room.workshop, count=len(room.seats))
    busy = tr("at work now: {count}", count=len(room.waiting))
    return Styled.assemble((text, "bold"), "  ", busy)


def _table(room: Room, exercises: Sequence[str], places: Places, widest: int) -> "Table":
    """Each exercise: its name above its figures, then its seats, in as many lines as they need."""
    from rich.table import Table
    from rich.text import Text as Styled

    table = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(width=widest, no_wrap=True, overflow="ellipsis")
    table.add_column(no_wrap=True)
    table.add_row(Styled(tr("seat"), "dim"), Styled(_ruler(places), "dim"))
    for one in exercises:
        cells = {seat.seat.number: _cell(seat, one) for seat in room.seats}
        words = Styled.assemble(one, "\n", (_figures(room, one), "dim"))
        table.add_row(words, _strip(places, cells))
    return table


def _places(room: Room, width: int) -> Places:
    """The seats' numbers: lines of groups of ten, as many groups a line as fit."""
    numbers = [seat.seat.number for seat in room.seats]
    groups = [numbers[n : n + _GROUP] for n in range(0, len(numbers), _GROUP)]
    fit = max(1, (width + 1) // (_GROUP + 1))
    return [groups[n : n + fit] for n in range(0, len(groups), fit)]


def _ruler(places: Places) -> str:
    """The number of the first seat above each group."""
    lines = (" ".join(f"{group[0]:<{_GROUP}}" for group in line).rstrip() for line in places)
    return "\n".join(lines)


def _strip(places: Places, cells: Mapping[int, tuple[str, str]]) -> "Styled":
    from rich.text import Text as Styled

    strip = Styled()
    for n, line in enumerate(places):
        strip.append("\n" if n else "")
        for m, group in enumerate(line):
            strip.append(" " if m else "")
            for number in group:
                strip.append(*cells[number])
    return strip


def _cell(seat: SeatWork, exercise: str) -> tuple[str, str]:
    """Who is in the middle of it is shown by the number of the step."""
    if seat.now and seat.now.exercise == exercise:
        return str(min(seat.now.step, _MOST_STEPS)), "bold cyan"
    attempt = seat.attempts.get(exercise)
    return _SIGNS[attempt.standing] if attempt else _NOTHING


def _figures(room: Room, exercise: str) -> str:
    """How many came to its end, and how long half of them took at most."""
    over = sum(a.standing != "begun" for a in room.attempts(exercise))
    median = room.median(exercise)
    if median is None:
        return tr("{done} done", done=over)
    return tr("{done} done", done=over) + f"  ⌀ {duration(median)}"


def duration(seconds: float) -> str:
    """``4:05``, minutes and seconds; ``1:02:03`` from an hour on."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _legend() -> "Styled":
    from rich.text import Text as Styled

    marks = [f"{sign} {tr(word)}" for word, (sign, _) in _SIGNS.items()]
    marks += [tr("2 in step 2 now"), tr("⌀ median time")]
    return Styled("  ".join(marks), "dim")


def shown_name(seat: SeatWork, *, names: bool) -> str:
    """Its number, and the pseudonym of who sits there or, if that is asked for, the name."""
    called = seat.seat.person if names else seat.seat.pseudonym
    number = tr("seat {number}", number=seat.seat.number)
    return f"{number} ({called})" if called else number


def _waiting(room: Room, *, names: bool) -> "Iterator[RenderableType]":
    from rich.table import Table
    from rich.text import Text as Styled

    longest = room.waiting[:_LONGEST]
    if not longest:
        return
    table = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(overflow="fold")
    table.add_column(no_wrap=True, overflow="ellipsis")
    for _ in range(4):
        table.add_column(justify="right", no_wrap=True)
    heads = (tr("exercise"), tr("step"), tr("since"), tr("wrong turns"), tr("hints"))
    table.add_row(Styled(tr("waiting longest"), "bold"), *(Styled(head, "dim") for head in heads))
    for seat in longest:
        assert seat.now
        counts = (seat.now.wrong or "", seat.now.hints or "")
        table.add_row(
            Styled(shown_name(seat, names=names)),
            seat.now.exercise,
            str(seat.now.step),
            duration(room.waits(seat)),
            *map(str, counts),
        )
    yield Styled()
    yield table


def _absent(room: Room) -> "Iterator[RenderableType]":
    """Labs that are not as they should be: nothing new can come from there."""
    from rich.text import Text as Styled

    bad = [s for s in room.seats if s.state != "ready" or s.unread]
    if bad:
        of: dict[str, list[int]] = {}
        for s in bad:
            of.setdefault("unreadable" if s.state == "ready" else s.state, []).append(s.seat.number)
        those = "; ".join(f"{in_short(numbers)} ({tr(word)})" for word, numbers in of.items())
        yield Styled("\n" + tr("labs that are not ready: {seats}", seats=those), "yellow")
