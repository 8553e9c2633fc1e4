"""The pictures of a report as what is to be drawn: a message's way, a Maildir before and after."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from labctl.lang import tr
from labctl.mail.maildir import flag_words
from labctl.model.maildir import PARTS
from labctl.verbs.handson_way import STAGES, Stage

State = Literal["same", "added", "removed", "changed"]
_MOST = 8  # files of one folder that are drawn
_SUBJECT, _NAME = 40, 22  # characters

# What each stage is called, and what it does there.
STAGE_WORDS: dict[Stage, tuple[str, str]] = {
    "sender": ("client", "sends"),
    "sending": ("endpoint", "takes in"),
    "postfix": ("Postfix", "MTA"),
    "queue": ("queue", "waits"),
    "lmtp": ("LMTP", "hands over"),
    "dovecot": ("Dovecot", "serves"),
    "maildir": ("Maildir", "stores"),
    "reading": ("endpoint", "gives out"),
    "reader": ("client", "reads"),
}


@dataclass(frozen=True, slots=True)
class Station:
    """One stage of the way."""

    name: str
    below: str
    shown: bool


@dataclass(frozen=True, slots=True)
class Way:
    """The whole way, with what a run has shown of it."""

    stations: tuple[Station, ...]
    words: str  # the same for who cannot see it


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file: its message's subject, its name, its flags in words."""

    subject: str
    name: str
    info: str  # ":2,S"
    flags: str
    state: State


@dataclass(frozen=True, slots=True)
class Drawer:
    """`new/` or `cur/` of one folder."""

    label: str
    sheets: tuple[Sheet, ...]
    more: int  # files that are not drawn


@dataclass(frozen=True, slots=True)
class Boxes:
    """One account's Maildir, before and after."""

    address: str
    before: tuple[Drawer, ...]
    after: tuple[Drawer, ...]

    @property
    def changed(self) -> bool:
        """Whether any file is new, gone or has other flags."""
        return any(sheet.state != "same" for d in (*self.before, *self.after) for sheet in d.sheets)

    @property
    def height(self) -> int:
        """Of the picture, in its own units."""
        return 30 + max(sum(map(_height, drawers)) for drawers in (self.before, self.after))


def _height(drawer: Drawer) -> int:
    """As templates/report/pictures.svg.j2 draws it: a label, then 40 a sheet, or a word."""
    return 32 + (40 * len(drawer.sheets) or 22) + (16 if drawer.more else 0)


def way_picture(shown: Collection[str], sessions: Sequence[Mapping[str, Any]]) -> Way:
    """The way, its two endpoints by name where a session has used them."""
    used: dict[str, tuple[str, str]] = {}
    for session in sessions:
        stage = "sending" if session["protocol"] == "smtp" else "reading"
        used.setdefault(stage, (session["endpoint"], f":{session['port']}"))
    stations = []
    for stage in STAGES:
        name, below = used.get(stage, tuple(map(tr, STAGE_WORDS[stage])))
        stations.append(Station(name, below, stage in shown))
    said = [f"{s.name} ({tr('shown') if s.shown else tr('not seen')})" for s in stations]
    return Way(tuple(stations), " → ".join(said))


def boxes(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> Boxes:
    """Two looks at a Maildir, each file with what became of it."""
    was, now = dict(_files(before or {})), dict(_files(after))
    return Boxes(
        after["address"], tuple(_drawers(was, now, "removed")), tuple(_drawers(now, was, "added"))
    )


_Where = tuple[str, str]  # folder, part
_File = tuple[_Where, Mapping[str, Any]]


def _files(box: Mapping[str, Any]) -> Iterator[tuple[str, _File]]:
    """Each message by its unique name, which it keeps while flags and places change."""
    for folder in box.get("folders", ()):
        for part in PARTS:
            for entry in folder.get(part, ()):
                unique = str(entry.get("file", entry.get("subject", ""))).partition(":")[0]
                yield unique, ((folder["name"], part), entry)


def _drawers(
    these: Mapping[str, _File], those: Mapping[str, _File], alone: State
) -> Iterator[Drawer]:
    places = dict.fromkeys(place for place, _ in (*these.values(), *those.values()))
    for place in sorted(places, key=lambda p: (p[0] != "INBOX", p[0], PARTS.index(p[1]))):
        sheets = [
            _sheet(entry, _state(unique, (where, entry), those, alone))
            for unique, (where, entry) in these.items()
            if where == place
        ]
        yield Drawer(f"{place[0]}/{place[1]}/", tuple(sheets[:_MOST]), max(0, len(sheets) - _MOST))


def _state(unique: str, file: _File, others: Mapping[str, _File], alone: State) -> State:
    if unique not in others:
        return alone
    (place, entry), (other_place, other) = file, others[unique]
    return "same" if (place, entry["flags"]) == (other_place, other["flags"]) else "changed"


def _sheet(entry: Mapping[str, Any], state: State) -> Sheet:
    unique, colon, info = str(entry.get("file", "")).partition(":")
    name = unique if len(unique) <= _NAME else f"{unique[: _NAME - 1]}…"
    words = ", ".join(tr(word) for word in flag_words(entry["flags"]))
    subject = str(entry.get("subject", ""))
    short = subject if len(subject) <= _SUBJECT else f"{subject[: _SUBJECT - 1]}…"
    return Sheet(short, name, colon + info, words, state)
