"""The rendered configuration: write it, show it, let the servers check it, compare what runs."""

import difflib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from labctl.engine.protocol import Engine
from labctl.errors import BadUsage, NotFound
from labctl.model.lab import Service
from labctl.model.plan import CONFIG_FOLDER, Plan, PlanFile
from labctl.model.progress import OnProgress, silent
from labctl.render.plan import render
from labctl.verbs.dialogue import is_listeners
from labctl.verbs.labs import is_kind, state_of
from labctl.verbs.wished import Wish, specified

# Postfix re-reads a young main.cf in naps; a rendered file is as old as the ones that `up` sends.
_OLD = 1_000_000_000  # seconds since the epoch
COMPOSE_FILE = "compose.yaml"
# What each server itself says about its configuration; Postfix only warns of a misspelt parameter.
_CHECKS: dict[Service, tuple[tuple[str, ...], ...]] = {
    "postfix": (("postfix", "check"), ("postconf", "-n")),
    "dovecot": (("doveconf", "-n"),),
    "dns": (("dnsmasq", "--test", "--conf-file=/etc/labctl/dnsmasq.conf"),),
    "filter": (("sh", "-c", "for f in /etc/labctl/opendkim-*.conf; do opendkim -n -x $f; done"),),
}
# It is meant so: see templates/postfix/resolv.conf.j2.
_MEANT = "/var/spool/postfix/etc/resolv.conf and /etc/resolv.conf differ"
_COMPLAINTS = ("unused parameter", "fatal:", "error:", "warning:")


@dataclass(frozen=True, slots=True)
class Check:
    """What one server said about its configuration."""

    service: str
    command: str
    holds: bool
    said: str


@dataclass(frozen=True, slots=True)
class FileDiff:
    """One file that differs: unified diff lines, or none when it is secret."""

    path: str
    lines: tuple[str, ...]
    secret: bool


def plan_of(
    engine: Engine,
    name: str,
    wish: Wish,
    on_progress: OnProgress = silent,
    *,
    reader_group: int | None = None,
) -> Plan:
    """The Plan of a lab that is there, or of the one that `up` would make now."""
    before = state_of(engine, engine.find(name), name)
    return render(specified(engine, name, wish, before, on_progress), reader_group=reader_group)


def is_secret(file: PlanFile) -> bool:
    """Keys and passwords: what others on the machine may not read."""
    return not file.mode & 0o004


def write(
    engine: Engine, name: str, wish: Wish, folder: Path, on_progress: OnProgress = silent
) -> list[Path]:
    """Write the Compose document and its files, so that `docker compose up` there starts this lab.

    Raises:
        BadUsage: the folder is there and holds something else.
    """
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    group = None if root or not hasattr(os, "getgid") else os.getgid()
    plan = plan_of(engine, name, wish, on_progress, reader_group=group)
    if folder.exists() and (not folder.is_dir() or _foreign(folder)):
        raise BadUsage(
            "{folder} holds something that labctl did not write there",
            remedy="name an empty or a new folder",
            folder=folder,
        )
    written = [
        _write(folder / f.path, f.content, f.mode, (f.uid, f.gid) if root else None)
        for f in plan.files
    ]
    document = plan.document.encode()
    return [_write(folder / COMPOSE_FILE, document, 0o600, None), *written]


def _foreign(folder: Path) -> bool:
    return any(folder.iterdir()) and not (folder / COMPOSE_FILE).is_file()


def _write(path: Path, content: bytes, mode: int, owner: tuple[int, int] | None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    path.chmod(mode)
    if owner is not None:
        os.chown(path, *owner)
    os.utime(path, (_OLD, _OLD))
    return path


def check(engine: Engine, name: str, wish: Wish, on_progress: OnProgress = silent) -> list[Check]:
    """What the servers say about the configuration, each in a container just for that."""
    plan = plan_of(engine, name, wish, on_progress)
    found = []
    for service, argv in _checks(plan):
        result = engine.run_once(plan, service, argv)
        said = _without_what_is_meant(
            result.stderr + (result.stdout if argv[-1] == "check" else "")
        )
        bad = bool(result.exit_code) or any(word in said for word in _COMPLAINTS)
        found.append(
            Check(service, " ".join(argv), not bad, (said if bad else result.stdout).strip())
        )
    return found


def _services(plan: Plan) -> tuple[str, ...]:
    """The plan's services by name: each has a folder of files."""
    return tuple(dict.fromkeys(file.path.partition("/")[0] for file in plan.files))


def _checks(plan: Plan) -> list[tuple[str, tuple[str, ...]]]:
    return [
        (service, argv)
        for service in _services(plan)
        for kind, commands in _CHECKS.items()
        if is_kind(service, kind)
        for argv in commands
    ]


def _without_what_is_meant(said: str) -> str:
    return "".join(line for line in said.splitlines(keepends=True) if _MEANT not in line)


def diff(engine: Engine, name: str) -> list[FileDiff]:
    """How the files of a running lab differ from what labctl would render for it now.

    Raises:
        NotFound: there is no such lab.
    """
    plan = plan_of(engine, name, Wish())
    if engine.find(name) is None:
        raise NotFound("there is no lab {name} to compare with", remedy="labctl up", name=name)
    found: list[FileDiff] = []
    for service in _services(plan):
        there = {
            f"{CONFIG_FOLDER}/{f.path}": f.content
            for f in engine.read_tree(name, service, CONFIG_FOLDER)
        }
        for file in plan.files:
            if file.path.partition("/")[0] == service:
                runs = (
                    _read(engine, name, service, file.elsewhere)
                    if file.elsewhere
                    else there.get(file.target)
                )
                if runs is None or not is_listeners(file):
                    found += _compare(file, runs)
    return found


def _read(engine: Engine, lab: str, service: str, path: str) -> bytes | None:
    try:
        return engine.read_file(lab, service, path)
    except FileNotFoundError:
        return None


def _compare(file: PlanFile, there: bytes | None) -> Sequence[FileDiff]:
    if there == file.content:
        return ()
    if is_secret(file):
        return (FileDiff(file.path, (), secret=True),)
    old = (there or b"").decode("utf-8", "replace").splitlines()
    new = file.content.decode("utf-8", "replace").splitlines()
    lines = difflib.unified_diff(old, new, "runs", "rendered", lineterm="", n=2)
    return (FileDiff(file.path, tuple(lines), secret=False),)
