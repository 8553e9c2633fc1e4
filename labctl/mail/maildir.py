"""What the files of a Maildir say: folders, messages, flags, and what changed. Pure.

Source: https://cr.yp.to/proto/maildir.html; folders as in Maildir++ (``.Work.Sub/``), which
Dovecot uses: https://doc.dovecot.org/2.4.1/core/config/mailbox/formats/maildir.html
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from labctl.mail.message import summary
from labctl.mail.utf7 import decode
from labctl.model.maildir import PARTS, Folder, Maildir, MaildirChange, MaildirEntry, Part

# What a flag letter in a file name means (English; the screen translates).
FLAG_MEANING: dict[str, str] = {
    "P": "passed on",
    "R": "replied",
    "S": "seen",
    "T": "trashed",
    "D": "draft",
    "F": "flagged",
}
INBOX = "INBOX"

Placed = tuple[str, MaildirEntry]  # (folder name, entry)
Key = Callable[[Placed], tuple[str, ...] | None]  # what a message is known by; None: nothing

_PATH = re.compile(r"(?:\./)?(?:\.([^/]+)/)?(new|cur|tmp)/([^/]+)", re.DOTALL)
_FOLDER = re.compile(r"(?:\./)?\.([^/]+)/", re.DOTALL)
_INFO = re.compile(r":2,([A-Za-z]*)$")
_PART: dict[str, Part] = {part: part for part in PARTS}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message lies and what its file name says."""

    folder: str  # as people read it: INBOX, Archive, Work.Sub, Été
    part: Part
    file: str
    flags: str


def parse_entry(path: str) -> Place | None:
    """Read a message's state from its path in the Maildir.

    ``cur/1699.M1P7.mx,S=512:2,RS`` was replied to and seen; ``S=512`` is the size in bytes, not a
    flag. In ``new/`` there are no flags yet. ``None`` for what is no message, as ``dovecot.index``.
    """
    found = _PATH.fullmatch(path)
    if not found or found[3].startswith((".", "dovecot")):
        return None
    part = _PART[found[2]]
    info = _INFO.search(found[3]) if part == "cur" else None
    folder = decode(found[1]) if found[1] else INBOX
    return Place(folder, part, found[3], info[1] if info else "")


def read_maildir(address: str, files: Iterable[tuple[str, bytes]]) -> Maildir:
    """An account's Maildir out of (relative path, content) of its files, in any order.

    INBOX comes first, the other folders by name; a folder is there if any file of it is (Dovecot
    writes ``maildirfolder``). In a folder new/ comes before cur/ and tmp/, older before younger.
    """
    entries: dict[str, list[MaildirEntry]] = {INBOX: []}
    for path, content in files:
        if folder := _FOLDER.match(path):
            entries.setdefault(decode(folder[1]), [])
        if place := parse_entry(path):
            entries[place.folder].append(_entry(place, content))
    names = sorted(entries, key=lambda name: (name != INBOX, name))
    return Maildir(address, tuple(Folder(n, tuple(sorted(entries[n], key=_age))) for n in names))


def flag_words(flags: str) -> tuple[str, ...]:
    """The meaning of each flag letter; Dovecot's keywords (``a`` to ``z``) as ``keyword a``."""
    return tuple(FLAG_MEANING.get(flag, f"keyword {flag}") for flag in flags)


def diff(before: Maildir, after: Maildir) -> tuple[MaildirChange, ...]:
    """What happened to each message between two looks: what is gone or changed first, then added.

    A message is known by its file's unique name; where that changed (MOVE gives a new one) by its
    token and Message-ID. A copy is an addition.
    """
    olds, news = list(_placed(before)), list(_placed(after))
    pairs: list[tuple[Placed, Placed]] = []
    for key in (_same_place, _same_name, _same_message):
        olds, news = _match(olds, news, key, pairs)
    changes = [change for old, new in pairs if (change := _changed(old, new))]
    changes += [MaildirChange("removed", old, None) for old in olds]
    return (*changes, *(MaildirChange("added", None, new) for new in news))


def _entry(place: Place, content: bytes) -> MaildirEntry:
    said = summary(content)
    return MaildirEntry(
        part=place.part,
        file=place.file,
        flags=place.flags,
        size=len(content),
        subject=said.subject,
        message_id=said.message_id,
        token=said.token,
    )


def _age(entry: MaildirEntry) -> tuple[int, tuple[int, int, str], str]:
    """Sorts by part, then by when it was filed."""
    return PARTS.index(entry.part), entry.filed, entry.file


def _placed(maildir: Maildir) -> Iterator[Placed]:
    return ((folder.name, entry) for folder in maildir.folders for entry in folder.entries)


def _same_place(placed: Placed) -> tuple[str, ...] | None:
    return placed[0], placed[1].unique


def _same_name(placed: Placed) -> tuple[str, ...] | None:
    return (placed[1].unique,)


def _same_message(placed: Placed) -> tuple[str, ...] | None:
    """Only with a Message-ID: a token alone is that of a whole exercise."""
    entry = placed[1]
    return (entry.token, entry.message_id) if entry.message_id else None


def _match(
    olds: list[Placed],
    news: list[Placed],
    key: Key,
    pairs: list[tuple[Placed, Placed]],
) -> tuple[list[Placed], list[Placed]]:
    """Pair what has the same key, one to one and in order; return what is left of both."""
    waiting: dict[tuple[str, ...], list[Placed]] = {}
    left_new = []
    for new in news:
        if (word := key(new)) is None:
            left_new.append(new)
        else:
            waiting.setdefault(word, []).append(new)
    left_old = []
    for old in olds:
        word = key(old)
        if word is not None and waiting.get(word):
            pairs.append((old, waiting[word].pop(0)))
        else:
            left_old.append(old)
    unpaired = {id(new) for rest in waiting.values() for new in rest} | {id(n) for n in left_new}
    return left_old, [new for new in news if id(new) in unpaired]


def _changed(old: Placed, new: Placed) -> MaildirChange | None:
    if (old[0], old[1].part, old[1].unique) != (new[0], new[1].part, new[1].unique):
        return MaildirChange("moved", old, new)
    if old[1].flags != new[1].flags:
        return MaildirChange("flagged", old, new)
    return None
