"""Keep what stands at the seats as files, and make it stand again: here, or on a fresh engine."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from labctl.engine.protocol import Engine
from labctl.engine.values import FoundLab
from labctl.errors import BadCheckpoint, BadUsage, EnvironmentProblem, NoSuchLab, NotFound
from labctl.model.lab import LabSpec
from labctl.model.plan import CONFIG_FOLDER, PlanFile
from labctl.model.progress import OnProgress, silent
from labctl.model.shown import shown_path
from labctl.model.workshop import Seat, lab_name
from labctl.render.checkpoint import (
    Checkpoint,
    dump_checkpoint,
    load_checkpoint,
    saved_at,
    without_indexes,
)
from labctl.render.state import load_state
from labctl.verbs.handson_store import COURSE_FILE, EVIDENCE, forget
from labctl.verbs.labs import STATE_FILE
from labctl.verbs.reset import reset
from labctl.verbs.up import found_before, made
from labctl.verbs.wipe import MAIL
from labctl.verbs.wished import Given, Wish, specified
from labctl.verbs.workshop_change import Changed, changed, changing
from labctl.verbs.workshop_gateway import doors_of, open_gateway
from labctl.verbs.workshop_places import refuse_without_gateway
from labctl.verbs.workshop_seats import numbers_of

_ENDING = ".tar.gz"
_COURSE = COURSE_FILE.rpartition("/")[2]


def save(
    engine: Engine,
    workshop: str,
    seats: Sequence[str],
    folder: Path,
    on_progress: OnProgress = silent,
) -> Changed:
    """Write a file for each of these seats, over an older one of the same seat.

    Mail that still waits in Postfix's queue is not in it. Only its owner can read the file: it
    holds the seat's passwords.

    Raises:
        BadUsage: the folder cannot be made.
        NotFound: there is no such workshop, or no such seat.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, ValueError) as problem:
        raise BadUsage(
            "{file} cannot be written: {why}",
            file=shown_path(folder),
            why=getattr(problem, "strerror", None) or str(problem),
        ) from None
    return changed(
        engine, workshop, seats or ["all"], lambda lab: _save(engine, lab, folder), on_progress
    )


def _save(engine: Engine, lab: FoundLab, folder: Path) -> None:
    if lab.unfilled:
        raise EnvironmentProblem(
            "the lab {lab} has not got its mail back, which was lost with the node {node}",
            remedy="first: labctl workshop up",
            lab=lab.name,
            node=lab.unfilled,
        )
    with engine.locked(lab.name):
        checkpoint = taken(engine, lab)
    _write(folder / f"{lab.name}{_ENDING}", dump_checkpoint(checkpoint))


def taken(engine: Engine, lab: FoundLab) -> Checkpoint:
    """A seat as it stands, whether its servers run or not.

    Raises:
        NoSuchLab: it never got as far as having a state.
    """
    tree = {f.path: f.content for f in engine.read_tree(lab.name, "postfix", CONFIG_FOLDER)}
    state = tree.get(STATE_FILE.rpartition("/")[2])
    if state is None:
        raise NoSuchLab(lab.name)
    spec = load_state(state)
    progress = {n: c for n, c in tree.items() if n == _COURSE or n.startswith(EVIDENCE)}
    mail = {
        dovecot: without_indexes(engine.read_archive(lab.name, dovecot, MAIL))
        for dovecot in _dovecots(spec)
    }
    return Checkpoint(spec, engine.now(), progress, mail)


def _dovecots(spec: LabSpec) -> Iterator[str]:
    return (name for name, kind, _ in spec.services if kind == "dovecot")


def _write(file: Path, content: bytes) -> None:
    """All of it or nothing, and for its owner alone."""
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
        temporary.replace(file)
    except OSError as problem:
        raise BadUsage(
            "{file} cannot be written: {why}",
            file=shown_path(file),
            why=problem.strerror or str(problem),
        ) from None
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def restore(
    engine: Engine,
    workshop: str,
    seats: Sequence[str],
    folder: Path,
    on_progress: OnProgress = silent,
) -> Changed:
    """Make seats what their files say: same accounts, passwords, CA, ports, mail and progress.

    A seat that is there loses what it has now. All files are read before anything is changed.

    Raises:
        BadCheckpoint: a file is damaged, or no checkpoint.
        NotFound: there is none for one of these seats.
    """
    found = {number: read(file) for number, file in _files(workshop, seats, folder).items()}
    images = engine.images(
        on_progress, several_sites=any(len(c.spec.sites) > 1 for c in found.values())
    )
    _open_gateway(engine, workshop, [c.spec for c in found.values()], on_progress)
    whose = {n: c.spec.seat or Seat(workshop, n) for n, c in found.items()}
    return changing(
        workshop, whose, lambda n: put_back(engine, found[n], Given(images)), on_progress
    )


