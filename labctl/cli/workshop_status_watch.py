"""`workshop status --watch`: a room's labs, drawn again and again, no higher than the screen."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from labctl.cli.workshop_screen import seats_table
from labctl.lang import tr
from labctl.model.workshop import SeatStatus

if TYPE_CHECKING:
    from rich.console import Group

_AROUND = 6  # lines: head, the table's own, and what was left out


def picture(workshop: str, seats: Sequence[SeatStatus], height: int) -> "Group":
    """How many are ready, and each seat; if the screen is low, first those that are not ready."""
    from rich.console import Group
    from rich.text import Text as Styled

    ready = sum(s.state == "ready" for s in seats)
    words = tr(
        "{ready} of {seats} seats of {workshop} are ready",
        ready=ready,
        seats=len(seats),
        workshop=workshop,
    )
    first = sorted(seats, key=lambda s: (s.state == "ready", s.seat.number))
    shown = first[: max(1, height - _AROUND)]
    if len(shown) == len(seats):
        return Group(Styled(words, "bold"), seats_table(seats))
    more = tr("and {count} more seats", count=len(seats) - len(shown))
    return Group(Styled(words, "bold"), seats_table(shown), Styled(more, "dim"))
