"""HTTP through the engine's own socket: a connection, its refusals, and output as it comes."""

import json
import socket
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path

_FRAME = 8  # bytes before each piece of a command's output: 1 stream, 3 nothing, 4 length


class Refused(Exception):
    """The engine's refusal, in its own words."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(f"{status}: {words}")
        self.status_code = status
        self.explanation = words


class Silent(Exception):
    """The engine did not answer."""


class Wire(HTTPConnection):
    """HTTP through a Unix socket."""

    def __init__(self, path: Path, timeout: float | None) -> None:
        super().__init__("localhost")
        self._path = path
        self._patience = timeout

    def connect(self) -> None:
        """Open the socket; a wait on it lasts as long as the patience given."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self._patience)
        self.sock.connect(str(self._path))


class Stream:
    """What a container or a command writes, piece by piece; ``close`` ends it from any thread."""

    def __init__(self, wire: HTTPConnection, taken: socket.socket, answer: HTTPResponse) -> None:
        self._wire, self._socket, self._answer = wire, taken, answer

    def __iter__(self) -> Iterator[bytes]:
        rest = b""
        for chunk in self._chunks():
            rest += chunk
            while len(rest) >= _FRAME:
                end = _FRAME + int.from_bytes(rest[4:_FRAME], "big")
                if len(rest) < end:
                    break
                yield rest[_FRAME:end]
                rest = rest[end:]

    def _chunks(self) -> Iterator[bytes]:
        try:
            while chunk := self._answer.read1(65536):
                yield chunk
        except (OSError, HTTPException) as problem:
            raise Silent(str(problem) or type(problem).__name__) from problem
        finally:
            self._answer.close()
            self._wire.close()
            self._socket.close()

    def close(self) -> None:
        """Whoever reads hears that this is the end."""
        self._socket.shutdown(socket.SHUT_RDWR)


class Unframed(Stream):
    """An answer that comes without frames, cut anywhere: what happens on the engine."""

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks()


def explanation(words: bytes) -> str:
    """Why the engine refused: its message, or whatever it wrote instead."""
    try:
        return str(json.loads(words)["message"])
    except (ValueError, KeyError, TypeError):
        return words.decode("utf-8", "replace").strip()


def parted(output: bytes) -> tuple[bytes | None, bytes | None]:
    """What a command wrote: the frames of stdout (1) and those of stderr (2)."""
    parts = {1: b"", 2: b""}
    while len(output) >= _FRAME:
        end = _FRAME + int.from_bytes(output[4:_FRAME], "big")
        stream = 2 if output[0] == 2 else 1
        parts[stream] += output[_FRAME:end]
        output = output[end:]
    return parts[1] or None, parts[2] or None
