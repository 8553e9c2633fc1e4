"""A scripted mail server on loopback: it says its lines, and what it hears is kept."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from labctl.mail.wire import Target
from labctl.model.lab import Endpoint, EndpointName

HEAR = object()  # one line of the client
TLS = object()  # begin TLS
HANG_UP = object()  # close now; the last step


@dataclass
class Heard:
    """What the client said, line by line, and how it left."""

    lines: list[bytes] = field(default_factory=list)
    rest: bytes = b""
    errors: list[BaseException] = field(default_factory=list)


@cache
def certificate(name: str = "127.0.0.1") -> tuple[str, bytes]:
    """A CA's PEM that is also the server's own certificate, and chain with key as one PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "labctl test")])
    now = datetime.now(UTC)
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ip_address(name))])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(alternative, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    chain = made.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return chain.decode(), chain + secret


@contextmanager
def server(name: EndpointName, *script: object, ca: str = "") -> Iterator[tuple[Target, Heard]]:
    """Serve one connection by ``script``: bytes are sent, ``HEAR``, ``TLS``, ``HANG_UP`` done."""
    heard = Heard()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)
        endpoint = Endpoint(name, "127.0.0.1", listening.getsockname()[1])
        thread = threading.Thread(target=_serve, args=(listening, script, endpoint.tls, heard))
        thread.start()
        try:
            yield Target(endpoint, ca or certificate()[0]), heard
        finally:
            thread.join(10)
    for error in heard.errors:
        raise error


def _serve(listening: socket.socket, script: tuple[object, ...], tls: str, heard: Heard) -> None:
    try:
        connection, _ = listening.accept()
        connection.settimeout(10)
        for step in (TLS, *script) if tls == "implicit" else script:
            if step is TLS:
                connection = _secured(connection)
            elif step is HEAR:
                heard.lines.append(_line(connection))
            elif isinstance(step, bytes):
                connection.sendall(step)
        with connection:
            while script[-1:] != (HANG_UP,) and (chunk := connection.recv(65536)):
                heard.rest += chunk
    except (ConnectionError, ssl.SSLError):
        connection.close()  # the client left first: some tests are about that
    except BaseException as error:  # noqa: BLE001 - shown by the test itself
        heard.errors.append(error)


def _secured(connection: socket.socket) -> socket.socket:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "both.pem"
        path.write_bytes(certificate()[1])
        context.load_cert_chain(path)
    return context.wrap_socket(connection, server_side=True)


def _line(connection: socket.socket) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        if not (byte := connection.recv(1)):
            raise ConnectionError("the client left")
        line += byte
    return line.removesuffix(b"\r\n")
