"""Lines as they come, from a log or a command, that another thread may put an end to."""

import contextlib
import json
import time
from collections.abc import Callable, Iterable, Iterator

from labctl.engine.api import Api
from labctl.engine.explain import explained
from labctl.engine.labels import LAB_LABEL, WORKSHOP_LABEL
from labctl.engine.logs import lines_of, not_before
from labctl.engine.values import LogLine


class Lines:
    """See ``labctl.engine.protocol.Following``."""

    def __init__(self, lines: Iterable[LogLine], end: Callable[[], None]) -> None:
        self._lines = lines
        self._end = end
        self._ended = False

    def __iter__(self) -> Iterator[LogLine]:
        try:
            with explained():
                yield from self._lines
        except Exception:
            if not self._ended:  # what breaks because we broke it is no problem
                raise

    def close(self) -> None:
        """Whoever waits for the next line hears that there is none."""
        self._ended = True
        with contextlib.suppress(Exception):  # it may have ended by itself
            self._end()


def follow_log(api: Api, container: str, since: int) -> Lines:
    """What a container logs from ``since`` (nanoseconds) on, until it stops."""
    chunks = api.logs(
        container, stream=True, follow=True, timestamps=True, since=since / 1e9 if since else None
    )
    return Lines(not_before(lines_of(chunks), since), chunks.close)


def follow_command(api: Api, container: str, argv: list[str], user: str) -> Lines:
    """What a command writes, each line with the time at which it came here.

    Its input stays open, and empty, as long as anybody listens: a command that reads it hears when
    labctl is gone, were it killed.
    """
    made = api.exec_create(container, argv, user=user, stdin=True)["Id"]
    chunks = api.exec_start(made, stream=True)
    return Lines(_stamped(chunks), chunks.close)


# Of a lab's containers: a file was put into one (its progress, its state), or it comes or goes.
_CHANGES = ("extract-to-dir", "start", "die", "destroy")


def follow_changes(api: Api, workshop: str, since: int) -> Lines:
    """The names of a workshop's labs as they change, from ``since`` (nanoseconds) on.

    One request for the whole room. Source: https://docs.docker.com/reference/cli/docker/system/events/
    """
    mine = {"type": "container", "event": _CHANGES, "label": f"{WORKSHOP_LABEL}={workshop}"}
    chunks = api.events(since=since / 1e9, filters=mine)
    return Lines(_labs(_stamped(chunks)), chunks.close)


def _labs(events: Iterable[LogLine]) -> Iterator[LogLine]:
    for event in events:
        with contextlib.suppress(ValueError, KeyError, TypeError):  # not told as Docker tells it
            said = json.loads(event.text)
            yield LogLine(int(said["timeNano"]), str(said["Actor"]["Attributes"][LAB_LABEL]))


def _stamped(chunks: Iterable[bytes]) -> Iterator[LogLine]:
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        now = time.time_ns()
        yield from (LogLine(now, line.decode("utf-8", "replace").rstrip("\r")) for line in lines)
