"""The gateway of a workshop: seats are used through it, come and go, and sessions go on."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from labctl.engine.dockerengine import DockerEngine
from labctl.engine.ports import is_taken
from labctl.errors import NoSuchLab, PortBusy
from labctl.mail.imap import ImapClient
from labctl.mail.problem import TlsProblem
from labctl.model.gateway import project_of
from labctl.model.workshop import SEAT_STEP, Seat, lab_name
from labctl.verbs.down import down
from labctl.verbs.labs import spec_of
from labctl.verbs.service import start, stop
from labctl.verbs.targets import target_of
from labctl.verbs.up import Wish, up
from labctl.verbs.workshop_gateway import doors_for, open_gateway
from tests.engine.rooms import own_base
from tests.engine.running import RunningLab, labctl, labctl_json, wait_until
from tests.engine.seats import DOMAINS, reached, seats


@pytest.fixture(scope="module")
def room(engine: DockerEngine) -> Iterator[list[RunningLab]]:
    with seats(engine) as both:
        yield both


def _workshop(lab: RunningLab) -> str:
    assert lab.spec.seat is not None
    return lab.spec.seat.workshop


def test_each_seat_is_used_at_its_own_ports(room: list[RunningLab]) -> None:
    for lab in room:
        alice = lab.spec.accounts[0]
        before = lab.inbox_count(alice)
        lab.deliver(alice)
        with lab.imap(alice) as imap:
            assert imap.select("INBOX").ok
        with lab.pop3(alice) as pop3:
            assert pop3.stat().ok
        assert lab.inbox_count(alice) == before + 1
    with ImapClient(target_of(room[1].spec, "imaps")) as stranger:
        stranger.connect()
        assert not stranger.login(room[0].spec.accounts[0]).ok  # the password is another one there


def test_a_seat_publishes_nothing_itself(engine: DockerEngine, room: list[RunningLab]) -> None:
    for lab in room:
        for service in ("postfix", "dovecot"):
            found = engine.api.inspect_container(f"{lab.name}-{service}-1")
            assert not found["HostConfig"]["PortBindings"]


def test_a_server_is_found_again_after_it_was_stopped(
    engine: DockerEngine, room: list[RunningLab]
) -> None:
    lab = room[0]
    stop(engine, lab.name, "dovecot")
    with (
        ImapClient(target_of(lab.spec, "imaps")) as imap,
        pytest.raises(TlsProblem, match="unexpected eof"),
    ):
        imap.connect()
    start(engine, lab.name, "dovecot")
    with lab.imap(lab.spec.accounts[0]) as imap:
        assert imap.select("INBOX").ok


def test_a_session_goes_on_while_a_seat_comes_and_goes(
    engine: DockerEngine, room: list[RunningLab]
) -> None:
    workshop, base = _workshop(room[0]), room[1].endpoint("smtp").port - 25 + SEAT_STEP
    third = lab_name(workshop, 3)
    with room[0].imap(room[0].spec.accounts[0]) as imap:
        assert imap.select("INBOX").ok
        open_gateway(engine, workshop, "127.0.0.1", doors_for(workshop, 3, base, DOMAINS))
        try:
            wish = Wish(ports=base, seat=Seat(workshop, 3), gateway=True)
            up(engine, third, wish)
            again = up(engine, third, Wish())
            assert not again.created
            added = RunningLab(engine, spec_of(engine, third))
            with added.imap(added.spec.accounts[0]) as other:
                assert other.select("INBOX").ok
        finally:
            down(engine, third)
        open_gateway(engine, workshop, "127.0.0.1", ())
        assert imap.noop().ok
    # The door shuts the port of a seat that is gone.
    wait_until("nobody listens for the third seat", lambda: not is_taken(base + 25, "127.0.0.1"))
    with room[1].imap(room[1].spec.accounts[0]) as imap:
        assert imap.select("INBOX").ok


def test_a_gateway_that_was_removed_is_made_again_and_finds_its_seats(
    engine: DockerEngine, room: list[RunningLab]
) -> None:
    workshop = _workshop(room[0])
    doors = [
        door
        for lab in room
        if lab.spec.seat
        for door in doors_for(
            workshop, lab.spec.seat.number, lab.endpoint("smtp").port - 25, DOMAINS
        )
    ]
    down(engine, project_of(workshop))
    with pytest.raises(NoSuchLab):
        up(engine, room[0].name, Wish())
    open_gateway(engine, workshop, "127.0.0.1", doors)
    for lab in room:
        up(engine, lab.name, Wish())
        with lab.imap(lab.spec.accounts[0]) as imap:
            assert imap.select("INBOX").ok


def test_a_seat_brings_its_gateway_back(engine: DockerEngine, room: list[RunningLab]) -> None:
    """As after a restart of the engine: everything stands still."""
    project = project_of(_workshop(room[0]))
    for service in ("gateway", "door"):
        engine.stop(project, service)
    for lab in room:
        up(engine, lab.name, Wish())
        with lab.imap(lab.spec.accounts[0]) as imap:
            assert imap.select("INBOX").ok


def test_a_port_that_somebody_holds_is_refused(
    engine: DockerEngine, room: list[RunningLab], lab: RunningLab
) -> None:
    workshop = _workshop(room[0])
    base = lab.endpoint("smtp").port - 25
    with pytest.raises(PortBusy, match=lab.name):
        open_gateway(engine, workshop, "127.0.0.1", doors_for(workshop, 9, base, DOMAINS))
    with room[0].imap(room[0].spec.accounts[0]) as imap:
        assert imap.select("INBOX").ok


def test_the_gateway_is_no_lab_and_goes_without_a_trace(
    engine: DockerEngine, room: list[RunningLab]
) -> None:
    project = project_of(_workshop(room[0]))
    assert project not in {found.name for found in engine.labs()}
    assert project in engine.traces()


def test_a_room_behind_a_gateway_comes_up_grows_and_goes(
    engine: DockerEngine, tmp_path: Path
) -> None:
    """The commands as a host types them."""
    name = f"gated-{os.getpid()}"
    room = ("--workshop", name)
    base = str(own_base() + 400)  # beside the room of the module
    try:
        made = labctl("workshop", "up", "--gateway", "--seats", "2", "--base", base, *room)
        assert made.returncode == 0, made.stderr
        grown = labctl("workshop", "up", "--seats", "3", *room)  # who joins is as the others are
        assert grown.returncode == 0, grown.stderr
        seats = labctl_json("workshop", "status", *room)["seats"]
        assert [seat["state"] for seat in seats] == ["ready"] * 3
        specs = [spec_of(engine, seat["lab"]) for seat in seats]
        assert all(spec.gateway for spec in specs)
        others = [(site.dovecot.address, 143) for spec in specs[1:] for site in spec.sites]
        assert not reached(engine, specs[0].name, "dovecot", others)
        for spec in specs:
            sent = labctl("send", "--lab", spec.name, "--from", "alice", "--to", "bob")
            assert sent.returncode == 0, sent.stderr
            RunningLab(engine, spec).deliver(spec.accounts[2])
        # And again out of its files, where nothing is left of it.
        kept = ("--folder", str(tmp_path), *room)
        assert labctl("workshop", "checkpoint", "save", *kept).returncode == 0
        assert labctl("workshop", "down", *room).returncode == 0
        restored = labctl("workshop", "checkpoint", "restore", *kept)
        assert restored.returncode == 0, restored.stderr
        for spec in specs:
            again = RunningLab(engine, spec_of(engine, spec.name))
            assert again.inbox_count(spec.accounts[2]) == 1
    finally:
        gone = labctl("workshop", "down", *room)
    assert gone.returncode == 0, gone.stderr
    assert not [lab for lab in engine.traces() if lab.startswith(name)]
