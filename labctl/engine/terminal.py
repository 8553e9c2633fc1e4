"""Lend this terminal to a process inside a container: raw keys in, its screen out.

Where stdin is no terminal, it is simply passed on.
"""

import contextlib
import os
import select
import shutil
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from labctl.engine.api import Api
from labctl.errors import EnvironmentProblem

_CHUNK = 65536


def attach(api: Api, container: str, argv: Sequence[str], user: str = "") -> int:
    """Run ``argv`` in the container with this terminal; its exit code.

    Raises:
        EnvironmentProblem: this system has no such terminals (Windows).
    """
    if os.name == "nt":
        raise EnvironmentProblem(
            "labctl cannot lend this terminal on Windows",
            remedy="use: docker exec -it {container} {command}",
            container=container[:12],
            command=" ".join(argv),
        )
    tty = sys.stdin.isatty() and sys.stdout.isatty()
    made = api.exec_create(container, list(argv), stdin=True, tty=tty, user=user)["Id"]
    answer = api.exec_start(made, tty=tty, socket=True)
    wire: socket.socket = getattr(answer, "_sock", answer)
    with _raw() if tty else contextlib.nullcontext():
        if tty:
            _follow_size(api, made)
        _pump(wire, framed=not tty)
    return int(api.exec_inspect(made)["ExitCode"] or 0)


@contextlib.contextmanager
def _raw() -> Iterator[None]:
    """Every key goes through, Ctrl-C too; afterwards the terminal is as it was."""
    import termios
    import tty

    before = termios.tcgetattr(sys.stdin)
    try:
        tty.setraw(sys.stdin)
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def _follow_size(api: Api, made: str) -> None:
    def resize(*_: object) -> None:
        size = shutil.get_terminal_size()
        with contextlib.suppress(Exception):  # a picture of the wrong size is no reason to stop
            api.exec_resize(made, height=size.lines, width=size.columns)

    signal.signal(signal.SIGWINCH, resize)
    resize()


def _pump(wire: socket.socket, *, framed: bool) -> None:
    """Pass bytes both ways until the process ends."""
    keyboard, screen = sys.stdin.fileno(), sys.stdout.fileno()
    watched: list[Any] = [wire, keyboard]
    buffered = b""
    while True:
        ready, _, _ = select.select(watched, [], [])
        if keyboard in ready:
            if keys := os.read(keyboard, _CHUNK):
                wire.sendall(keys)
            else:
                watched.remove(keyboard)
                wire.shutdown(socket.SHUT_WR)
        if wire in ready:
            if not (heard := wire.recv(_CHUNK)):
                return
            buffered = _deliver(buffered + heard, screen) if framed else _write(screen, heard)


def _write(screen: int, data: bytes) -> bytes:
    while data:
        data = data[os.write(screen, data) :]
    return b""


def _deliver(data: bytes, screen: int) -> bytes:
    """Write whole frames (1 byte stream, 3 nothing, 4 length) where they go; keep the rest."""
    while len(data) >= 8:
        length = int.from_bytes(data[4:8], "big")
        if len(data) < 8 + length:
            break
        _write(sys.stderr.fileno() if data[0] == 2 else screen, data[8 : 8 + length])
        data = data[8 + length :]
    return data
