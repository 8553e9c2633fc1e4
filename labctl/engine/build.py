"""Building images through the engine's API: several at once, with progress, nothing left behind."""

import io
import re
import tarfile
import textwrap
import threading
import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Literal

from labctl.errors import LabError, NoImage
from labctl.model.progress import OnProgress, Progress

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.images import Image

IMAGE_LABEL = "org.labctl.image"
BASE_LABEL = "org.labctl.base"

_KEPT_LINES = 15  # of a failed build's output
_WIDTH = 300  # characters of one of them: a whole RUN step is one line
_PATIENCE = 10.0  # seconds a cancelled build may take to stop
_TURN = 0.5  # seconds between two attempts at that
_LAYER = re.compile(r"^ ---> ([0-9a-f]{12})$")
_STEP = re.compile(r"^ ---> Running in ([0-9a-f]{12})$")


@dataclass(frozen=True, slots=True)
class Build:
    """One image to be built."""

    service: str
    reference: str
    files: Mapping[str, bytes]
    base: str  # what ARG BASE gets
    arguments: Mapping[str, str] = field(default_factory=dict)  # proxies; never kept in the image
    afresh: bool = False

    @property
    def step(self) -> str:
        """The name of this build's progress."""
        return f"image:{self.service}"


class _Cancelled(Exception):
    """The build was asked to stop."""


def run_all(client: "DockerClient", builds: Sequence[Build], on_progress: OnProgress) -> None:
    """Build all of ``builds`` at the same time.

    When one fails, or on Ctrl-C, the others are stopped and the engine removes their containers.

    Raises:
        NoImage: the first that failed.
    """
    stop = threading.Event()
    outcomes: SimpleQueue[BaseException | None] = SimpleQueue()
    running = [_Running(client, build, on_progress, stop) for build in builds]

    # Daemons: a build that does not stop must not keep labctl from ending.
    threads = [threading.Thread(target=one.into, args=(outcomes,), daemon=True) for one in running]
    for thread in threads:
        thread.start()
    try:
        for _ in builds:
            if problem := _next(outcomes):
                raise problem
    finally:
        stop.set()
        _end_all(list(zip(running, threads, strict=True)))


def _end_all(builds: Sequence[tuple["_Running", threading.Thread]]) -> None:
    """Kill what still runs, again and again: a step may begin just after it was looked for."""
    deadline = time.monotonic() + _PATIENCE
    for one, thread in builds:
        while thread.is_alive() and time.monotonic() < deadline:
            one.end()
            thread.join(_TURN)


def _next(outcomes: "SimpleQueue[BaseException | None]") -> BaseException | None:
    """Wait in short turns: on Windows a wait without end cannot be interrupted."""
    while True:
        try:
            return outcomes.get(timeout=1)
        except Empty:
            continue


@dataclass(slots=True)
class _Running:
    """One build under way."""

    client: "DockerClient"
    build: Build
    on_progress: OnProgress
    stop: threading.Event
    container: str = ""  # in which the engine runs the present step
    layers: list[str] = field(default_factory=list)
    output: deque[str] = field(default_factory=lambda: deque(maxlen=_KEPT_LINES))

    def into(self, outcomes: "SimpleQueue[BaseException | None]") -> None:
        """Build, and put there what came of it: nothing, or why not."""
        try:
            self.run()
        except BaseException as problem:  # noqa: BLE001 -- raised again by the thread that waits
            outcomes.put(problem)
        else:
            outcomes.put(None)

    def run(self) -> None:
        """Build, and tell of it.

        Raises:
            NoImage: the build failed.
        """
        begun = time.monotonic()
        self._tell("building the image of {service}")
        try:
            for line in _lines(self.client, self.build):
                self._hear(line)
        except Exception as problem:
            _remove_untagged(self.client, self.layers)
            self._tell("the image of {service} is not built", "failed")
            if isinstance(problem, (LabError, _Cancelled)):
                raise
            raise failure(self.build.service, [*self.output, str(problem)]) from problem
        self._tell("image {reference}", "done", time.monotonic() - begun)

    def end(self) -> None:
        """Kill the present step: the build then fails at once, and the engine tidies up."""
        from docker.errors import APIError

        if self.container:
            with suppress(APIError):  # the step may just have ended
                self.client.api.kill(self.container)

    def _hear(self, line: str) -> None:
        if self.stop.is_set():
            raise _Cancelled
        if layer := _LAYER.match(line):
            self.layers.append(layer[1])
        if step := _STEP.match(line):
            self.container = step[1]
        self.output.append(line)
        self._tell("building the image of {service}", detail=line)

    def _tell(
        self,
        text: str,
        state: Literal["running", "done", "failed"] = "running",
        seconds: float | None = None,
        detail: str = "",
    ) -> None:
        build = self.build
        values: dict[str, object] = {"service": build.service, "reference": build.reference}
        self.on_progress(Progress(build.step, text, state, seconds, detail, values))


def _lines(client: "DockerClient", build: Build) -> Iterable[str]:
    events = client.api.build(
        fileobj=io.BytesIO(context(build.files)),
        custom_context=True,
        tag=build.reference,
        rm=True,
        forcerm=True,
        nocache=build.afresh,
        decode=True,
        buildargs={"BASE": build.base, **build.arguments},
        labels={IMAGE_LABEL: build.service, BASE_LABEL: build.base},
    )
    try:
        for event in events:
            yield from readable(event)
    finally:
        events.close()  # the engine stops a build when nobody listens to it any more


def readable(event: Mapping[str, Any]) -> list[str]:
    """The lines of one event of the engine's stream, without colours and empty ones.

    Raises:
        RuntimeError: the event is the engine's word that the work failed.
    """
    if error := event.get("error"):
        raise RuntimeError(str(error))
    text = str(event.get("stream") or event.get("status") or "")
    return [
        line for raw in text.splitlines() if (line := re.sub(r"\x1b\[[0-9;]*m", "", raw.rstrip()))
    ]


def context(files: Mapping[str, bytes]) -> bytes:
    """The tar archive of a build folder: the same bytes for the same files, so that caches hold."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, content in sorted(files.items()):
            entry = tarfile.TarInfo(path)
            entry.size = len(content)
            # A wheel does not keep the executable bit.
            entry.mode = 0o755 if content.startswith(b"#!") else 0o644
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def failure(service: str, output: Sequence[str]) -> NoImage:
    """Why an image could not be made, from the last lines of the tool's own words."""
    said = "\n".join(f"    {textwrap.shorten(line, _WIDTH)}" for line in output)
    if "no space left on device" in said.lower():
        return NoImage(
            "the disk is full: the image of {service} does not fit\n{said}",
            remedy="free some space, e.g. docker system prune, then: labctl image build",
            service=service,
            said=said,
        )
    return NoImage(
        "the image of {service} could not be built\n{said}",
        remedy="if the Debian archive was out of reach, try again later: labctl image build; "
        "or load the images from a machine that has them: docker save … | docker load",
        service=service,
        said=said,
    )


def found(client: "DockerClient", reference: str) -> "Image | None":
    """An image by name or identity; ``None`` when the engine has none such."""
    from docker.errors import ImageNotFound

    try:
        return client.images.get(reference)
    except ImageNotFound:
        return None


def _remove_untagged(client: "DockerClient", layers: Iterable[str]) -> None:
    """Remove the half-built images of a build that ended early; what has a name stays."""
    from docker.errors import APIError

    for layer in reversed(list(layers)):
        try:
            if (image := found(client, layer)) and not image.tags:
                client.api.remove_image(layer)
        except APIError:  # gone already, or another build stands on it
            continue
