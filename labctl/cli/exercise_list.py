"""The list of exercises: under heads, with how far the participant has come, at 80 columns."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, get_args

from labctl.cli.console import note, out
from labctl.cli.exercise_parts import READABLE, prose
from labctl.cli.exercise_screen import exercise_json
from labctl.exercise.references import accounts
from labctl.exercise.schema import Topic
from labctl.lang import tr
from labctl.model.status import LabStatus
from labctl.verbs.exercise_names import names_without_a_run

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text as Styled

    from labctl.exercise.load import Exercise
    from labctl.model.handson import Progress

Standings = Mapping[str, "Progress"]  # by exercise; what nobody began is not there

_TOUR = "The short tour"
_HEADS: dict[Topic, str] = {
    "smtp": "SMTP: from the client to the mailbox",
    "imap": "IMAP: reading on the server",
    "pop3": "POP3: fetching",
    "messages": "Messages: what is in them",
    "security": "Security: what others can read and forge",
    "servers": "Servers: what happens when one of them fails",
    "break-fix": "Break and fix: find out what is wrong",
}
_ORDER = (_TOUR, *(_HEADS[topic] for topic in get_args(Topic)))
_MARKS = {"done": ("✔", "green"), "shown": ("◐", "yellow"), "begun": ("▸", "cyan")}


def head_of(exercise: "Exercise") -> str:
    """Under which head it stands, in English."""
    return _TOUR if exercise.logic.tour else _HEADS[exercise.logic.about]


def groups(exercises: "Iterable[Exercise]") -> "Iterator[tuple[str, list[Exercise]]]":
    """The heads in their order, each with its exercises in theirs."""
    for head, those in groupby(
        sorted(exercises, key=lambda e: _ORDER.index(head_of(e))), key=head_of
    ):
        yield head, list(those)


def show_exercises(
    exercises: "Sequence[Exercise]", standings: Standings, *, long: bool = False
) -> None:
    """`labctl exercise list`."""
    from rich.constrain import Constrain
    from rich.text import Text as Styled

    console, widest = out(), max((len(e.id) for e in exercises), default=0)
    for head, those in groups(exercises):
        console.print()
        console.print(Styled(tr(head), "bold"))
        console.print(Constrain(table(those, standings, widest, long=long), READABLE))
    console.print()
    if standings:
        marks = (f"{sign} {tr(word)}" for word, (sign, _) in _MARKS.items())
        console.print(Styled("  ".join(marks), "dim"))
    if exercises:
        note("do one yourself: labctl exercise start {id}", id=_next(exercises, standings).id)
        note("or watch it done: labctl exercise run {id}", id=_next(exercises, standings).id)


def _next(exercises: "Sequence[Exercise]", standings: Standings) -> "Exercise":
    """The first that is neither done nor shown."""
    over = [i for i, progress in standings.items() if progress.standing != "begun"]
    return next((e for e in exercises if e.id not in over), exercises[0])


def table(
    exercises: "Iterable[Exercise]", standings: Standings, widest: int, *, long: bool = False
) -> "Table":
    """One head's exercises: a mark, the name, what it shows, minutes, steps."""
    from rich.table import Table

    grid = Table.grid(padding=(0, 2, 0, 0), pad_edge=False, expand=True)
    grid.add_column(width=1)
    grid.add_column(width=widest, no_wrap=True)
    grid.add_column(overflow="fold", ratio=1)
    grid.add_column(justify="right", no_wrap=True)
    if standings:
        grid.add_column(justify="right", width=len("0/0"))
    for exercise in exercises:
        progress = standings.get(exercise.id)
        mark, style = _MARKS[progress.standing] if progress else (" ", "")
        minutes = tr("{n} min", n=exercise.logic.minutes)
        steps = f"{len(progress.steps)}/{len(exercise.logic.steps)}" if progress else ""
        grid.add_row(
            f"[{style}]{mark}[/]" if style else mark,
            exercise.id,
            _shows(exercise, standings, long=long),
            minutes,
            *([steps] if standings else []),
        )
    return grid


def _shows(exercise: "Exercise", standings: Standings, *, long: bool) -> "Styled":
    logic, texts = exercise.logic, exercise.text
    names = names_without_a_run(LabStatus("", "absent"), accounts(logic))  # documented ports
    said = prose(texts.title, names)
    if wanted := _needs(exercise):
        said.append("\n" + tr("needs: {wanted}", wanted=wanted), "yellow")
    if long:
        said.append("\n").append(prose(texts.claim, names, "dim"))
        before = [i for i in logic.requires if getattr(standings.get(i), "standing", "") != "done"]
        if before:
            said.append("\n" + tr("Better after: {ids}", ids=", ".join(before)), "dim italic")
    return said


def _needs(exercise: "Exercise") -> str:
    """What the usual lab lacks for it."""
    logic = exercise.logic
    wanted = [f"labctl up {logic.lab}"] if logic.lab != "solo" else []
    if logic.profile != "default" and not logic.conceal:
        wanted.append(tr("profile {name}", name=logic.profile))
    return ", ".join(wanted)


def exercises_json(exercises: "Iterable[Exercise]", standings: Standings) -> dict[str, object]:
    """`labctl exercise list --json`, in the order of the list."""
    listed = []
    for _, those in groups(exercises):
        for exercise in those:
            progress, logic = standings.get(exercise.id), exercise.logic
            listed.append(
                exercise_json(exercise)
                | {
                    "topic": logic.about,
                    "tour": logic.tour,
                    "lab": logic.lab,
                    "profile": logic.profile,
                    "progress": progress.standing if progress else "",
                    "steps_done": dict(progress.steps) if progress else {},
                }
            )
    return {"exercises": listed}
