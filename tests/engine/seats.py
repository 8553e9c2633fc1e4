"""Two seats of a workshop behind its gateway, and what can be reached from inside them."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count

from labctl.engine.dockerengine import DockerEngine
from labctl.errors import NoSuchLab
from labctl.model.workshop import SEAT_STEP, Seat, lab_name
from labctl.verbs.down import down
from labctl.verbs.labs import spec_of
from labctl.verbs.up import Wish, up
from labctl.verbs.workshop_gateway import close_gateway, doors_for, open_gateway
from tests.engine.rooms import own_base
from tests.engine.running import RunningLab

DOMAINS = ("alpha.test",)  # of the lab that a seat has unless told otherwise
_numbers = count(1)


@contextmanager
def seats(
    engine: DockerEngine, bind: str = "127.0.0.1", number: int = 2
) -> Iterator[list[RunningLab]]:
    """So many seats, behind one gateway; nothing is left of them afterwards."""
    workshop = f"room-{os.getpid()}-{next(_numbers)}"
    first = own_base()
    numbers = range(1, number + 1)
    bases = {k: first + SEAT_STEP * (k - 1) for k in numbers}
    try:
        doors = [d for k in numbers for d in doors_for(workshop, k, bases[k], DOMAINS)]
        open_gateway(engine, workshop, bind, doors)
        for k in numbers:
            wish = Wish(ports=bases[k], bind=bind, seat=Seat(workshop, k), gateway=True)
            up(engine, lab_name(workshop, k), wish)
        yield [RunningLab(engine, spec_of(engine, lab_name(workshop, k))) for k in numbers]
    finally:
        for k in numbers:
            try:
                down(engine, lab_name(workshop, k))
            except NoSuchLab:
                continue
        close_gateway(engine, workshop)


# All at a time, in one process: a seat may not have many.
_ASK = r"""
use Socket; use Fcntl; use Errno;
my %open;
for (@ARGV) {
    my ($host, $port) = split /:/;
    socket(my $one, PF_INET, SOCK_STREAM, 0) or die;
    fcntl($one, F_SETFL, O_NONBLOCK);
    if (connect($one, sockaddr_in($port, inet_aton($host)))) { print "$host $port\n" }
    elsif ($!{EINPROGRESS}) { $open{fileno $one} = [$one, "$host $port\n"] }
}
my $until = time + 4;
while (%open && time < $until) {
    my $ready = '';
    vec($ready, $_, 1) = 1 for keys %open;
    select(undef, $ready, undef, 0.5);
    for (grep { vec($ready, $_, 1) } keys %open) {
        print $open{$_}[1] unless unpack 'i', getsockopt($open{$_}[0], SOL_SOCKET, SO_ERROR);
        delete $open{$_};
    }
}
print "asked\n";
"""


def reached(
    engine: DockerEngine, lab: str, service: str, targets: Sequence[tuple[str, int]]
) -> set[tuple[str, int]]:
    """Those of the addresses and ports that answer somebody inside a service."""
    words = [f"{host}:{port}" for host, port in targets]
    done = engine.exec(lab, service, ["perl", "-e", _ASK, *words])
    *answered, last = done.stdout.splitlines() or [done.stderr]
    assert last == "asked", done
    return {(host, int(port)) for host, port in map(str.split, answered)}
