"""Debian made from its own archive with mmdebstrap, where no image registry is in reach."""

import os
import platform
import shutil
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Generator
from contextlib import closing
from typing import IO, TYPE_CHECKING

from labctl.engine.apt import Archive, is_debian_like
from labctl.engine.build import IMAGE_LABEL, failure
from labctl.errors import LabError, NoImage
from labctl.model.progress import OnProgress, Progress

if TYPE_CHECKING:
    from docker import DockerClient

SUITE = "trixie"  # Debian 13: Postfix 3.10, Dovecot 2.4
BOOTSTRAPPED = ("labctl/base", SUITE)
STEP = "image:base"

_END = 20.0  # seconds mmdebstrap may take to tidy up after itself
_CHUNK = 1 << 20  # bytes
# As in Debian's own slim images: no manuals, no translations; licences stay.
_SLIM = (
    "path-exclude=/usr/share/man/*",
    "path-exclude=/usr/share/locale/*",
    "path-exclude=/usr/share/doc/*",
    "path-include=/usr/share/doc/*/copyright",
    "force-unsafe-io",
)


def bootstrap(
    client: "DockerClient", archive: Archive, refusal: str, on_progress: OnProgress
) -> None:
    """Make the base image from the Debian archive, and say so; ``refusal`` is why no registry did.

    Raises:
        NoImage: this machine cannot, or mmdebstrap failed.
    """
    _check_possible(client, refusal)
    values: dict[str, object] = {
        "reference": ":".join(BOOTSTRAPPED),
        "mirror": archive.mirror,
        "reason": refusal,
    }
    on_progress(
        Progress(
            f"{STEP}:note",
            "no image registry gave Debian ({reason}); "
            "the base is made from the Debian archive instead: {mirror}",
            "note",
            values=values,
        )
    )
    said: deque[str] = deque(maxlen=15)

    def tell(line: str) -> None:
        said.append(line)
        on_progress(Progress(STEP, "making the base from {mirror}", detail=line, values=values))

    try:
        _import(client, archive, tell)
    except Exception as problem:
        on_progress(Progress(STEP, "the base could not be made", "failed", values=values))
        if isinstance(problem, LabError):
            raise
        raise failure("base", [*said, str(problem)]) from problem


def _import(client: "DockerClient", archive: Archive, tell: Callable[[str], None]) -> None:
    with closing(_debian_tar(archive, tell)) as tar:
        answer = client.api.import_image_from_data(
            tar,
            repository=BOOTSTRAPPED[0],
            tag=BOOTSTRAPPED[1],
            changes=['CMD ["bash"]', f"LABEL {IMAGE_LABEL}=base"],
        )
    if '"error"' in answer:
        raise RuntimeError(answer)


def _debian_tar(archive: Archive, tell: Callable[[str], None]) -> Generator[bytes, None, None]:
    """A minimal Debian as a tar archive, piece by piece, straight from mmdebstrap to the engine.

    Nothing is written to this machine's disk but mmdebstrap's own folder in ``TMPDIR``, which it
    removes itself, also when it is stopped.

    Raises:
        NoImage: mmdebstrap failed; before the archive's end, so that the engine keeps nothing.
    """
    process = subprocess.Popen(
        _mmdebstrap(archive),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "LC_ALL": "C.UTF-8", **dict(archive.proxies)},
        start_new_session=True,  # Ctrl-C reaches labctl alone, which then ends it in order
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    said: list[str] = []
    reader = threading.Thread(target=_read_lines, args=(process.stderr, said, tell), daemon=True)
    reader.start()
    try:
        process.stdin.write(archive.sources(SUITE).encode())
        process.stdin.close()
        while piece := process.stdout.read(_CHUNK):
            yield piece
        status = process.wait()
        reader.join(_END)
        if status:
            raise failure("base", said[-15:])
    finally:
        _end(process, reader)


def _mmdebstrap(archive: Archive) -> list[str]:
    """Sources come on standard input, the archive leaves on standard output.

    Source: mmdebstrap(1); minbase is what Debian's own images hold.
    """
    options = [f"--aptopt={option}" for option in ('Acquire::Languages "none";', *archive.options)]
    secured = [] if archive.mirror.startswith("http://") else ["--include=ca-certificates"]
    return [
        "mmdebstrap",
        "--mode=auto",
        "--variant=minbase",
        *secured,
        *options,
        *(f"--dpkgopt={option}" for option in _SLIM),
        SUITE,
        "-",
        "-",
    ]


def _read_lines(pipe: IO[bytes], said: list[str], tell: Callable[[str], None]) -> None:
    for raw in pipe:
        if line := raw.decode(errors="replace").strip():
            said.append(line)
            tell(line)


def _end(process: "subprocess.Popen[bytes]", reader: threading.Thread) -> None:
    """End mmdebstrap as Ctrl-C in a terminal would: its whole process group is told.

    Its first process then waits for the others and removes the folder they worked in.
    """
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(_END)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    reader.join(_END)
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe:
            pipe.close()


def _check_possible(client: "DockerClient", refusal: str) -> None:
    """Whether this machine can make a Debian for that engine.

    Raises:
        NoImage: it cannot; says what to do instead.
    """
    elsewhere = (
        "give the engine a registry mirror, or load the images from a machine that has them: "
        "docker save labctl/postfix labctl/dovecot | ssh THIS docker load"
    )
    theirs = str(client.api.version().get("Arch", ""))
    ours = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    lacking = " ".join(_lacking())
    if lacking:
        problem = (
            "no image registry gave Debian ({reason}), and what makes it "
            "from the Debian archive is not installed: {lacking}"
        )
        easy = "install it, then again: sudo apt-get install {lacking}"
        remedy = easy if is_debian_like() else elsewhere
    elif theirs in {"amd64", "arm64"} and theirs != ours:
        problem = (
            "no image registry gave Debian ({reason}), and this machine ({ours}) "
            "cannot make one for the engine's processor ({theirs})"
        )
        remedy = elsewhere
    else:
        return
    raise NoImage(problem, remedy=remedy, reason=refusal, ours=ours, theirs=theirs, lacking=lacking)


def _lacking() -> list[str]:
    """The Debian packages that making a Debian takes and that are not installed.

    Who is not root maps users into a namespace, with newuidmap. Source: mmdebstrap(1), MODES.
    """
    user = getattr(os, "geteuid", int)()
    tools = {"mmdebstrap": "mmdebstrap"} | ({"newuidmap": "uidmap"} if user else {})
    return [package for tool, package in tools.items() if not shutil.which(tool)]
