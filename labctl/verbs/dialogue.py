"""The words on the wire: the servers write them down only while somebody wants to know.

Postfix logs each line that a client and it say, Dovecot writes its rawlogs: both for as long as
somebody listens, or until an exercise is over. Secrets are masked where the lines are read.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from typing import Literal

from labctl.engine.protocol import Engine
from labctl.engine.values import Following
from labctl.errors import LabError
from labctl.model.plan import PlanFile
from labctl.shipped import shipped
from labctl.verbs.labs import found, is_kind

_SERVERS = ("postfix", "dovecot")
_WHO_LISTENS = "/debug_peers"


def is_listeners(file: PlanFile) -> bool:
    """Whether a file says who listens just now: once it is there, it is the listeners' own."""
    return file.path.endswith(_WHO_LISTENS)


@cache
def _script(name: str) -> str:
    return (shipped("templates") / name).read_text(encoding="utf-8")


def _argv(service: str, how: str, words: Sequence[str] = ()) -> list[str]:
    if is_kind(service, "postfix"):
        return ["sh", "-c", _script("postfix/dialogue.sh"), "dialogue", how]
    return ["perl", "-e", _script("dovecot/ear.pl"), how, *words]


def listen(engine: Engine, lab: str, service: str, homes: Sequence[str] = ()) -> Following:
    """Have a server write down what is said, as long as this is followed.

    Dovecot's tells what is said, and what happens to the Maildirs' files (``homes``: only to these,
    ``DOMAIN/NAME``); Postfix's own log tells the rest.
    """
    return engine.follow_command(lab, service, _argv(service, "hold", homes))


def keep(engine: Engine, lab: str) -> None:
    """Have the servers that run write down what is said, until ``drop``."""
    _each(engine, lab, "keep")


def drop(engine: Engine, lab: str) -> None:
    """Nobody needs it any more; who else listens goes on."""
    _each(engine, lab, "drop")


def _each(engine: Engine, lab: str, how: Literal["keep", "drop"]) -> None:
    services = [
        s.name
        for s in found(engine, lab).services
        if s.state == "running" and s.name.startswith(_SERVERS)
    ]

    def ask(service: str) -> None:
        with suppress(LabError):  # it was stopped meanwhile: then there is nothing to hear
            engine.exec(lab, service, _argv(service, how))

    with ThreadPoolExecutor(max_workers=len(services) or 1) as pool:
        list(pool.map(ask, services))


def written_down(engine: Engine, lab: str, service: str, since: int) -> Iterator[str]:
    """What one Dovecot has written down, of sessions that went on after ``since`` (nanoseconds)."""
    with suppress(LabError):
        said = engine.exec(lab, service, _argv(service, "once", [str(since // 10**9)]))
        yield from said.stdout.split("\n")
