"""What breaks a conversation with a mail server; what a server refuses is a value instead."""

import ssl

from labctl.errors import EnvironmentProblem
from labctl.model.lab import Endpoint


class MailProblem(EnvironmentProblem):
    """The conversation with a mail server could not begin or broke off.

    Its templates may name ``{where}`` (the endpoint, its address) and ``{service}`` (who answers).
    """

    def __init__(self, endpoint: Endpoint, problem: str, *, remedy: str, **values: object) -> None:
        self.endpoint = endpoint
        super().__init__(
            problem,
            remedy=remedy,
            where=f"{endpoint.name} ({endpoint.host}:{endpoint.port})",
            service=endpoint.service,
            **values,
        )


class NotReachable(MailProblem):
    """Nothing listens there."""

    def __init__(self, endpoint: Endpoint, error: OSError) -> None:
        super().__init__(
            endpoint,
            "{where} cannot be reached: {reason}",
            remedy="is the lab up? labctl status; what the server says: labctl logs {service}",
            reason=reason(error),
        )


class NoAnswer(MailProblem):
    """The server said nothing before the deadline."""

    def __init__(self, endpoint: Endpoint, seconds: float) -> None:
        super().__init__(
            endpoint,
            "{where} did not answer within {seconds:g} s",
            remedy="is it stopped or very busy? labctl status; what it says: labctl logs {service}",
            seconds=seconds,
        )


class ConnectionLost(MailProblem):
    """The connection ended in the middle of a conversation."""

    def __init__(self, endpoint: Endpoint, why: str) -> None:
        super().__init__(
            endpoint,
            "the connection to {where} broke off: {reason}",
            remedy="the server's log may say why: labctl logs {service}",
            reason=why,
        )


class TlsProblem(MailProblem):
    """TLS could not begin, or the server's certificate is not the lab's."""

    def __init__(self, endpoint: Endpoint, why: str) -> None:
        super().__init__(
            endpoint,
            "no TLS with {where}: {reason}",
            remedy="is it this lab that answers there? labctl status, then labctl doctor",
            reason=why,
        )


class NotUnderstood(MailProblem):
    """What came back is not the protocol that was expected."""

    def __init__(self, endpoint: Endpoint, line: bytes) -> None:
        super().__init__(
            endpoint,
            "{where} answered something else than expected: {line!r}",
            remedy="does another program hold that port? labctl doctor",
            line=line.decode("utf-8", "replace")[:80],
        )


def reason(error: Exception) -> str:
    """What went wrong, in the words of OpenSSL or the system, without their numbers."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, ssl.SSLError) and error.reason:
        return error.reason.replace("_", " ").lower()
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
