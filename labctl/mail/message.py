"""Make messages that any MTA takes, and read the few words of one that a lab shows.

Source: RFC 5322; RFC 2047 for words beyond ASCII in a header.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from labctl.errors import BadUsage
from labctl.model.shown import legible

if TYPE_CHECKING:
    from email.message import EmailMessage

TOKEN_HEADER = "X-Labctl-Token"  # noqa: S105 - a header's name

Encoding = Literal["7bit", "quoted-printable", "base64"]

_LINE_END = re.compile(rb"\r\n|\r|\n")
_LONGEST_HEADER = 64 * 1024  # bytes that summary() reads
_WANTED = re.compile(
    rb"^(Subject|Message-ID|X-Labctl-Token)[ \t]*:((?:[^\n]|\n[ \t])*)",
    re.IGNORECASE | re.MULTILINE,
)
_REPORT = re.compile(rb"report-type=\"?delivery-status", re.IGNORECASE)
_TOKEN = re.compile(rb"^X-Labctl-Token: ([!-~]{1,100})\r?$", re.IGNORECASE | re.MULTILINE)
_FOLD = re.compile(r"[ \t]*\r?\n[ \t]*")


@dataclass(frozen=True, slots=True)
class Summary:
    """What a listing shows of a message; empty where it has no such header."""

    subject: str = ""  # decoded
    message_id: str = ""  # with its angle brackets
    token: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels with a message."""

    name: str
    content: bytes
    content_type: str  # e.g. image/png


def bare(subject: str, body: str, token: str) -> bytes:
    """A message as somebody types it by hand: a subject, an empty line, the body; ASCII only.

    The token, by which an exercise knows its own messages, is the only other field.
    """
    return crlf(f"Subject: {subject}\n{TOKEN_HEADER}: {token}\n\n{body}".encode("ascii", "replace"))


def compose(
    from_: str,
    to: str | Iterable[str],
    subject: str,
    body: str,
    *,
    token: str = "",
    headers: Iterable[tuple[str, str]] = (),
    date: datetime | None = None,
    message_id: str = "",
    encoding: Encoding | None = None,
    attachment: Attachment | None = None,
) -> bytes:
    """A plain text message with CRLF line ends, all of it ASCII on the wire.

    ``from_`` and ``to`` are what the header says; who gets it is the envelope's affair. ``date`` is
    now, ``message_id`` a fresh one of the sender's domain, unless given. The body is UTF-8 and goes
    as ``encoding`` says, or as short as it can.

    Raises:
        BadUsage: a header's text cannot be one (it holds a line break, or is no address).
    """
    from email.message import EmailMessage
    from email.policy import SMTP
    from email.utils import localtime, make_msgid

    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    domain = from_.rpartition("@")[2].strip("<> ")
    fields: list[tuple[str, str | datetime]] = [
        ("From", from_),
        ("To", to if isinstance(to, str) else ", ".join(to)),
        ("Subject", subject),
        ("Date", date or localtime()),
        ("Message-ID", message_id or make_msgid(domain=_safe_domain(domain))),
        *([(TOKEN_HEADER, token)] if token else []),
        *headers,
    ]
    for name, value in fields:
        _set(message, name, value)
    message.set_content(body.encode("utf-8", "replace").decode("utf-8"), cte=encoding)
    if attachment:
        kind, _, subtype = attachment.content_type.partition("/")
        message.add_attachment(
            attachment.content, maintype=kind, subtype=subtype, filename=attachment.name
        )
    try:
        return crlf(message.as_bytes())
    except Exception as error:  # the stdlib's header folding fails in many ways on odd text
        raise BadUsage("this message cannot be written: {reason}", reason=str(error)) from error


def summary(message: bytes) -> Summary:
    """Subject, Message-ID and token out of a message's header; never fails, whatever the bytes.

    A report of a failed delivery has the token of the message that it returns (RFC 3464). Reads at
    most the first 64 KiB, and nothing of any other body.
    """
    head = message[:_LONGEST_HEADER]
    end = re.search(rb"^\r?\n", head, re.MULTILINE)
    found: dict[bytes, str] = {}
    for match in _WANTED.finditer(head[: end.start()] if end else head):
        text = _FOLD.sub(" ", match[2].decode("utf-8", "replace")).strip()
        found.setdefault(match[1].lower(), text)
    return Summary(
        subject=decoded(found.get(b"subject", "")),
        message_id=found.get(b"message-id", ""),
        token=found.get(b"x-labctl-token", "") or _returned_token(head, end.start() if end else 0),
    )


def _returned_token(head: bytes, body: int) -> str:
    if not _REPORT.search(head[:body]):
        return ""
    found = _TOKEN.search(head[body:])
    return found[1].decode("ascii") if found else ""


def crlf(message: bytes) -> bytes:
    """The message with every line end as CRLF, as SMTP and IMAP want it."""
    return _LINE_END.sub(b"\r\n", message)


def _set(message: "EmailMessage", name: str, value: str | datetime) -> None:
    broken = any(c in text for text in (name, str(value)) for c in "\r\n\0")
    try:
        if broken or not re.fullmatch(r"[!-9;-~]+", name):
            raise ValueError("a line break or an odd name")  # noqa: TRY301 - one way out
        message[name] = value
    except Exception as error:  # the stdlib's header parser fails in many ways on odd text
        raise BadUsage(
            "the header {name!r} cannot hold {value!r}", name=name, value=str(value)[:80]
        ) from error


def _safe_domain(domain: str) -> str:
    return domain if re.fullmatch(r"[A-Za-z0-9.-]+", domain) else "invalid"


def decoded(text: str) -> str:
    """A field's value as people read it (RFC 2047); what cannot be decoded stays as it is."""
    if "=?" not in text:
        return text
    from email.errors import MessageError
    from email.header import decode_header, make_header

    try:
        return legible(str(make_header(decode_header(text))))
    except (MessageError, LookupError, ValueError):
        return text
