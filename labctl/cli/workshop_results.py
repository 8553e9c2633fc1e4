"""What a room has done as plain data: the grid's JSON, and results as JSON or CSV."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime

from labctl.model.room import Attempt, Now, Room, SeatWork

Json = dict[str, object]
# A spreadsheet would take a cell that begins with one of these for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def grid_json(room: Room, *, names: bool) -> Json:
    """`workshop grid --json`."""
    return {
        "workshop": room.workshop,
        "at": _time(room.at),
        "exercises": [_exercise(room, one) for one in room.exercises],
        "seats": [
            _who(seat, names=names)
            | {
                "state": seat.state,
                "exercises": {one: a.verdict for one, a in seat.attempts.items()},
                "now": _now(room, seat, seat.now) if seat.now else None,
            }
            for seat in room.seats
        ],
        "waiting": [
            _who(seat, names=names) | _now(room, seat, seat.now)
            for seat in room.waiting
            if seat.now
        ],
    }


def _exercise(room: Room, exercise: str) -> Json:
    verdicts = [attempt.verdict for attempt in room.attempts(exercise)]
    counts: Json = {verdict: verdicts.count(verdict) for verdict in ("pass", "shown", "begun")}
    return {"id": exercise, **counts, "median_seconds": room.median(exercise)}


def _now(room: Room, seat: SeatWork, now: Now) -> Json:
    return {
        "exercise": now.exercise,
        "step": now.step,
        "seconds": round(room.waits(seat), 1),
        "hints": now.hints,
        "wrong_turns": now.wrong,
    }


def _who(seat: SeatWork, *, names: bool) -> Json:
    """A seat's number and pseudonym; its person only if that is asked for."""
    who: Json = {"seat": seat.seat.number, "pseudonym": seat.seat.pseudonym}
    return who | {"person": seat.seat.person} if names else who


def _rows(room: Room, *, names: bool) -> Iterator[Json]:
    for seat in room.seats:
        for attempt in sorted(seat.attempts.values(), key=lambda a: (a.started, a.exercise)):
            yield _who(seat, names=names) | _result(attempt)


def _result(attempt: Attempt) -> Json:
    seconds = attempt.seconds
    return {
        "exercise": attempt.exercise,
        "verdict": attempt.verdict,
        "started": _time(attempt.started),
        "done": _time(attempt.done),
        "seconds": None if seconds is None else round(seconds, 1),
        "hints": attempt.hints,
        "shown": list(attempt.shown),
    }


def _time(nanoseconds: int) -> str | None:
    """ISO 8601, in UTC; none for what has not been."""
    if not nanoseconds:
        return None
    return datetime.fromtimestamp(nanoseconds // 10**9, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def results_json(room: Room, *, names: bool) -> Json:
    """`workshop results --json`."""
    return {
        "workshop": room.workshop,
        "at": _time(room.at),
        "results": list(_rows(room, names=names)),
    }


def results_csv(room: Room, *, names: bool) -> str:
    """`workshop results --csv`: RFC 4180, and nothing in it that a spreadsheet would execute.

    Source: https://owasp.org/www-community/attacks/CSV_Injection
    """
    columns = [
        *("seat", "pseudonym", *(("person",) if names else ())),
        *("exercise", "verdict", "started", "done", "seconds", "hints", "shown"),
    ]
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(columns)
    for row in _rows(room, names=names):
        table.writerow([_cell(row[column]) for column in columns])
    return text.getvalue()


def _cell(value: object) -> object:
    """What begins like a formula is marked as text, as spreadsheets themselves do."""
    if isinstance(value, list):
        value = " ".join(map(str, value))
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value
