"""The Maildir pane of the microscope: the tree of files, and what has just moved in it. Pure."""

from collections.abc import Iterator

from labctl.cli.watch_lines import Part, Row, clean
from labctl.cli.watch_panes import View
from labctl.lang import tr
from labctl.mail.maildir import flag_words
from labctl.model.maildir import PARTS, Folder, MaildirEntry
from labctl.model.microscope import Box, Mark, Scope

_SHORT = 14  # characters of a file's name: the seconds, and enough to tell two apart
_WIDE = 60  # cells of a pane from which on a name is shown up to its first comma
_BOXES = 6  # Maildirs that are shown when no account is in focus


def maildirs(scope: Scope, view: View, width: int) -> list[Row]:
    """The Maildir of the account in focus; of all, those in which something happened last."""
    boxes = list(scope.boxes.values())
    if view.focus:
        boxes = [box for box in boxes if box.maildir.address == view.focus]
    boxes.sort(key=lambda box: -box.touched)  # stable: untouched ones in the lab's order
    rows: list[Row] = []
    for box in boxes[:_BOXES]:
        if rows:
            rows.append(Row(()))
        rows += _box(box, view, width)
    return rows


def _box(box: Box, view: View, width: int) -> Iterator[Row]:
    heading = Part(box.maildir.address, "bold magenta")
    marks = [mark for mark in box.marks if view.fresh(mark.seen)]
    folders = box.maildir.folders
    if not folders:
        told = tr("no Maildir yet: it comes with the first message or login")
        yield Row((heading, Part(f"  {told}", "dim")), hang=1)
    elif not marks and not any(folder.entries for folder in folders):
        yield Row((heading, Part(f"  {tr('no mail')}", "dim")), hang=1)
    else:
        yield Row((heading,))
        lost = {m.change.before[0] for m in marks if m.change.before}
        for name in [f.name for f in folders] + sorted(lost - {f.name for f in folders}):
            yield from _folder(box.maildir.folder(name), marks, width)


def _folder(folder: Folder, marks: list[Mark], width: int) -> Iterator[Row]:
    touched = any(
        side and side[0] == folder.name for m in marks for side in (m.change.before, m.change.after)
    )
    if not folder.entries and not touched:
        yield Row((Part(f" {clean(folder.name)}", "bold"), Part("  new/ 0  cur/ 0", "dim")))
        return
    yield Row((Part(f" {clean(folder.name)}", "bold"),))
    for part in PARTS:
        entries = folder.part(part)
        there = {entry.unique for entry in entries}
        ghosts = [
            mark
            for mark in marks
            if mark.change.before
            and mark.change.before[0] == folder.name
            and mark.change.before[1].part == part
            and mark.change.before[1].unique not in there
        ]
        if not entries and not ghosts and part == "tmp":
            continue
        yield Row((Part(f"  {part}/ "), Part(str(len(entries)), "dim")))
        for mark in {_unique(m): m for m in ghosts}.values():
            yield _ghost(mark, width)
        for entry in reversed(entries):  # the youngest first
            yield _file(folder.name, entry, marks, width)


def _unique(mark: Mark) -> str:
    return mark.change.before[1].unique if mark.change.before else ""


def _ghost(mark: Mark, width: int) -> Row:
    """A file that was here a moment ago."""
    before, after = mark.change.before, mark.change.after
    name = _name(before[1], width) if before else ""
    if after is None:
        return Row(
            (Part(f"   {name}", "strike dim"), Part(f"  ✗ {tr('removed')}", "bold red")), fresh=True
        )
    other = after[0] if before and after[0] != before[0] else ""
    where = f"{clean(other)} {after[1].part}/".strip()
    return Row((Part(f"   {name}", "strike dim"), Part(f"  → {where}", "bold yellow")), fresh=True)


def _file(folder: str, entry: MaildirEntry, marks: list[Mark], width: int) -> Row:
    mine = [
        mark.change
        for mark in marks
        if mark.change.after
        and mark.change.after[0] == folder
        and mark.change.after[1].unique == entry.unique
    ]
    info = entry.file[len(entry.unique) :]
    came = [
        c.before for c in mine if c.kind == "moved" and c.before and c.before[1].part != entry.part
    ]
    added = bool(mine) and mine[-1].kind == "added"
    words = zip(entry.flags, flag_words(entry.flags), strict=True)
    before = {f for change in mine if change.before for f in change.before[1].flags}
    gained = set(entry.flags) - before if any(c.before for c in mine) else set()
    return Row(
        (
            Part(f"   {_name(entry, width)}", "bold green" if added else ""),
            Part(clean(info), "bold" if not gained else "bold reverse"),
            Part(f"  + {tr('new')}" if added else "", "bold green"),
            Part(f"  ← {came[0][1].part}/" if came else "", "bold yellow"),
            *(part for flag, word in words for part in _flag(flag, word, gained)),
            Part(f"  {clean(entry.subject)}" if entry.subject else "", "italic dim"),
        ),
        fresh=bool(mine),
        hang=5,
        most=2,
    )


def _flag(flag: str, word: str, gained: set[str]) -> tuple[Part, Part]:
    style = "bold reverse" if flag in gained else "cyan"
    return Part("  "), Part(f"{flag} = {tr(word)}".replace(" ", "\u00a0"), style)


def _name(entry: MaildirEntry, width: int) -> str:
    """A file's name without its flags, cut where it says little."""
    name = clean(entry.unique.partition(",")[0])
    return name if width >= _WIDE or len(name) <= _SHORT else f"{name[:_SHORT]}…"
