"""The engine's refusals, said as what to do about them."""

import http
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from labctl.engine.socketwire import Refused, Silent
from labctl.errors import EnvironmentProblem, LabError, NoEngine, NoImage, NoSubnet

# A part of what the engine says -> the error, its sentence and the way past it.
KNOWN: tuple[tuple[str, type[LabError], str, str], ...] = (
    (
        "port is already allocated",
        EnvironmentProblem,
        "a port of the lab was taken while it started: {engine}",
        "see who holds it: labctl doctor; or move the lab: labctl up --ports 20000",
    ),
    (
        "address already in use",
        EnvironmentProblem,
        "a port of the lab was taken while it started: {engine}",
        "see who holds it: labctl doctor; or move the lab: labctl up --ports 20000",
    ),
    (
        "cannot assign requested address",
        EnvironmentProblem,
        "this machine does not have the address to publish on: {engine}",
        "choose one that it has: labctl up --bind 127.0.0.1",
    ),
    (  # the words of rootlesskit, which rootless Docker and rootless Podman share
        "cannot expose privileged port",
        EnvironmentProblem,
        "a rootless engine may not publish ports under 1024: {engine}",
        "move the lab: labctl up --ports 20000",
    ),
    (
        "permission denied",
        EnvironmentProblem,
        "the engine may not do that: {engine}",
        "a rootless engine cannot publish ports under 1024: labctl up --ports 20000",
    ),
    (
        "Pool overlaps",
        NoSubnet,
        "the lab's subnet was taken meanwhile: {engine}",
        "again: labctl up",
    ),
    ("No such image", NoImage, "an image of the lab is missing: {engine}", "labctl image build"),
    (
        "no space left on device",
        EnvironmentProblem,
        "the engine's disk is full: {engine}",
        "make room, e.g. docker system df, docker image prune; then again: labctl up",
    ),
    (
        "is already in use by container",
        EnvironmentProblem,
        "another labctl is at work on this lab: {engine}",
        "let it finish, then again: labctl up",
    ),
)


def _of_api(words: str) -> LabError:
    for part, kind, problem, remedy in KNOWN:
        if part.lower() in words.lower():
            return kind(problem, remedy=remedy, engine=words)
    return EnvironmentProblem("the engine refused: {engine}", engine=words)


@contextmanager
def explained() -> Iterator[None]:
    """Turn what docker raises into the error tree.

    Raises:
        LabError: for anything that the engine refused or that kept it from answering.
    """
    try:
        yield
    except Exception as error:
        if status_code(error):
            raise _of_api(str(getattr(error, "explanation", "") or error)) from error
        if not _is_silence(error):
            raise
        raise NoEngine(
            "the container engine does not answer any more: {engine}",
            remedy="look at it and start it: labctl doctor --fix",
            engine=str(error)[:300],
        ) from error


def status_code(error: Exception) -> int:
    """The HTTP status of an engine's refusal; 0: it is none."""
    if isinstance(error, Refused):
        return error.status_code
    if "docker.errors" in sys.modules:  # else nobody has raised anything of the SDK's
        from docker.errors import APIError

        if isinstance(error, APIError):
            return int(error.status_code or http.HTTPStatus.INTERNAL_SERVER_ERROR)
    return 0


def absent(error: Exception) -> bool:
    """Whether the engine says that it has no such thing."""
    return status_code(error) == http.HTTPStatus.NOT_FOUND


def _is_silence(error: Exception) -> bool:
    if isinstance(error, Silent) or "docker.errors" not in sys.modules:
        return isinstance(error, Silent)
    from docker.errors import DockerException
    from requests.exceptions import RequestException

    return isinstance(error, DockerException | RequestException)
