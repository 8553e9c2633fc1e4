"""A seat that floods beside a neighbour who reads mail: how long the neighbour's visits take."""

from contextlib import AbstractContextManager
from time import monotonic

from labctl.engine.dockerengine import DockerEngine
from labctl.verbs.client_container import ensure_client
from tests.bench.measure import Figure
from tests.engine.flooding import big_files, connections, fork_bomb, messages, visit
from tests.engine.running import RunningLab
from tests.engine.seats import seats

_LOOKS = 5.0  # seconds in which the neighbour looks for mail, again and again
_MOST = 2.0  # times as long as without the flood


def floods(engine: DockerEngine) -> list[Figure]:
    """10,000 messages, 500 connections, a fork bomb, files as large as may be: one after another.

    A visit is connect, TLS, log in, open the mailbox, read; the reference is the same without a
    flood, before and after.
    """
    figures = []
    with seats(engine) as (flooding, neighbour):
        ensure_client(engine, flooding.name)
        neighbour.deliver(neighbour.spec.accounts[0])
        kinds: dict[str, AbstractContextManager[object]] = {
            "10,000 messages": messages(engine, flooding, 10_000),
            "500 connections": connections(flooding, 500),
            "a fork bomb": fork_bomb(engine, flooding),
            "large files": big_files(engine, flooding),
        }
        for name, flood in kinds.items():
            alone = _visits(neighbour)
            with flood:
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
        found.append(visit(lab))
    return found
