"""IMAP's data: atoms, quoted strings, literals, lists; and the answers built of them. Pure.

Source: RFC 9051, section 9 (and RFC 3501, whose answers are a subset).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from labctl.mail.utf7 import decode, encode

# An atom or quoted string is a str, a literal bytes, a parenthesised list a tuple, NIL is None.
Value = str | bytes | tuple["Value", ...] | None

_ATOM_SAFE = re.compile(r"[A-Za-z0-9!#$&'+,./:;<=>?@^_`|~-]+")
_TOKEN = re.compile(
    r"""[ ]* (?: (?P<open>\() | (?P<close>\)) | "(?P<quoted>(?:[^"\\]|\\.)*)"
        | (?P<atom>(?:\[[^\]]*\]|[^\s()"\[])+) | (?P<other>.) )""",
    re.VERBOSE | re.DOTALL,
)
_DEEPEST = 50


@dataclass(frozen=True, slots=True)
class Untagged:
    r"""One ``*`` answer: its text (a literal shown as ``{size}``) and its values.

    ``* 2 FETCH (FLAGS (\Seen))`` has the values ``("2", "FETCH", ("FLAGS", ("\Seen",)))``.
    """

    text: str  # without "* "
    values: tuple[Value, ...]

    @property
    def word(self) -> str:
        """What kind it is: ``EXISTS``, ``FETCH``, ``FLAGS``, ``LIST``, ``OK``; in capitals."""
        first = next((v for v in self.values[:2] if isinstance(v, str) and not v.isdigit()), "")
        return first.upper()

    @property
    def number(self) -> int:
        """``2`` of ``2 EXISTS``; 0 when it does not begin with a number."""
        first = self.values[0] if self.values else ""
        return as_int(first) or 0


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a FETCH answer says of one message; what was not asked for is ``None`` or empty."""

    seq: int
    items: dict[str, Value]  # by name in capitals: "FLAGS", "BODY[HEADER]", "RFC822.SIZE"

    @property
    def uid(self) -> int | None:
        """The message's UID."""
        return as_int(self.items.get("UID"))

    @property
    def size(self) -> int | None:
        """RFC822.SIZE, in bytes."""
        return as_int(self.items.get("RFC822.SIZE"))

    @property
    def flags(self) -> tuple[str, ...]:
        r"""Its flags, e.g. ``\Seen``."""
        flags = self.items.get("FLAGS")
        return tuple(f for f in flags if isinstance(f, str)) if isinstance(flags, tuple) else ()

    @property
    def body(self) -> bytes | None:
        """The first of its BODY[…] texts: all of the message, its header, or a part."""
        for name, value in self.items.items():
            if name.startswith(("BODY[", "RFC822", "BINARY[")) and name != "RFC822.SIZE":
                return value.encode("utf-8", "replace") if isinstance(value, str) else _bytes(value)
        return None


def parse(parts: Sequence[str | bytes]) -> tuple[Value, ...]:
    """Values of one answer: ``parts`` are its text pieces (str) and its literals (bytes).

    Never fails: what is not IMAP's syntax becomes an atom.
    """
    stack: list[list[Value]] = [[]]
    for part in parts:
        if isinstance(part, bytes):
            stack[-1].append(part)
        else:
            _read(part, stack)
    while len(stack) > 1:
        closed = stack.pop()
        stack[-1].append(tuple(closed))
    return tuple(stack[0])


def fetched(answer: Untagged) -> Fetched | None:
    """The message data of a FETCH answer; ``None`` for any other."""
    if answer.word != "FETCH" or not answer.values or not isinstance(answer.values[-1], tuple):
        return None
    pairs = answer.values[-1]
    items = {
        name.upper(): value
        for name, value in zip(pairs[::2], pairs[1::2], strict=False)
        if isinstance(name, str)
    }
    return Fetched(answer.number, items)


def mailbox(name: str) -> str:
    """A mailbox's name as an argument: modified UTF-7, quoted where it must be."""
    return astring(encode(name))


def mailbox_name(value: Value) -> str:
    """A mailbox's name out of an answer, as people read it."""
    return decode(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value))


def astring(text: str) -> str:
    """A word as an argument: an atom if it can be one, else a quoted string."""
    if _ATOM_SAFE.fullmatch(text) and text.upper() != "NIL":
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def as_int(value: Value) -> int | None:
    """The number that an atom is; ``None`` for everything else."""
    is_number = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20
    return int(value) if is_number and isinstance(value, str) else None


def _read(text: str, stack: list[list[Value]]) -> None:
    for kind, word in _tokens(text):
        if kind == "open" and len(stack) < _DEEPEST:
            stack.append([])
        elif kind == "close" and len(stack) > 1:
            closed = stack.pop()
            stack[-1].append(tuple(closed))
        elif kind == "atom":
            stack[-1].append(None if word.upper() == "NIL" else word)
        else:
            stack[-1].append(word)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or "other"
        word = found[kind]
        if kind == "quoted":
            word = re.sub(r"\\(.)", r"\1", word, flags=re.DOTALL)
        if kind != "other" or word.strip():
            yield kind, word


def _bytes(value: Value) -> bytes | None:
    return value if isinstance(value, bytes) else None
