"""What the lab's images are built on: Debian, pulled from a registry or made from its archive."""

import re
import threading
import time
from collections.abc import Iterator
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from labctl.engine.apt import Archive
from labctl.engine.bootstrap import BOOTSTRAPPED, STEP, SUITE, bootstrap
from labctl.engine.build import failure, found, readable
from labctl.model.progress import OnProgress, Progress

if TYPE_CHECKING:
    from docker import DockerClient

PULLED = ("debian", f"{SUITE}-slim")
BASE_REFERENCES = (":".join(PULLED), ":".join(BOOTSTRAPPED))

_REQUEST = re.compile(r'(?:Get|Head) "https?://(?P<host>[^/"]+)[^"]*":(?:.*:)? (?P<why>[^:\n]+)$')
_FIRST_WORD = 30.0  # seconds a registry may take to say anything
_NEXT_WORD = 120.0  # and between two words of a pull that has begun


def ensure_base(client: "DockerClient", archive: Archive, on_progress: OnProgress) -> str:
    """The reference of the base image: what is there, else pulled, else made from the archive.

    Raises:
        NoImage: neither a registry nor the archive gave one.
    """
    for reference in BASE_REFERENCES:
        if found(client, reference):
            return reference
    begun = time.monotonic()
    reference = BASE_REFERENCES[0]
    refusal = _pull(client, on_progress)
    if refusal:
        reference = BASE_REFERENCES[1]
        bootstrap(client, archive, refusal, on_progress)
    seconds = time.monotonic() - begun
    values: dict[str, object] = {"reference": reference}
    on_progress(Progress(STEP, "base image {reference}", "done", seconds, values=values))
    return reference


def _pull(client: "DockerClient", on_progress: OnProgress) -> str:
    """Pull Debian; the reason when that is not possible, else nothing.

    The engine may wait for minutes for a registry that never answers: it pulls in a thread of its
    own, which is left to itself when it stays silent too long.

    Raises:
        NoImage: the disk is full.
    """
    events: SimpleQueue[dict[str, Any] | Exception | None] = SimpleQueue()

    def pull() -> None:
        try:
            for event in client.api.pull(*PULLED, stream=True, decode=True):
                events.put(event)
        except Exception as problem:  # noqa: BLE001 -- handed to the thread that waits
            events.put(problem)
        events.put(None)

    values: dict[str, object] = {"reference": BASE_REFERENCES[0]}
    on_progress(Progress(STEP, "pulling {reference}", values=values))
    threading.Thread(target=pull, daemon=True).start()
    try:
        for detail in _details(events):
            on_progress(Progress(STEP, "pulling {reference}", detail=detail, values=values))
    except Exception as problem:  # noqa: BLE001 -- whatever the registry said, there is another way
        reason = str(getattr(problem, "explanation", None) or problem)
        if "no space left on device" in reason.lower():
            raise failure("base", [reason]) from None
        return _in_short(reason)
    return ""


def _in_short(reason: str) -> str:
    """Of the engine's words on a request that failed, the registry and what was wrong.

    ``Get "https://registry-1.docker.io/v2/": dial tcp: lookup …: no such host`` becomes
    ``registry-1.docker.io: no such host``; any other words stay.
    """
    failed = _REQUEST.search(reason)
    return f"{failed['host']}: {failed['why']}" if failed else reason


def _details(events: "SimpleQueue[dict[str, Any] | Exception | None]") -> Iterator[str]:
    patience = _FIRST_WORD
    while True:
        try:
            event = events.get(timeout=patience)
        except Empty:
            raise TimeoutError(f"no answer in {patience:.0f} s") from None
        if event is None:
            return
        if isinstance(event, Exception):
            raise event
        patience = _NEXT_WORD
        for line in readable(event):
            yield " ".join(filter(None, (event.get("id"), line, event.get("progress"))))
