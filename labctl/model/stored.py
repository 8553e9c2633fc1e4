"""A message as the server keeps it: its fields and its body, as they lie in the file, and read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stored:
    """One message file of a Maildir."""

    folder: str
    fields: tuple[tuple[str, str], ...]  # name and value, each unfolded to one line; in order
    body: str  # as it lies there; bytes beyond ASCII as \\udc80 to \\udcff
    shown: tuple[tuple[str, str], ...] = ()  # the fields as a mail program shows them (RFC 2047)
    text: str = ""  # its text parts as a mail program shows them (RFC 2045)
