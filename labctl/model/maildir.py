"""A Maildir as files: folders, entries in ``new/``, ``cur/``, ``tmp/``, and what changed since.

Source: https://cr.yp.to/proto/maildir.html
"""

import re
from dataclasses import dataclass, field
from typing import Literal

Part = Literal["new", "cur", "tmp"]
PARTS: tuple[Part, ...] = ("new", "cur", "tmp")
_TIME = re.compile(r"([0-9]{1,15})\.(?:M([0-9]{1,9}))?")  # how Dovecot's names begin


@dataclass(frozen=True, slots=True)
class MaildirEntry:
    """One message file."""

    part: Part
    file: str  # the whole file name, e.g. 1699.M1P7.mx,S=512:2,S
    flags: str  # e.g. "S" (seen), "RS"; always empty in new/
    size: int  # bytes
    subject: str = ""
    message_id: str = ""
    token: str = ""  # X-Labctl-Token, by which an exercise knows its own messages

    @property
    def unique(self) -> str:
        """The part of the name before ``:``: it stays when flags change."""
        return self.file.partition(":")[0]

    @property
    def filed(self) -> tuple[int, int, str]:
        """When it was filed, as its name says: seconds, microseconds; then the name, to sort by.

        Names themselves do not sort by time: microseconds have no leading zeros.
        """
        found = _TIME.match(self.file)
        seconds, micros = (int(found[1]), int(found[2] or 0)) if found else (0, 0)
        return seconds, micros, self.unique


@dataclass(frozen=True, slots=True)
class Folder:
    """One mailbox: INBOX, or a subfolder such as ``Archive`` (on disk ``.Archive``)."""

    name: str
    entries: tuple[MaildirEntry, ...] = ()

    def part(self, part: Part) -> tuple[MaildirEntry, ...]:
        """The entries in ``new``, ``cur`` or ``tmp``."""
        return tuple(e for e in self.entries if e.part == part)

    @property
    def messages(self) -> tuple[MaildirEntry, ...]:
        """The entries that are messages: those in ``tmp/`` are still being written."""
        return tuple(e for e in self.entries if e.part != "tmp")


@dataclass(frozen=True, slots=True)
class Maildir:
    """All folders of one account at one moment."""

    address: str
    folders: tuple[Folder, ...] = field(default=())

    def folder(self, name: str) -> Folder:
        """The folder of that name; an empty one when the Maildir has none such."""
        return next((f for f in self.folders if f.name == name), Folder(name))

    @property
    def inbox(self) -> Folder:
        """Where new mail arrives."""
        return self.folder("INBOX")


@dataclass(frozen=True, slots=True)
class MaildirChange:
    """What happened to one message between two looks at a Maildir.

    ``moved`` from one folder, or one of ``new/``, ``cur/`` and ``tmp/``, to another: its flags may
    have changed as well. ``flagged``: only its flags changed.
    """

    kind: Literal["added", "removed", "moved", "flagged"]
    before: tuple[str, MaildirEntry] | None  # (folder name, entry)
    after: tuple[str, MaildirEntry] | None


def maildir_json(maildir: Maildir) -> dict[str, object]:
    """A Maildir as plain data, in the shape that is promised to programs."""
    return {
        "address": maildir.address,
        "folders": [
            {
                "name": folder.name,
                **{part: [_entry_json(entry) for entry in folder.part(part)] for part in PARTS},
            }
            for folder in maildir.folders
        ],
    }


def _entry_json(entry: MaildirEntry) -> dict[str, object]:
    return {
        "file": entry.file,
        "flags": entry.flags,
        "size": entry.size,
        "subject": entry.subject,
        "message_id": entry.message_id,
    }
