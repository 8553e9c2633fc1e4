"""What a host reads of the nodes of a Swarm: where seats are, which are down, what came back."""

from typing import Literal

import pytest

from labctl.cli import workshop_screen
from labctl.cli.lab_json import status_json
from labctl.cli.workshop_node_screen import note_recovered, recovered_json, show_drained
from labctl.errors import NotReady
from labctl.model.status import LabState, LabStatus
from labctl.model.workshop import Seat, SeatStatus
from labctl.verbs.workshop_drain import Drained
from labctl.verbs.workshop_recovery import Recovered


def a_seat(
    number: int,
    node: str,
    *,
    down: bool = False,
    saved: float | Literal["damaged"] | None = None,
) -> SeatStatus:
    state: LabState = "degraded" if down else "ready"
    lab = LabStatus(f"room-{number:03}", state, node=node, node_down=down)
    return SeatStatus(Seat("room", number), state, node, lab, saved)


def columns(*seats: SeatStatus) -> dict[str, list[object]]:
    table = workshop_screen.seats_table(seats)
    return {str(c.header): list(c.cells) for c in table.columns}


def test_without_a_swarm_there_is_no_word_of_nodes() -> None:
    assert not {"node", "checkpoint"} & columns(a_seat(1, "")).keys()
    assert "node" not in status_json(a_seat(1, "").lab)


def test_a_node_that_is_down_is_said_with_the_age_of_the_checkpoint() -> None:
    seats = (a_seat(1, "n1"), a_seat(2, "n2", down=True, saved=65), a_seat(3, "n2", down=True))
    shown = columns(*seats)
    assert shown["node"] == ["n1", "n2: down", "n2: down"]
    assert shown["checkpoint"] == ["–", "1:05 old", "none"]
    told = [workshop_screen.seat_json(seat) for seat in seats]
    assert [each["node"] for each in told] == ["n1", "n2", "n2"]
    assert [each.get("checkpoint_age") for each in told] == [None, 65, None]
    assert [each.get("node_down", False) for each in told] == [False, True, True]


def test_a_damaged_checkpoint_is_said_at_its_seat() -> None:
    damaged = a_seat(1, "n1", down=True, saved="damaged")
    assert columns(damaged)["checkpoint"] == ["damaged"]
    told = workshop_screen.seat_json(damaged)
    assert (told["checkpoint_age"], told["checkpoint_damaged"]) == (None, True)


def test_what_came_back_is_said_once_a_node(capsys: pytest.CaptureFixture[str]) -> None:
    back = (Recovered(3, "n2", 65.0), Recovered(4, "n2", 60.0), Recovered(7, "n2", None))
    note_recovered(back)
    said = " ".join(capsys.readouterr().err.split())
    assert "the oldest is 1:05 old): 3-4" in said
    assert "no checkpoint of them: 7" in said
    assert [each["checkpoint_age"] for each in recovered_json(back)] == [65.0, 60.0, None]


def test_a_node_that_keeps_a_lab_is_not_called_empty(capsys: pytest.CaptureFixture[str]) -> None:
    from typer import Exit

    why = NotReady("it does not start")
    with pytest.raises(Exit):
        show_drained(Drained("n1", {"room-001": "n2"}, {"room-002": why}, 1.0), as_json=False)
    shown = capsys.readouterr()
    assert "room-001" in shown.out
    assert "it does not start" in shown.err
    assert "keeps what it has" in shown.err
    assert "is empty" not in shown.out
    show_drained(Drained("n1", {}, {}, 1.0), as_json=False)
    assert "the node n1 is empty" in capsys.readouterr().out
