"""Read a message's file: what lies there, and what a mail program makes of it. Pure; never fails.

Source: RFC 5322 for fields and folding; RFC 2045 to 2047 for encodings.
"""

import re
from email import message_from_bytes
from email.message import Message

from labctl.mail.message import decoded
from labctl.model.shown import legible
from labctl.model.stored import Stored

_LARGEST = 1 << 20  # bytes that are read of a file
_FIELD = re.compile(r"([!-9;-~]+)[ \t]*:(.*)", re.DOTALL)
_FOLD = re.compile(r"\n(?=[ \t])")


def read_stored(content: bytes, folder: str = "INBOX") -> Stored:
    """A message out of its file's bytes; of a large one, the first MiB."""
    raw = content[:_LARGEST].replace(b"\r\n", b"\n").decode("ascii", "surrogateescape")
    head, _, body = raw.partition("\n\n") if not raw.startswith("\n") else ("", "", raw[1:])
    fields = tuple(_fields(head))
    return Stored(
        folder,
        fields,
        body,
        tuple((name, decoded(legible(value))) for name, value in fields),
        _text(raw),
    )


def _fields(head: str) -> list[tuple[str, str]]:
    """Unfolded; what is no field, as the ``From `` line of an mbox, is passed over."""
    lines = _FOLD.sub("", head).split("\n")
    found = (_FIELD.fullmatch(line) for line in lines)
    return [(match[1], " ".join(match[2].split())) for match in found if match]


def _text(raw: str) -> str:
    try:
        whole = message_from_bytes(raw.encode("ascii", "surrogateescape"))
        parts = [part for part in whole.walk() if part.get_content_type() == "text/plain"]
    except RecursionError:  # a thousand parts inside each other: no mail program shows them either
        return ""
    return "\n".join(_shown(part) for part in parts)


def _shown(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        return legible(payload.decode(str(part.get_content_charset("ascii")), "replace"))
    except (LookupError, ValueError):  # no charset that Python knows
        return payload.decode("ascii", "replace")
