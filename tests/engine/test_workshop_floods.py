"""A seat that floods is held to its share by the kernel, and its neighbour reads mail meanwhile.

How long the neighbour's visits take is measured by `make bench`; on a machine that does other
things, too, a time would prove nothing. Here it is proved that what bounds a flood does so.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from socket import socket
from time import monotonic

import pytest

from labctl.engine.dockerengine import DockerEngine
from labctl.verbs.client_container import ensure_client
from tests.engine.flooding import (
    big_files,
    connections,
    counted,
    fork_bomb,
    messages,
    processes,
    visit,
)
from tests.engine.running import RunningLab, wait_until
from tests.engine.seats import seats

AT_ONCE = 100  # connections to one seat, that the gateway lets through
CORES = 0.5  # of each container that a flood may fill
PIDS = 256
OPEN_FILES = 4096
SLACK = 0.25  # seconds of CPU: what the kernel gives out ahead, at both ends of a span
VISITS = 5

# Memory, as much as there is and more.
_HOG = '$n = 512 << 20; $x = "x" x $n; print "had it all"'
_OPEN = 'while (open my $f, "<", "/dev/null") { push @a, $f } print scalar @a'


@pytest.fixture(scope="module")
def room(engine: DockerEngine) -> Iterator[tuple[RunningLab, RunningLab]]:
    """The seat that floods, and its neighbour, who has a message."""
    with seats(engine) as (flooding, neighbour):
        ensure_client(engine, flooding.name)
        neighbour.deliver(neighbour.spec.accounts[0])
        yield flooding, neighbour


@contextmanager
def its_share(engine: DockerEngine, lab: RunningLab, service: str) -> Iterator[None]:
    """Meanwhile a container takes no more of the processors than it is given."""

    def used() -> float:
        return float(counted(engine, lab, service)["cpu_stats"]["cpu_usage"]["total_usage"]) / 1e9

    begun, before = monotonic(), used()
    yield
    taken = used() - before
    assert taken <= CORES * (monotonic() - begun) + SLACK


def throttled(engine: DockerEngine, lab: RunningLab, service: str) -> int:
    """How often it had to wait for its share. Source: cpu.stat, nr_throttled."""
    said = counted(engine, lab, service)["cpu_stats"]["throttling_data"]
    return int(said["throttled_periods"])


@pytest.mark.parametrize("kind", ["messages", "large files"])
def test_a_neighbour_reads_mail_while_somebody_writes_without_end(
    engine: DockerEngine, room: tuple[RunningLab, RunningLab], kind: str
) -> None:
    flooding, neighbour = room
    service = "postfix" if kind == "messages" else "client"
    flood: AbstractContextManager[None] = (
        messages(engine, flooding, 10_000) if kind == "messages" else big_files(engine, flooding)
    )
    with flood, its_share(engine, flooding, service):
        for _ in range(VISITS):
            visit(neighbour)


def test_a_fork_bomb_ends_at_the_limit_and_waits_for_its_share(
    engine: DockerEngine, room: tuple[RunningLab, RunningLab]
) -> None:
    flooding, neighbour = room
    with fork_bomb(engine, flooding), its_share(engine, flooding, "client"):
        before = throttled(engine, flooding, "client")
        for _ in range(VISITS):
            visit(neighbour)
            assert processes(engine, flooding, "client") <= PIDS
        wait_until(
            "it had to wait for its share",
            lambda: throttled(engine, flooding, "client") > before,
            within=60,
        )
    ensure_client(engine, flooding.name)
    again = engine.exec(flooding.name, "client", ["echo", "usable again"])
    assert again.stdout == "usable again\n"


def test_of_500_connections_a_seat_gets_its_share_and_its_neighbour_is_greeted(
    engine: DockerEngine, room: tuple[RunningLab, RunningLab]
) -> None:
    flooding, neighbour = room
    with connections(flooding, 500) as held:
        for _ in range(VISITS):
            visit(neighbour)
        greeted = sum(map(_is_greeted, held))
        assert 0 < greeted <= AT_ONCE
    wait_until("the seat itself is open again", lambda: _opens(flooding), within=60)
    assert engine.find(flooding.name) is not None


def _is_greeted(connection: socket) -> bool:
    """Whether a server says something; else the connection is closed."""
    connection.settimeout(60)
    try:
        return connection.recv(4) == b"* OK"
    except ConnectionResetError:
        return False


def _opens(lab: RunningLab) -> bool:
    with connections(lab, 1) as held:
        return any(map(_is_greeted, held))


@pytest.mark.parametrize("service", ["client", "postfix", "dovecot"])
def test_whoever_takes_all_memory_is_ended_and_nobody_else(
    engine: DockerEngine, room: tuple[RunningLab, RunningLab], service: str
) -> None:
    flooding, neighbour = room
    done = engine.exec(flooding.name, service, ["perl", "-e", _HOG])
    assert (done.exit_code, done.stdout) == (137, "")  # SIGKILL, by the kernel
    kept = engine.find(flooding.name)
    assert kept is not None
    assert {s.state for s in kept.services} == {"running"}
    visit(neighbour)


@pytest.mark.parametrize("service", ["client", "postfix", "dovecot"])
def test_files_can_be_opened_up_to_a_limit(
    engine: DockerEngine, room: tuple[RunningLab, RunningLab], service: str
) -> None:
    done = engine.exec(room[0].name, service, ["perl", "-e", _OPEN])
    assert 1000 < int(done.stdout) < OPEN_FILES


def test_a_file_has_a_largest_size(
    engine: DockerEngine, room: tuple[RunningLab, RunningLab]
) -> None:
    fill = "dd if=/dev/zero of=$HOME/large bs=1M count=100; stat -c %s $HOME/large; rm $HOME/large"
    done = engine.exec(room[0].name, "client", ["bash", "-c", fill])
    assert int(done.stdout) == 64 << 20


def test_mail_is_put_off_while_the_disk_has_less_room_than_it_must_leave(
    engine: DockerEngine, room: tuple[RunningLab, RunningLab]
) -> None:
    """The engine's disk is nobody's to fill: so what must be left is more than there is."""
    lab = room[1]
    alice, more_than_there_is = lab.spec.accounts[0], 1 << 60

    def left(wanted: int) -> None:
        words = f"postconf -e queue_minfree={wanted} && postfix reload"
        done = engine.exec(lab.name, "postfix", ["sh", "-c", words], user="0")
        assert done.exit_code == 0, done

    usual = int(engine.exec(lab.name, "postfix", ["postconf", "-h", "queue_minfree"]).stdout)
    assert usual == 1 << 30
    left(more_than_there_is)
    try:
        wait_until("mail is put off", lambda: _to_a_sender(lab).startswith("452 4.3.1"))
        visit(lab)  # what is there is read as ever
    finally:
        left(usual)
    wait_until("mail is taken again", lambda: _to_a_sender(lab).startswith("250"))
    lab.deliver(alice)


def _to_a_sender(lab: RunningLab) -> str:
    """What Postfix says to who begins a message."""
    with lab.smtp() as smtp:
        smtp.connect()
        smtp.ehlo("sender.example")
        said = smtp.mail("sender@sender.example")
        return f"{said.code} {said.text}"
