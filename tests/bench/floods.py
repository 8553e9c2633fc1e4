"""A seat that floods beside a neighbour who reads mail: how long the neighbour's visits take."""

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from time import monotonic, perf_counter

from labctl.engine.dockerengine import DockerEngine
from labctl.mail.imap import ImapClient
from labctl.verbs.client_container import ensure_client
from labctl.verbs.targets import target_of
from tests.bench.measure import Figure
from tests.engine.running import RunningLab, wait_until
from tests.engine.seats import seats

Flood = Callable[[DockerEngine, RunningLab], AbstractContextManager[None]]
_LOOKS = 5.0  # seconds in which the neighbour looks for mail, again and again
_MOST = 2.0  # times as long as without the flood


def floods(engine: DockerEngine) -> list[Figure]:
    """10,000 messages, 500 connections, a fork bomb, files as large as may be: one after another.

    A visit is connect, TLS, log in, open the mailbox, read; the reference is the same without a
    flood, before and after.
    """
    kinds: dict[str, Flood] = {
        "10,000 messages": _messages,
        "500 connections": _connections,
        "a fork bomb": _fork_bomb,
        "large files": _big_files,
    }
    figures = []
    with seats(engine) as (flooding, neighbour):
        ensure_client(engine, flooding.name)
        neighbour.deliver(neighbour.spec.accounts[0])
        for name, flood in kinds.items():
            alone = _visits(neighbour)
            with flood(engine, flooding):
                meanwhile = _visits(neighbour)
            figures.append(
                Figure(
                    "floods",
                    f"a neighbour's visit by IMAP; {name}",
                    meanwhile,
                    beside="the same without the flood",
                    reference=[*alone, *_visits(neighbour)],
                    at_most=_MOST,
                )
            )
    return figures


def _visits(lab: RunningLab) -> list[float]:
    """Seconds of each whole visit."""
    found, until = [], monotonic() + _LOOKS
    while monotonic() < until:
        begun = perf_counter()
        with ImapClient(target_of(lab.spec, "imaps")) as imap:
            imap.connect()
            read = (
                imap.login(lab.spec.accounts[0]).ok
                and imap.select("INBOX").ok
                and imap.fetch("1", "(BODY.PEEK[])").ok
            )
        if not read:
            raise RuntimeError("the neighbour could not read its mail")
        found.append(perf_counter() - begun)
    return found


@contextmanager
def _inside(engine: DockerEngine, lab: RunningLab, service: str, *argv: str) -> Iterator[None]:
    """A command that runs in a seat for as long as the block does."""
    container = f"{lab.name}-{service}-1"
    made = engine.api.exec_create(container, list(argv))["Id"]
    engine.client.api.exec_start(made, detach=True)
    try:
        wait_until(f"{argv[0]} runs", lambda: bool(engine.api.exec_inspect(made)["Pid"]))
        yield
    finally:
        engine.exec(lab.name, service, ["sh", "-c", "kill -9 -1"])
        engine.stop(lab.name, service)
        engine.start(lab.name, service)


@contextmanager
def _messages(engine: DockerEngine, lab: RunningLab) -> Iterator[None]:
    """Over 20 connections, by Postfix's own tool for this. Source: smtp-source(1)."""
    alice = lab.spec.accounts[0]
    words = ("smtp-source", "-s", "20", "-m", "10000", "-l", "4000", "-f", "x@sender.example")
    with _inside(engine, lab, "postfix", *words, "-t", alice.address, "inet:127.0.0.1:25"):
        wait_until("the flood has begun", lambda: lab.inbox_count(alice) > 50)
        yield


@contextmanager
def _connections(_engine: DockerEngine, lab: RunningLab) -> Iterator[None]:
    """They never log in, and come from this machine."""
    where = lab.endpoint("imaps")
    with ExitStack() as held:
        for _ in range(500):
            with suppress(OSError):
                held.enter_context(socket.create_connection((where.host, where.port), 5))
        yield


@contextmanager
def _fork_bomb(engine: DockerEngine, lab: RunningLab) -> Iterator[None]:
    """Processes that make processes, in `labctl shell client`."""
    bomb = "b() { b | b & }; while :; do b; done"
    with _inside(engine, lab, "client", "bash", "-c", bomb):
        wait_until("the bomb has gone off", lambda: _processes(engine, lab) > 200)
        yield


def _processes(engine: DockerEngine, lab: RunningLab) -> int:
    counted = engine.client.api.stats(f"{lab.name}-client-1", stream=False, one_shot=True)
    return int(counted["pids_stats"]["current"])


@contextmanager
def _big_files(engine: DockerEngine, lab: RunningLab) -> Iterator[None]:
    """As large as may be, one after the other, over those that are there."""
    fill = "while :; do dd if=/dev/zero of=$HOME/big bs=1M; done 2>$HOME/said"

    def said() -> str:
        return engine.exec(lab.name, "client", ["sh", "-c", "ls -l ~/big; cat ~/said"]).stdout

    with _inside(engine, lab, "client", "bash", "-c", fill):
        wait_until("a file has reached its limit", lambda: "File size limit" in said())
        yield
