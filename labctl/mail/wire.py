"""One connection to a mail server: socket, TLS, lines, a deadline for every answer, a transcript.

The clients in ``smtp.py``, ``imap.py`` and ``pop3.py`` stand on it. What a server refuses is a
value there; what breaks the conversation itself is a :class:`MailProblem`.
"""

import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from types import TracebackType
from typing import Self

from labctl.errors import BadUsage
from labctl.mail.mask import Mask, Protocol
from labctl.mail.problem import (
    ConnectionLost,
    MailProblem,
    NoAnswer,
    NotReachable,
    NotUnderstood,
    TlsProblem,
    reason,
)
from labctl.mail.recorder import Recorder, visible
from labctl.model.dialogue import Transcript
from labctl.model.lab import ANYWHERE, Endpoint

__all__ = [
    "ConnectionLost", "MailProblem", "NoAnswer", "NotReachable", "NotUnderstood",
    "Session", "Target", "TlsProblem", "Wire", "visible",
]  # fmt: skip

LONGEST_LINE = 1 << 20  # bytes; RFC 5321 asks for 1,000, IMAP answers can be long
LARGEST_LITERAL = 1 << 28  # bytes


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect and whom to trust.

    ``server_name`` is what the certificate must name; empty: the endpoint's host. ``in_the_clear``
    speaks without TLS where TLS should come first (465, 993, 995), to see that it leads nowhere.
    """

    endpoint: Endpoint
    ca_pem: str
    server_name: str = ""
    in_the_clear: bool = False

    @property
    def host(self) -> str:
        """The address to connect to: a lab bound to all addresses is reached on this machine."""
        return ANYWHERE.get(self.endpoint.host, self.endpoint.host)


class Wire(Recorder):
    """A connection that speaks in lines and remembers what was said.

    ``timeout`` (seconds) is the most that one line or one literal may take, even dripping slowly.
    """

    def __init__(self, target: Target, protocol: Protocol, *, timeout: float = 20.0) -> None:
        super().__init__()
        self.target = target
        self.timeout = timeout
        self.mask = Mask(protocol)
        self._socket: socket.socket | None = None
        self._buffer = bytearray()

    @property
    def is_open(self) -> bool:
        """Whether the connection still stands, as far as this side knows."""
        return self._socket is not None

    def connect(self) -> None:
        """Open the connection; under TLS at once where the endpoint is an implicit one.

        Raises:
            NotReachable, NoAnswer, TlsProblem: as their names say.
        """
        endpoint = self.target.endpoint
        try:
            self._socket = socket.create_connection((self.target.host, endpoint.port), self.timeout)
        except TimeoutError as error:
            raise NoAnswer(endpoint, self.timeout) from error
        except OSError as error:
            raise NotReachable(endpoint, error) from error
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.note("connected to {host}:{port}", host=self.target.host, port=endpoint.port)
        if endpoint.tls == "implicit" and not self.target.in_the_clear:
            self.start_tls()

    def start_tls(self) -> None:
        """Go on under TLS 1.2 or later, the certificate checked against the lab's CA.

        Raises:
            TlsProblem: also when words in the clear followed the consent (CVE-2011-0411).
        """
        if self._buffer:
            self.close()
            raise TlsProblem(self.target.endpoint, "words in the clear came after STARTTLS")
        name = self.target.server_name or self.target.host
        try:
            # In here, and not before: a broken CA is a TLS problem like any other.
            context = ssl.create_default_context(cadata=self.target.ca_pem)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            plain = self._opened()
            plain.settimeout(self.timeout)
            secured = context.wrap_socket(plain, server_hostname=name)
        except TimeoutError as error:
            self.close()
            raise NoAnswer(self.target.endpoint, self.timeout) from error
        except (OSError, ValueError) as error:
            self.close()
            raise TlsProblem(self.target.endpoint, reason(error)) from error
        self._socket = secured
        self.tls = True
        self.note("{version} begins", version=(secured.version() or "TLS").replace("TLSv", "TLS "))

    def send(self, data: bytes) -> None:
        """Send bytes as they are; nothing is recorded.

        Raises:
            NoAnswer, ConnectionLost: the server does not take them.
        """
        connection = self._opened()
        connection.settimeout(self.timeout)
        try:
            connection.sendall(data)
        except TimeoutError as error:
            raise NoAnswer(self.target.endpoint, self.timeout) from error
        except OSError as error:
            raise self._lost(reason(error)) from error

    def send_line(self, text: str, *, shown: str | None = None) -> None:
        """Send one line and record it: as ``shown`` if given, else with its secrets masked.

        Raises:
            BadUsage: ``text`` holds a line break, so it would be two commands.
        """
        if any(c in text for c in "\r\n"):
            raise BadUsage("one command to a mail server is one line, without a line break in it")
        self._opened()
        masked = self.mask.client(text)
        self.record("C", masked if shown is None else shown)
        self.send(text.encode("utf-8", "surrogateescape") + b"\r\n")

    def read_line(self, *, timeout: float | None = None, shown: bool = True) -> bytes:
        """The next line without its CRLF; ``timeout`` in seconds.

        Raises:
            NoAnswer: no whole line came in time; what did come is kept for the next read.
            ConnectionLost: the server closed the connection first.
        """
        deadline = monotonic() + (self.timeout if timeout is None else timeout)
        seen = 0
        while (end := self._buffer.find(b"\n", seen)) < 0:
            seen = len(self._buffer)
            if seen > LONGEST_LINE:
                raise self.not_understood(bytes(self._buffer[:60]))
            self._receive(deadline)
        line = bytes(self._buffer[:end]).removesuffix(b"\r")
        del self._buffer[: end + 1]
        if shown:
            self.record("S", self.mask.server(line.decode("utf-8", "replace")))
        return line

    def read_exactly(self, count: int) -> bytes:
        """The next ``count`` bytes; nothing is recorded."""
        if count > LARGEST_LITERAL:
            raise self.not_understood(b"{%d}" % count)
        deadline = monotonic() + self.timeout
        while len(self._buffer) < count:
            self._receive(deadline)
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        return data

    def close(self, *, why: str = "connection closed") -> None:
        """Close the socket without another word; once closed, nothing more happens."""
        if self._socket is not None:
            self.note(why)
            with suppress(OSError):
                self._socket.close()
            self._socket = None

    def not_understood(self, line: bytes) -> NotUnderstood:
        """The error for an answer that is not of this protocol; the connection is closed."""
        self.close()
        return NotUnderstood(self.target.endpoint, line)

    def _opened(self) -> socket.socket:
        if self._socket is None:
            raise self._lost("it is closed already")
        return self._socket

    def _receive(self, deadline: float) -> None:
        connection = self._opened()
        if (left := deadline - monotonic()) <= 0:
            raise NoAnswer(self.target.endpoint, self.timeout)
        try:
            connection.settimeout(left)
            chunk = connection.recv(65536)
        except TimeoutError as error:
            raise NoAnswer(self.target.endpoint, self.timeout) from error
        except OSError as error:
            raise self._lost(reason(error)) from error
        if not chunk:
            self.close(why="connection closed by the server")
            raise self._lost("the server closed it")
        self._buffer += chunk

    def _lost(self, why: str) -> ConnectionLost:
        self.close()
        return ConnectionLost(self.target.endpoint, why)


class Session:
    """What the three clients share: a wire, a transcript, and the end of the connection."""

    def __init__(self, target: Target, timeout: float, *, protocol: Protocol) -> None:
        self.wire = Wire(target, protocol, timeout=timeout)

    @property
    def transcript(self) -> Transcript:
        """What was said so far, secrets masked."""
        return self.wire.transcript

    def drop(self) -> None:
        """Break the connection: no farewell, as when a laptop's lid closes."""
        self.wire.close(why="connection dropped by the client, without a farewell")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.wire.close()
