"""From inside a seat nothing is reachable but the seat itself; tried by real connections."""

import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import psutil
import pytest

from labctl.engine.dockerengine import DockerEngine
from labctl.verbs.client_container import ensure_client
from tests.engine.mailclients import container
from tests.engine.running import RunningLab, wait_until
from tests.engine.seats import reached, seats

INSIDE = ["postfix", "dovecot", "client"]


@pytest.fixture(scope="module")
def room(engine: DockerEngine) -> Iterator[list[RunningLab]]:
    """Two seats, published on all of this machine's addresses."""
    with seats(engine, "0.0.0.0") as both:
        ensure_client(engine, both[0].name)
        yield both


@pytest.fixture(scope="module")
def service_here() -> Iterator[int]:
    """The port of a service of this machine's own, on all its addresses."""
    with socket.create_server(("0.0.0.0", 0), backlog=100) as listening:
        listening.settimeout(None)
        Thread(target=_answer, args=(listening,), daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)


def _answer(listening: socket.socket) -> None:
    while True:
        try:
            listening.accept()[0].close()
        except OSError:
            return


def _here() -> list[str]:
    """This machine's own IPv4 addresses, those of its bridges too."""
    found = (
        a.address
        for all_of in psutil.net_if_addrs().values()
        for a in all_of
        if a.family == socket.AF_INET
    )
    return sorted(set(found) - {"127.0.0.1"})


@pytest.mark.parametrize("service", INSIDE)
def test_a_seat_reaches_its_own_servers(
    engine: DockerEngine, room: list[RunningLab], service: str
) -> None:
    """What the next tests find unreachable, their way of asking would have found."""
    site = room[0].spec.sites[0]
    own = [(site.postfix.address, 25), (site.dovecot.address, 143)]
    assert reached(engine, room[0].name, service, own) == set(own)


@pytest.mark.parametrize("service", INSIDE)
def test_a_seat_reaches_no_other_seat(
    engine: DockerEngine, room: list[RunningLab], service: str
) -> None:
    other = room[1].spec
    site = other.sites[0]
    targets = [(site.postfix.address, 25), (site.dovecot.address, 143), (site.dovecot.address, 24)]
    targets += [(here, e.port) for here in _here() for e in other.endpoints]
    names = [f"{room[1].name}-{kind}-1" for kind in ("postfix", "dovecot")]
    assert not reached(engine, room[0].name, service, targets)
    for name in names:
        assert engine.exec(room[0].name, service, ["getent", "hosts", name]).exit_code != 0


@pytest.mark.parametrize("service", INSIDE)
def test_a_seat_reaches_no_service_of_this_machine(
    engine: DockerEngine, room: list[RunningLab], service_here: int, service: str
) -> None:
    subnet = room[0].spec.subnet
    targets = [(address, service_here) for address in (*_here(), str(subnet[1]), str(subnet[-2]))]
    assert not reached(engine, room[0].name, service, targets)


def test_an_ordinary_container_does_reach_it(
    engine: DockerEngine, room: list[RunningLab], service_here: int
) -> None:
    """So that a seat does not is no accident of this machine."""
    with container(engine, "bridge") as ordinary:
        for port in (service_here, room[1].endpoint("imap").port):
            words = f"< /dev/tcp/{_bridge(engine)}/{port}"
            made = engine.api.exec_create(ordinary, ["timeout", "5", "bash", "-c", words])["Id"]
            engine.api.exec_start(made, demux=True)
            assert engine.api.exec_inspect(made)["ExitCode"] == 0


def _answers(address: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(5)
        return probe.connect_ex((address, port)) == 0


def _bridge(engine: DockerEngine) -> str:
    found = next(n for n in engine.api.networks() if n["Name"] == "bridge")
    return str(found["IPAM"]["Config"][0]["Gateway"])


@pytest.mark.parametrize("service", INSIDE)
def test_no_way_leads_out_of_a_seat(
    engine: DockerEngine, room: list[RunningLab], service: str
) -> None:
    lab = room[0]
    with container(engine, "bridge") as outside:
        address = engine.api.inspect_container(outside)["NetworkSettings"]["IPAddress"]
        made = engine.api.exec_create(outside, ["nc", "-lk", "0.0.0.0", "2525"])["Id"]
        engine.client.api.exec_start(made, detach=True)
        wait_until("it answers this machine", lambda: _answers(address, 2525))
        assert not reached(engine, lab.name, service, [(address, 2525), ("192.0.2.1", 53)])
    for name in ("example.org", "deb.debian.org"):
        assert engine.exec(lab.name, service, ["getent", "hosts", name]).exit_code != 0


@pytest.mark.parametrize("service", INSIDE)
def test_a_seat_has_no_ipv6(engine: DockerEngine, room: list[RunningLab], service: str) -> None:
    """Each bridge has a link-local address of this machine, whatever else it lacks."""
    lines = engine.exec(room[0].name, service, ["cat", "/proc/net/if_inet6"]).stdout.splitlines()
    assert {line.split()[-1] for line in lines} <= {"lo"}


def test_the_gateway_passes_nothing_on_between_seats(
    engine: DockerEngine, room: list[RunningLab]
) -> None:
    """It is in all networks: it listens in none, and is no router."""
    seat = room[0].spec.seat
    assert seat is not None
    project = f"{seat.workshop}-gateway"
    assert engine.exec(project, "gateway", ["cat", "/proc/sys/net/ipv4/ip_forward"]).stdout == "0\n"
    listening = engine.exec(project, "gateway", ["cat", "/proc/net/tcp"]).stdout.splitlines()[1:]
    addresses = [line.split()[1] for line in listening if line.split()[3] == "0A"]
    assert all(address.startswith("0B00007F:") for address in addresses)  # 127.0.0.11: Docker's DNS


def test_this_machine_has_no_address_in_a_seat(room: list[RunningLab]) -> None:
    for lab in room:
        assert not set(_here()) & {str(address) for address in lab.spec.subnet}
        assert str(lab.spec.subnet[2]) not in Path("/proc/net/arp").read_text()


def test_a_seat_has_its_share_of_the_machine_and_no_more(
    engine: DockerEngine, room: list[RunningLab]
) -> None:
    """What keeps a flood in one seat: `make bench` measures its neighbour meanwhile."""
    cores = 0.0
    for service in INSIDE:
        host = engine.api.inspect_container(f"{room[0].name}-{service}-1")["HostConfig"]
        cores += host["NanoCpus"] / 1e9
        assert host["PidsLimit"]
        assert host["Memory"] == host["MemorySwap"] > 0
    assert 0 < cores < 2
