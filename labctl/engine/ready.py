"""Ready means that the protocol says so: each endpoint is asked until it answers as it must.

25 greets with 220; 587 offers STARTTLS after EHLO; 465 offers AUTH under TLS (so Dovecot's SASL
answers Postfix too); 143 and 110 greet; 993 and 995 greet under TLS, with a certificate of this
lab's CA.

Sources: RFC 5321 (4.2), RFC 3207, RFC 4954, RFC 9051 (7.1.1), RFC 1939 (4), RFC 8314.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Event
from typing import Any

from labctl.engine.values import LogLine
from labctl.errors import NotReady
from labctl.model.lab import Endpoint, EndpointName
from labctl.model.progress import OnProgress, Progress

_NAP = 0.015  # seconds between two attempts
_ONE_ATTEMPT = 5.0  # seconds; a server under load may take its time, a dead one answers at once
_LOOK_EVERY = 0.25  # seconds between two looks at whether the container still lives


def _say(stream: socket.SocketType, line: bytes) -> None:
    stream.sendall(line + b"\r\n")


def _smtp_reply(stream: socket.SocketType, code: bytes) -> bytes:
    """One whole reply that begins with ``code``."""
    seen = b""
    while not any(line[:4] == code + b" " for line in seen.split(b"\r\n")[:-1]):
        chunk = stream.recv(4096)
        if not chunk or (len(seen) >= 3 and not seen.startswith(code)):
            raise ConnectionError(f"answered {seen[:80]!r}")
        seen += chunk
    return seen


def _smtp(stream: socket.SocketType, must_offer: bytes) -> None:
    _smtp_reply(stream, b"220")
    if must_offer:
        _say(stream, b"EHLO ready.labctl.test")
        if must_offer not in _smtp_reply(stream, b"250"):
            raise ConnectionError(f"does not offer {must_offer.decode()}")
    # By these three the log tells that it was labctl who asked, and no client.
    for _ in range(3):
        _say(stream, b"NOOP")
        _smtp_reply(stream, b"250")
    _say(stream, b"QUIT")


def _greeting(stream: socket.SocketType, begins: bytes, goodbye: bytes) -> None:
    if not (greeting := stream.recv(4096)).startswith(begins):
        raise ConnectionError(f"answered {greeting[:80]!r}")
    _say(stream, goodbye)


_ASK: dict[EndpointName, Callable[[socket.SocketType], None]] = {
    "smtp": lambda s: _smtp(s, b""),
    "submission": lambda s: _smtp(s, b"STARTTLS"),
    "submissions": lambda s: _smtp(s, b"AUTH "),
    "imap": lambda s: _greeting(s, b"* OK", b"a LOGOUT"),
    "imaps": lambda s: _greeting(s, b"* OK", b"a LOGOUT"),
    "pop3": lambda s: _greeting(s, b"+OK", b"QUIT"),
    "pop3s": lambda s: _greeting(s, b"+OK", b"QUIT"),
}


def ask(endpoint: Endpoint, tls: ssl.SSLContext, timeout: float = _ONE_ATTEMPT) -> None:
    """Ask one endpoint once.

    Raises:
        OSError: it does not answer, or not as it must (``ssl.SSLError`` is one, too).
    """
    with socket.create_connection((endpoint.host, endpoint.port), timeout) as plain:
        if endpoint.tls == "starttls":
            _ASK[endpoint.name](plain)
            return
        with tls.wrap_socket(plain, server_hostname=endpoint.host) as secured:
            _ASK[endpoint.name](secured)


def trusting(ca_pem: str) -> ssl.SSLContext:
    """A TLS context that trusts this lab's CA and nothing else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(cadata=ca_pem)
    return context


def refuse_dead(
    service: str, state: Mapping[str, Any], last_words: Callable[[], Iterable[LogLine]]
) -> None:
    """Refuse a container that does not run any more.

    Args:
        service: whose container it is.
        state: as the engine tells it on inspection.
        last_words: the end of its log, asked for only when it died.

    Raises:
        NotReady: it died; with its exit code and the end of its log.
    """
    if state["Status"] == "running":
        return
    raise NotReady(
        "{service} died with exit code {code}{memory}; the end of its log:\n{log}",
        remedy="labctl config check names a faulty setting; labctl up tries again",
        service=service,
        code=state["ExitCode"],
        memory=" (out of memory)" if state.get("OOMKilled") else "",
        log="\n".join(f"    {line.text}" for line in last_words()),
    )


def wait_ready(
    endpoints: Sequence[Endpoint],
    ca_pem: str,
    *,
    deadline: float,
    check_alive: Callable[[], None],
    cancelled: Event,
    on_progress: OnProgress,
) -> None:
    """Wait until all ``endpoints`` (of one service) answer.

    Args:
        endpoints: asked one after the other, so that a server that is starting is left in peace.
        ca_pem: the lab's CA certificate.
        deadline: by ``time.monotonic()``.
        check_alive: raises when the service died.
        cancelled: once set, this returns early.
        on_progress: told of each endpoint.

    Raises:
        NotReady: the deadline passed.
    """
    tls = trusting(ca_pem)
    begun = looked = time.monotonic()
    for endpoint in endpoints:
        while (why := _why_not(endpoint, tls, deadline)) is not None:
            now = time.monotonic()
            if now > deadline:
                raise NotReady(
                    "{endpoint} on {host}:{port} is not ready after {waited:.0f} s: {why}",
                    remedy="its log says more: labctl logs {service}",
                    endpoint=endpoint.name,
                    host=endpoint.host,
                    port=endpoint.port,
                    waited=now - begun,
                    why=why,
                    service=endpoint.service,
                )
            if now - looked > _LOOK_EVERY:
                looked = now
                check_alive()
            if cancelled.wait(_NAP):
                return
        on_progress(
            Progress(
                f"endpoint:{endpoint.name}",
                "{endpoint} greets on {host}:{port}",
                "done",
                time.monotonic() - begun,
                values={"endpoint": endpoint.name, "host": endpoint.host, "port": endpoint.port},
            )
        )


def _why_not(endpoint: Endpoint, tls: ssl.SSLContext, deadline: float) -> str | None:
    left = max(0.1, min(_ONE_ATTEMPT, deadline - time.monotonic()))
    try:
        ask(endpoint, tls, left)
    except OSError as problem:
        return str(problem)
    return None
