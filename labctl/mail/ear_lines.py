"""What the ear in Dovecot's container tells (templates/dovecot/ear.pl), as small values. Pure."""

import re
from calendar import timegm
from dataclasses import dataclass
from time import strptime
from typing import Literal

_LOG = re.compile(r"([0-9]{8}-[0-9]{6})\.([0-9]{1,9})\.([0-9]{1,9})\.(in|out)")
_TIME = re.compile(r"([0-9]{1,10})\.([0-9]{6})")
_HOME = re.compile(r"([^/]+)/([^/]+)")


@dataclass(frozen=True, slots=True)
class FileTold:
    """A file of a Maildir was created, renamed or removed."""

    address: str
    was: str  # below the Maildir; empty: created
    path: str  # empty: removed


@dataclass(frozen=True, slots=True)
class LogKey:
    """A rawlog: whose it is."""

    pid: str
    begun: int  # whole seconds since the epoch
    number: str


@dataclass(frozen=True, slots=True)
class Written:
    """One line of a rawlog."""

    log: LogKey
    sender: Literal["C", "S"]
    at: int  # nanoseconds since the epoch
    size: int  # bytes on the wire
    text: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """So many bytes of a rawlog that were not told."""

    log: LogKey
    sender: Literal["C", "S"]
    size: int


@dataclass(frozen=True, slots=True)
class Shut:
    """No more comes from one side of a rawlog."""

    log: LogKey


Ear = FileTold | Written | LeftOut | Shut


def parse_line(line: str) -> Ear | None:
    """What one line says; ``None`` for what is none of the ear's."""
    kind, *fields = line.split("\t", 5)
    if kind == "file" and len(fields) == 3:
        home = _HOME.fullmatch(fields[0])
        return FileTold(f"{home[2]}@{home[1]}", fields[1], fields[2]) if home else None
    if kind not in ("said", "gap", "shut") or not fields or not (log := _log(fields[0])):
        return None
    key, sender = log
    if kind == "shut":
        return Shut(key)
    if kind == "gap":
        return LeftOut(key, sender, _number(fields[1])) if len(fields) == 2 else None
    if len(fields) < 4 or not (time := _TIME.fullmatch(fields[1])):
        return None
    at = int(time[1]) * 10**9 + int(time[2]) * 1000
    return Written(key, sender, at, _number(fields[2]), "\t".join(fields[3:]))


def _log(name: str) -> tuple[LogKey, Literal["C", "S"]] | None:
    if not (found := _LOG.fullmatch(name)):
        return None
    try:
        begun = timegm(strptime(found[1], "%Y%m%d-%H%M%S"))
    except ValueError:
        return None
    return LogKey(found[2], begun, found[3]), "C" if found[4] == "in" else "S"


def _number(digits: str) -> int:
    return int(digits) if re.fullmatch(r"[0-9]{1,15}", digits) else 0
