"""What a wrong turn has done to a Maildir, and what it takes to have it as it was. Pure."""

from dataclasses import dataclass

from labctl.model.maildir import Maildir, MaildirEntry
from labctl.verbs.exercise_world import home

Placed = tuple[str, MaildirEntry]  # the folder's name, and the message in it


@dataclass(frozen=True, slots=True)
class Changes:
    """What is otherwise than before."""

    renamed: tuple[tuple[Placed, Placed], ...]  # as it is now, as it was: still the same message
    extra: tuple[Placed, ...]  # was not there
    missing: tuple[Placed, ...]  # is there no longer


def entries(box: Maildir) -> list[Placed]:
    """All messages of a Maildir with their folders."""
    return [(folder.name, entry) for folder in box.folders for entry in folder.messages]


def changes(before: Maildir, after: Maildir) -> Changes:
    """What became of the messages; one that was moved or got other flags keeps its unique name."""
    was = {_state(placed): placed for placed in entries(before)}
    now = {_state(placed): placed for placed in entries(after)}
    extra = {state: placed for state, placed in now.items() if state not in was}
    missing, renamed = [], []
    for state, placed in was.items():
        if state in now:
            continue
        there = next((s for s, (_, e) in extra.items() if e.unique == placed[1].unique), None)
        if there:
            renamed.append((extra.pop(there), placed))
        else:
            missing.append(placed)
    return Changes(tuple(renamed), tuple(extra.values()), tuple(missing))


def path_of(address: str, placed: Placed) -> str:
    """Where a message's file is."""
    folder, entry = placed
    inside = "" if folder == "INBOX" else f".{folder}/"
    return f"{home(address)}/{inside}{entry.part}/{entry.file}"


def _state(placed: Placed) -> tuple[str, str, str, str]:
    folder, entry = placed
    return folder, entry.unique, entry.part, entry.flags
