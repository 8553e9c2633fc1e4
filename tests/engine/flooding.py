"""What somebody at one seat can do to a machine: each goes on for as long as its block does."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from socket import create_connection, socket
from time import perf_counter
from typing import Any

from labctl.engine.dockerengine import DockerEngine
from tests.engine.running import RunningLab, wait_until


def counted(engine: DockerEngine, lab: RunningLab, service: str) -> Any:
    """What the kernel has counted for a container so far. Source: GET /containers/ID/stats."""
    return engine.client.api.stats(f"{lab.name}-{service}-1", stream=False, one_shot=True)


def processes(engine: DockerEngine, lab: RunningLab, service: str) -> int:
    return int(counted(engine, lab, service)["pids_stats"]["current"])


@contextmanager
def inside(engine: DockerEngine, lab: RunningLab, service: str, *argv: str) -> Iterator[None]:
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
def messages(engine: DockerEngine, lab: RunningLab, number: int) -> Iterator[None]:
    """Over 20 connections, by Postfix's own tool for this. Source: smtp-source(1)."""
    alice = lab.spec.accounts[0]
    words = ("smtp-source", "-s", "20", "-m", f"{number}", "-l", "4000", "-f", "x@sender.example")
    with inside(engine, lab, "postfix", *words, "-t", alice.address, "inet:127.0.0.1:25"):
        wait_until("the flood has begun", lambda: lab.inbox_count(alice) > 50)
        yield


@contextmanager
def connections(lab: RunningLab, number: int) -> Iterator[list[socket]]:
    """They never log in, and come from this machine."""
    where = lab.endpoint("imap")
    with ExitStack() as held:
        found = []
        for _ in range(number):
            with suppress(OSError):
                found.append(held.enter_context(create_connection((where.host, where.port), 5)))
        yield found


@contextmanager
def fork_bomb(engine: DockerEngine, lab: RunningLab) -> Iterator[None]:
    """Processes that make processes, in `labctl shell client`."""
    bomb = "b() { b | b & }; while :; do b; done"
    with inside(engine, lab, "client", "bash", "-c", bomb):
        wait_until("the bomb has gone off", lambda: processes(engine, lab, "client") > 200)
        yield


@contextmanager
def big_files(engine: DockerEngine, lab: RunningLab) -> Iterator[None]:
    """As large as may be, one after the other, over those that are there."""
    fill = "while :; do dd if=/dev/zero of=$HOME/big bs=1M; done 2>$HOME/said"

    def said() -> str:
        return engine.exec(lab.name, "client", ["sh", "-c", "ls -l ~/big; cat ~/said"]).stdout

    with inside(engine, lab, "client", "bash", "-c", fill):
        wait_until("a file has reached its limit", lambda: "File size limit" in said())
        yield


def visit(lab: RunningLab) -> float:
    """Seconds of a whole visit: connect, TLS, log in, open the mailbox, read its first message."""
    begun = perf_counter()
    with lab.imap(lab.spec.accounts[0]) as imap:
        read = imap.select("INBOX").ok and imap.fetch("1", "(BODY.PEEK[])").ok
    if not read:
        raise RuntimeError("the mail could not be read")
    return perf_counter() - begun
