"""Whether a workshop fits: sums, and what ends first."""

import sys
from math import inf

import pytest

from labctl.cli.workshop_capacity_screen import as_json, show
from labctl.engine.machine import LabUse, look, use_of
from labctl.model.capacity import Capacity, Requirement, kept_seats


def _plan(*requirements: Requirement, seats: int = 100, nodes: int = 1) -> Capacity:
    return Capacity(seats, nodes, requirements, 90.0, 0.9)


MEMORY = Requirement("memory", 30.0, 3100.0, 100.0)
PORTS = Requirement("ports", 7, 7 * 451)


def test_a_machine_holds_what_is_left_beside_what_all_share() -> None:
    assert MEMORY.needed(100) == 3100
    assert MEMORY.enough_for == 100
    assert Requirement("memory", 30.0, 3099.0, 100.0).enough_for == 99


def test_what_ends_first_decides() -> None:
    plan = _plan(PORTS, MEMORY)
    assert plan.fits
    assert plan.most == 100
    assert plan.bottleneck == MEMORY
    assert plan.machines == 1


def test_too_many_seats_take_more_machines() -> None:
    plan = _plan(PORTS, MEMORY, seats=250)
    assert not plan.fits
    assert plan.machines == 3
    assert _plan(PORTS, MEMORY, seats=250, nodes=3).fits


def test_a_machine_without_room_for_one_is_no_help_in_any_number() -> None:
    plan = _plan(Requirement("memory", 30.0, 20.0))
    assert plan.most == 0
    assert plan.machines is None
    assert not plan.fits


def test_what_is_not_known_or_not_needed_does_not_limit() -> None:
    plan = _plan(Requirement("files", 50, None), Requirement("processes", 0, 10))
    assert plan.most == inf
    assert plan.bottleneck is None
    assert plan.fits
    assert as_json(plan)["most_on_each"] is None


def test_without_inotify_a_seat_goes_on() -> None:
    few = Requirement("inotify-instances", 1, 50)
    plan = _plan(few, MEMORY)
    assert plan.fits
    assert plan.bottleneck == MEMORY
    written = {row["resource"]: row for row in as_json(plan)["requirements"]}
    assert not written["inotify-instances"]["required"]
    assert written["inotify-instances"]["enough_for"] == 50


@pytest.mark.parametrize("cache", ["inactive_file", "total_inactive_file"])
def test_what_was_read_from_files_is_no_ones_memory(cache: str) -> None:
    """The name in cgroup 2, and the one in cgroup 1."""
    one = {
        "memory_stats": {"usage": 9 * 1024 * 1024, "stats": {cache: 3 * 1024 * 1024}},
        "cpu_stats": {"cpu_usage": {"total_usage": 250_000_000}},
        "pids_stats": {"current": 5},
    }
    assert use_of([one, one]) == LabUse(2, 12.0, 0.5, 10)


def test_a_container_that_ended_meanwhile_uses_nothing() -> None:
    ended = {"memory_stats": {}, "cpu_stats": {"cpu_usage": {"total_usage": 0}}, "pids_stats": {}}
    assert use_of([ended]) == LabUse(1, 0.0, 0.0, 0)


def test_this_machine_is_looked_at() -> None:
    here = look()
    assert here.processors >= 1
    assert 0 < here.memory_free <= here.memory
    if sys.platform == "linux":
        assert here.outgoing is not None
        assert 0 < here.outgoing[0] < here.outgoing[1] <= 65535


# -- ports that the kernel gives to outgoing connections -------------------------------------------

USUAL = (32768, 60999)  # Linux's own range


@pytest.mark.parametrize(
    ("base", "sites", "seats"),
    [
        (20000, 1, 126),  # seat 127 is at 32700, and its IMAPS at 32793
        (20000, 2, 62),  # the second site of seat 63 is there
        (10000, 1, 226),
        (33000, 1, 0),
    ],
)
def test_seats_are_counted_up_to_the_first_port_that_may_be_given_away(
    base: int, sites: int, seats: int
) -> None:
    assert kept_seats(base, sites, USUAL) == seats


def test_a_range_between_two_ports_of_seats_is_in_nobodys_way() -> None:
    assert kept_seats(20000, 1, (32796, 32809)) == 999
    assert kept_seats(20000, 1, (32795, 32809)) == 126


def _with_ports(
    seats: int, outgoing: tuple[int, int] | None = USUAL, base: int = 20000
) -> Capacity:
    there = None if outgoing is None else 7 * kept_seats(base, 1, outgoing)
    rows = (Requirement("ports", 7, 7 * 451), Requirement("kept-ports", 7, there))
    return Capacity(seats, 1, rows, 90.0, 0.9, outgoing=outgoing)


@pytest.mark.parametrize(
    ("seats", "words"),
    [
        (126, None),
        (127, "labctl workshop up --base 10000"),
        (226, "labctl workshop up --base 10000"),
        (227, "begin above 42795"),
    ],
)
def test_seats_among_outgoing_connections_are_warned_of_with_the_way_past(
    seats: int, words: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = _with_ports(seats)
    assert plan.fits
    assert plan.bottleneck == plan.requirements[0]
    (row,) = [r for r in as_json(plan)["requirements"] if r["resource"] == "kept-ports"]
    assert (row["required"], row["enough_for"]) == (False, 126)
    show(plan)
    said = capsys.readouterr().out
    (line,) = [one for one in said.splitlines() if "of no outgoing connection" in one]
    assert line.startswith("!" if words else "✓")
    if words:
        assert "from seat 127 on" in said
        assert "32768 to 60999" in said
        assert words in said
    else:
        assert "from seat" not in said


def test_where_the_system_does_not_tell_nobody_is_warned(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show(_with_ports(400, None))
    said = capsys.readouterr().out
    assert "not known" in said
    assert "from seat" not in said


def test_a_disk_that_may_get_full_is_told_and_keeps_nobody_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    plan = _plan(Requirement("disk", 40, 1000), MEMORY)
    assert plan.fits
    assert plan.bottleneck == MEMORY
    show(plan)
    assert "while less than 1024 MiB are free" in " ".join(capsys.readouterr().out.split())