def _open_gateway(
    engine: Engine, workshop: str, specs: Sequence[LabSpec], on_progress: OnProgress
) -> None:
    """The gateway is there before the seats are, if they were behind one; seats there keep theirs.

    Raises:
        EnvironmentProblem: this engine cannot have one.
        PortBusy: somebody holds one of the ports.
    """
    behind = [spec for spec in specs if spec.gateway]
    if behind:
        refuse_without_gateway(engine)
        doors = [door for spec in behind for door in doors_of(spec)]
        open_gateway(engine, workshop, behind[0].bind, doors, on_progress)


def files_there(workshop: str, folder: Path) -> dict[int, Path]:
    """The checkpoints of a workshop's seats in a folder, by seat."""
    return {
        int(path.name[len(workshop) + 1 : -len(_ENDING)]): path
        for path in sorted(folder.glob(f"{workshop}-*{_ENDING}"))
        if path.name[len(workshop) + 1 : -len(_ENDING)].isdecimal()
    }


def _files(workshop: str, words: Sequence[str], folder: Path) -> dict[int, Path]:
    there = files_there(workshop, folder)
    wanted = numbers_of(words or ["all"])
    missing = [n for n in wanted or () if n not in there]
    if missing or not there:
        file = folder / f"{lab_name(workshop, missing[0] if missing else 1)}{_ENDING}"
        raise NotFound(
            "there is no checkpoint {file}",
            remedy="make one: labctl workshop checkpoint save",
            file=shown_path(file),
        )
    return {n: path for n, path in there.items() if wanted is None or n in wanted}


def read(file: Path) -> Checkpoint:
    """One checkpoint, all of it.

    Raises:
        BadCheckpoint: it is damaged, or no checkpoint.
    """
    with _opened(file) as opened:
        raw = opened.read()
    checkpoint = load_checkpoint(raw, shown_path(file))
    if f"{checkpoint.spec.name}{_ENDING}" != file.name:
        raise BadCheckpoint(
            "{file} is the checkpoint of another lab: {name}",
            file=shown_path(file),
            name=ascii(checkpoint.spec.name),
        )
    return checkpoint


def taken_at(file: Path) -> int:
    """When a checkpoint was taken, nanoseconds since the epoch.

    Raises:
        BadCheckpoint: it cannot be read.
    """
    with _opened(file) as opened:
        return saved_at(opened, shown_path(file))


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    try:
        with file.open("rb") as opened:
            yield opened
    except OSError as problem:
        raise BadCheckpoint(
            "{file}: cannot be read: {problem}",
            file=shown_path(file),
            problem=problem.strerror or str(problem),
        ) from None


def put_back(engine: Engine, checkpoint: Checkpoint, given: Given) -> None:
    """Make one seat what its checkpoint says.

    Raises:
        EnvironmentProblem: the machine is in the way.
    """
    saved = checkpoint.spec
    lab = saved.name
    with engine.locked(lab):
        there, now = found_before(engine, lab)
        subnet = now.subnet if now else engine.free_subnet(lab)
        before = replace(saved, subnet=subnet)
        spec = specified(engine, lab, Wish(seat=saved.seat), before, given=given)
        if not spec.gateway:
            engine.check_ports(lab, spec.published)
        made(engine, spec, there)
    refill(engine, checkpoint)


def refill(engine: Engine, checkpoint: Checkpoint) -> None:
    """Give a seat that runs the mail and the progress of a checkpoint, in place of what it has.

    Raises:
        EnvironmentProblem: it does not run.
    """
    lab = checkpoint.spec.name
    reset(engine, lab)
    with engine.locked(lab):
        for dovecot, archive in checkpoint.mail.items():
            engine.write_archive(lab, dovecot, MAIL, archive)
        forget(engine, lab)
        files = [
            PlanFile(f"postfix/{name}", content, 0o600)
            for name, content in checkpoint.progress.items()
        ]
        if files:
            engine.put_files(lab, "postfix", files)
        engine.filled(lab)
