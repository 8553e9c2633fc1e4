"""A room on the terminal, and as JSON: its seats, and what went wrong at which."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from labctl.cli.console import err, note, out, say, show_json
from labctl.cli.lab_json import Json, removed_json, status_json
from labctl.cli.lab_screen import plain_table, profile_words, state_text
from labctl.cli.workshop_grid import duration
from labctl.cli.workshop_node_screen import note_recovered, recovered_json
from labctl.errors import ExitCode
from labctl.lang import tr
from labctl.model.profile import DEFAULT
from labctl.model.shown import shown_path
from labctl.model.workshop import SeatStatus
from labctl.verbs.down import Removed
from labctl.verbs.workshop_change import Changed
from labctl.verbs.workshop_seats import Failed, in_short
from labctl.verbs.workshop_up import Room

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text


def seat_json(status: SeatStatus) -> Json:
    """One seat; its endpoints and accounts are those of `labctl status --json`."""
    lab = status_json(status.lab)
    person = {"person": status.seat.person} if status.seat.person else {}
    return {
        "seat": status.seat.number,
        **person,
        "state": status.state,
        "node": status.node,
        **_lost_json(status),
        "lab": status.lab.name,
        **{key: lab[key] for key in ("endpoints", "further", "accounts", "profile")},
    }


def _lost_json(status: SeatStatus) -> Json:
    if not status.lab.node_down:
        return {}
    if status.saved == "damaged":
        return {"node_down": True, "checkpoint_age": None, "checkpoint_damaged": True}
    saved = None if status.saved is None else round(status.saved, 1)
    return {"node_down": True, "checkpoint_age": saved}


def show_room_status(workshop: str, seats: Sequence[SeatStatus], *, as_json: bool) -> None:
    """`labctl workshop status`."""
    if as_json:
        show_json({"workshop": workshop, "seats": [seat_json(s) for s in seats]})
        return
    out().print(seats_table(seats))
    ready = sum(s.state == "ready" for s in seats)
    values = {"ready": ready, "seats": len(seats), "workshop": workshop}
    note("{ready} of {seats} seats of {workshop} are ready", **values)


def seats_table(seats: Sequence[SeatStatus]) -> "Table":
    """A line a seat; a column that would say nothing is left out."""
    nodes = any(s.node for s in seats)
    profiles = any(s.lab.profile != DEFAULT for s in seats)
    columns = ["seat", "person", "state", "smtp", "lab"]
    lost = any(s.lab.node_down for s in seats)
    further = (("profile", profiles), ("node", nodes), ("checkpoint", lost))
    columns += [name for name, there in further if there]
    table = plain_table(*columns)
    for s in seats:
        first = next((e for e in s.lab.endpoints if e.name == "smtp"), None)
        cells: list[str | Text] = [
            str(s.seat.number),
            s.seat.person or "–",
            state_text(s.state),
            f"{first.host}:{first.port}" if first else "–",
            s.lab.name,
        ]
        cells += [profile_words(s.lab.profile)] if profiles else []
        cells += [_node(s)] if nodes else []
        cells += [_checkpoint(s)] if lost else []
        table.add_row(*cells)
    return table


def _node(status: SeatStatus) -> str:
    return tr("{node}: down", node=status.node) if status.lab.node_down else status.node or "–"


def _checkpoint(status: SeatStatus) -> str:
    if not status.lab.node_down:
        return "–"
    if status.saved == "damaged":
        return tr("damaged")
    return tr("none") if status.saved is None else tr("{age} old", age=duration(status.saved))


def failed_json(failed: Sequence[Failed]) -> list[Json]:
    """What went wrong, seat by seat."""
    return [
        {
            "seat": each.seat.number,
            **({"person": each.seat.person} if each.seat.person else {}),
            "lab": each.seat.lab,
            "problem": str(each.why.problem),
            "remedy": str(each.why.remedy),
        }
        for each in failed
    ]


def _show_failed(failed: Sequence[Failed]) -> None:
    """The table of what failed, and why."""
    from rich.text import Text

    table = plain_table("seat", "person", "what is in the way")
    for each in failed:
        table.add_row(str(each.seat.number), each.seat.person or "–", Text(str(each.why)))
    err().print(table)


def show_room(room: Room, *, as_json: bool) -> None:
    """`labctl workshop up`."""
    if as_json:
        show_json(
            {
                "workshop": room.workshop,
                "seats": [seat_json(s) for s in room.seats],
                "made": list(room.made),
                "failed": failed_json(room.failed),
                "unasked": list(room.unasked),
                "recovered": recovered_json(room.recovered),
                "seconds": round(room.seconds, 3),
            }
        )
    else:
        _say_room(room)
    if room.failed:
        raise typer.Exit(ExitCode.ENVIRONMENT)


def _say_room(room: Room) -> None:
    out().print(seats_table(room.seats))
    note_recovered(room.recovered)
    if room.unasked:
        note(
            "seats that nobody asked for now stay as they are: {seats}",
            seats=in_short(room.unasked),
        )
    if room.made:
        note(
            "ready in {seconds:.1f} s; next: labctl workshop status --workshop {workshop}",
            seconds=room.seconds,
            workshop=room.workshop,
        )
    elif not room.failed:
        note("everything was right already ({seconds:.1f} s)", seconds=room.seconds)
    if room.failed:
        _show_failed(room.failed)
        note("again: the same command; what is right stays untouched")


def show_room_removed(
    workshop: str, gone: Sequence[Removed], seconds: float, *, as_json: bool
) -> None:
    """`labctl workshop down`."""
    if as_json:
        show_json({"workshop": workshop, **removed_json(gone), "seconds": round(seconds, 3)})
        return
    values = {"workshop": workshop, "seats": len(gone), "seconds": seconds}
    say("workshop {workshop} removed in {seconds:.1f} s (seats: {seats})", **values)
    say("nothing is left")


def show_changed(changed: Changed, *, as_json: bool, folder: Path | None = None) -> None:
    """What was done to seats, each like any lab: `reset`, `begin`, `checkpoint save` and others.

    Args:
        changed: what became of which seat.
        as_json: for scripts.
        folder: where a file for each of them now is.
    """
    if as_json:
        show_json(
            {
                "workshop": changed.workshop,
                "seats": list(changed.seats),
                "failed": failed_json(changed.failed),
                **({"folder": str(folder)} if folder else {}),
                "seconds": round(changed.seconds, 3),
            }
        )
    else:
        _say_changed(changed, folder)
    if changed.failed:
        raise typer.Exit(ExitCode.ENVIRONMENT)


def _say_changed(changed: Changed, folder: Path | None) -> None:
    if changed.seats:
        say(
            "done in {seconds:.1f} s; seats: {seats}",
            seconds=changed.seconds,
            seats=in_short(changed.seats),
        )
    if changed.seats and folder:
        say(
            "{count} files in {folder}; they hold passwords",
            count=len(changed.seats),
            folder=shown_path(folder),
        )
    if changed.failed:
        _show_failed(changed.failed)
        # Not the same command: where all went well it would undo what has been done there since.
        failed = in_short((each.seat.number for each in changed.failed), between=" ")
        note("again for these alone: {seats}", seats=failed)
