"""Words from outside as they may stand in a message: printable, on one line, short."""

from pathlib import PurePath


def shown(word: str) -> str:
    """A word from a file: what is not ASCII is escaped."""
    return word.encode("unicode_escape").decode("ascii")[:80]


def shown_path(path: PurePath) -> str:
    """A file's name: what cannot be printed is escaped; of a long one, the end."""
    return "".join(c if c.isprintable() else shown(c) for c in str(path))[-200:]
