"""Back to the fresh lab without recreating a container: queue, mail, indexes, the logs' mark."""

import time
from dataclasses import dataclass

from labctl.engine.protocol import Engine
from labctl.errors import EnvironmentProblem
from labctl.verbs.labs import CLIENT, found, is_kind
from labctl.verbs.wipe import wipe

# Not incoming: there lies what cleanup(8) is just writing, and without its file it ends, and the
# client's session with it. What is complete leaves incoming within milliseconds.
_QUEUES = ("hold", "active", "deferred")


@dataclass(frozen=True, slots=True)
class Reset:
    """What `reset` did."""

    name: str
    seconds: float


def reset(engine: Engine, name: str) -> Reset:
    """Empty the queue, then the Maildirs: a message on its way is caught by one of them.

    Raises:
        NoSuchLab: there is none.
        EnvironmentProblem: it does not run.
    """
    begun = time.monotonic()
    with engine.locked(name):
        there = found(engine, name)
        mine = [s for s in there.services if s.name != CLIENT]
        if stopped := [s.name for s in mine if s.state != "running"]:
            raise EnvironmentProblem(
                "{service} of the lab {name} does not run",
                remedy="make it right first: labctl up --lab {name}",
                service=stopped[0],
                name=name,
            )
        names = [s.name for s in there.services]
        for postfix in (n for n in names if is_kind(n, "postfix")):
            emptied = engine.exec(name, postfix, ["postsuper", "-d", "ALL", *_QUEUES])
            if emptied.exit_code:
                raise EnvironmentProblem(
                    "Postfix did not empty its queue: {why}", why=emptied.stderr.strip()[-300:]
                )
        for dovecot in (n for n in names if is_kind(n, "dovecot")):
            wipe(engine, name, dovecot)
    return Reset(name, time.monotonic() - begun)
