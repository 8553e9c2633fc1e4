"""Words from outside as they may stand in a message: printable, on one line, short."""

import re
from pathlib import PurePath

_HALVES = re.compile("[\ud800-\udc7f\udd00-\udfff]")


def shown(word: str) -> str:
    """A word from a file: what is not ASCII is escaped."""
    return word.encode("unicode_escape").decode("ascii")[:80]


def legible(text: str) -> str:
    """A text that any screen and file can hold.

    Bytes beyond ASCII that a reader kept (PEP 383) are read as UTF-8; what is neither those nor a
    character (half of a UTF-16 pair) becomes U+FFFD.
    """
    whole = _HALVES.sub("\ufffd", text)
    return whole.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def shown_path(path: PurePath) -> str:
    """A file's name: what cannot be printed is escaped; of a long one, the end."""
    return "".join(c if c.isprintable() else shown(c) for c in str(path))[-200:]
