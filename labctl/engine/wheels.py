"""The Python libraries that labctl runs with, as wheels: fetched by pip, for several Pythons."""

import re
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path

from labctl.engine.command import follow
from labctl.errors import EnvironmentProblem
from labctl.model.progress import OnProgress, Progress

# A wheel that every Python of this system takes.
_FOR_ALL = ("-none-any.whl", "-abi3-")
_NEED = re.compile(r"(?P<name>[\w.-]+)\s*(?:\[(?P<extras>[^\]]*)\])?")
_EXTRA = re.compile(r"""\bextra\s*==\s*["']([^"']*)["']""")
_STEP = "bundle:wheels"


def this_python() -> str:
    """The Python that runs labctl: 3.11."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def libraries(project: str = "labctl") -> dict[str, str]:
    """The versions of all libraries that are installed because ``project`` needs them.

    A library for another system (colorama, pywin32) is not installed here, and not among them.
    """
    found: dict[str, str] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = [(project, frozenset[str]())]
    while waiting:
        name, extras = waiting.pop()
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            continue
        known = re.sub(r"[-_.]+", "-", name).lower()
        if (known, extras) not in seen:
            seen.add((known, extras))
            found[known] = installed.version
            waiting += _needs(installed.requires or (), extras)
    found.pop(project, None)
    return found


def _needs(requires: Iterable[str], extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """What a library needs, with the extras that it wants of each: ``markdown-it-py[linkify]``.

    Source: https://packaging.python.org/en/latest/specifications/dependency-specifiers/
    """
    for line in requires:
        need = _NEED.match(line)
        only_for = _EXTRA.search(line)
        if need and (only_for is None or only_for[1] in extras):
            wanted = (word.strip() for word in (need["extras"] or "").split(","))
            yield need["name"], frozenset(word for word in wanted if word)


def fetch(folder: Path, python: str, on_progress: OnProgress) -> str:
    """Put the libraries' wheels into ``folder``, and pip's own; empty when all went well.

    What is there already and fits every Python is not fetched again.

    Returns:
        pip's words when this Python cannot be served: no network, or a library has no such wheel.
    """
    begun = time.monotonic()
    values: dict[str, object] = {"python": python}
    there = [path.name for path in folder.iterdir()]
    wanted = [
        name if version is None else f"{name}=={version}"
        for name, version in {"pip": None, **libraries()}.items()
        if not _is_there(name, there)
    ]
    command = (
        *(_pip(), "-m", "pip", "download", "--disable-pip-version-check", "--no-input"),
        *("--progress-bar=off", "--no-deps", "--only-binary=:all:"),
        *("--python-version", python, "--dest", str(folder), *wanted),
    )
    text = "fetching the libraries for Python {python}"
    on_progress(Progress(_STEP, text, values=values))
    status, said = follow(
        command, lambda line: on_progress(Progress(_STEP, text, detail=line, values=values))
    )
    if status:
        return _why(status, said)
    done = "the libraries for Python {python}"
    on_progress(Progress(_STEP, done, "done", time.monotonic() - begun, values=values))
    return ""


def _why(status: int, said: Sequence[str]) -> str:
    """The error that pip tells of, or else its last word; killed without one, how it ended."""
    last_first = [*reversed(said), f"pip: {status}"]
    return next((line for line in last_first if line.startswith("ERROR")), last_first[0])


def _is_there(name: str, files: list[str]) -> bool:
    wheel = name.replace("-", "_")
    return any(
        file.lower().startswith(f"{wheel}-") and any(mark in file for mark in _FOR_ALL)
        for file in files
    )


def _pip() -> str:
    """A Python that has pip: this one, as a rule also where pipx installed labctl.

    Raises:
        EnvironmentProblem: it has none.
    """
    if find_spec("pip"):
        return sys.executable
    raise EnvironmentProblem(
        "this labctl's Python has no pip, which fetches the libraries for a bundle",
        remedy="install labctl with pipx, or with pip into a virtual environment",
    )


def unreachable(python: str, why: str) -> EnvironmentProblem:
    """The libraries for a Python that was asked for could not be had."""
    return EnvironmentProblem(
        "the libraries for Python {python} could not be fetched: {why}",
        remedy="a bundle is saved where the Python package registry is in reach",
        python=python,
        why=why,
    )
