"""The pieces of which an exercise's screen is made: prose, dialogue, Maildir diff, verdicts."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING

from rich.constrain import Constrain
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Styled

from labctl.lang import tr
from labctl.mail.excerpt import ESSENTIAL
from labctl.mail.maildir import flag_words
from labctl.model.dialogue import Line
from labctl.model.maildir import PARTS, Maildir, MaildirEntry
from labctl.model.observation import Session
from labctl.model.verdict import ExpectationResult

if TYPE_CHECKING:
    from rich.console import RenderableType

    from labctl.exercise.texts import Verdicts

READABLE = 100  # columns: no line of prose is longer
_LONGEST_RUN = 10  # lines of one speaker that are shown whole
_SHORT_NAME = 40  # characters of a file's name on a narrow screen
_WHO = {"C": ("C:", "bold cyan"), "S": ("S:", "")}
_SIGN = {"+": "green", "−": "red", " ": "dim"}


def prose(text: str, names: Mapping[str, str], style: str = "") -> Styled:
    """A text of an exercise: its names filled in, what stands in backticks in bold."""
    said = Styled(style=style)
    for index, piece in enumerate(text.strip().format_map(names).split("`")):
        said.append(piece, "bold" if index % 2 else "")
    return said


def paragraphs(text: str, names: Mapping[str, str]) -> "Iterator[RenderableType]":
    """A longer text, with air between its paragraphs."""
    for number, paragraph in enumerate(filter(None, text.strip().split("\n"))):
        yield Padding(
            Constrain(prose(paragraph, names), READABLE), (0 if number == 0 else 1, 0, 0, 2)
        )


def indented(renderable: "RenderableType", by: int = 2) -> Padding:
    """Moved to the right, and not too wide to read."""
    return Padding(Constrain(renderable, READABLE), (0, 0, 0, by), expand=False)


def dialogue(session: Session) -> "Iterator[RenderableType]":
    """Who said what: C: and S:, a lock where TLS protects it, long runs shortened."""
    head = tr("{name}: {endpoint}, port {port}", **_of(session))
    yield Padding(Styled(head, "bold"), (1, 0, 0, 2), expand=False)
    grid = Table.grid(padding=(0, 1, 0, 0))
    for width in (2, 2):
        grid.add_column(width=width, no_wrap=True)
    grid.add_column(overflow="fold")
    for line in shortened(session.lines):
        grid.add_row(*_spoken(line))
    yield Padding(grid, (0, 0, 0, 2), expand=False)


def _of(session: Session) -> dict[str, object]:
    return {"name": session.name, "endpoint": session.endpoint, "port": session.port}


def _spoken(line: Line) -> tuple[Styled, Styled, Styled]:
    if line.sender == "-":
        said = tr(line.template, **line.values) if line.template else line.text
        return Styled(), Styled("—", "dim"), Styled(said, "dim italic")
    who, style = _WHO[line.sender]
    return Styled("🔒" if line.tls else ""), Styled(who, style), Styled(line.text, style)


def shortened(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines, but of what is long or besides the point only what matters.

    Of a message that a client reads: whom it is from, to whom, about what. Of another long run by
    one speaker: its beginning and its end. Of a lookup of labctl's own: that there was one.
    """
    for kind, group in groupby(lines, key=lambda line: line.kind):
        if kind == "lookup":
            yield _looked_up(list(group))
            continue
        for (sender, _), lines_of_one in groupby(group, key=lambda line: (line.sender, line.tls)):
            run = list(lines_of_one)
            yield from _read(run) if (kind, sender) == _READ else _ends(run)


_READ = ("message", "S")  # the participant knows what the client sends; of this, the essentials


def _looked_up(run: list[Line]) -> Line:
    return Line.note(
        "labctl looks for its own messages ({n} × TOP)",
        tls=run[0].tls,
        n=sum(line.sender == "C" for line in run),
    )


def _read(run: list[Line]) -> list[Line]:
    essential = [line for line in run if line.text.lower().startswith(ESSENTIAL)]
    if len(run) <= len(ESSENTIAL) or not essential:
        return _ends(run)
    if run[-1].text.startswith("… ("):  # the recorder has said already how long it is
        return [*essential, run[-1]]
    return [*essential, _left_out(run, len(run) - len(essential))]


def _ends(run: list[Line]) -> list[Line]:
    if len(run) <= _LONGEST_RUN:
        return run
    begins = run[: _LONGEST_RUN - 3]
    return [*begins, _left_out(run, len(run) - (_LONGEST_RUN - 2)), run[-1]]


def _left_out(run: list[Line], number: int) -> Line:
    return Line(run[0].sender, tr("… {n} more lines …", n=number), run[0].tls)


def maildir_diff(before: Maildir, after: Maildir, width: int) -> "Iterator[RenderableType]":
    """The tree of files that held this run's messages, before (−) and after (+)."""
    rows = list(_rows(before, after))
    changed = any(sign != " " for _, _, sign, _ in rows)
    head = Styled.assemble((tr("Maildir of {address}", address=after.address), "bold"))
    if not changed:
        head.append("  " + tr("(nothing changed)"), "dim")
    yield Padding(head, (1, 0, 0, 2), expand=False)
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(width=1)
    grid.add_column(overflow="fold")
    shown = ""
    for folder, part, sign, entry in rows:
        if folder != shown:
            grid.add_row(Styled(folder, "bold"), "", "")
            shown = folder
        grid.add_row(Styled(f"  {part}/"), Styled(sign, _SIGN[sign]), file_name(entry, sign, width))
    yield Padding(
        grid if rows else Styled(tr("no message of this run"), "dim"), (0, 0, 0, 4), expand=False
    )


def _rows(before: Maildir, after: Maildir) -> Iterator[tuple[str, str, str, MaildirEntry]]:
    names = dict.fromkeys(f.name for box in (before, after) for f in box.folders)
    for name in names:
        old, new = before.folder(name), after.folder(name)
        for part in PARTS:
            was = {entry.file: entry for entry in old.part(part)}
            now = {entry.file: entry for entry in new.part(part)}
            rows = [
                (entry.filed, sign, entry)
                for file, entry in {**was, **now}.items()
                for sign in (" " if file in was and file in now else "−" if file in was else "+")
            ]
            for _, sign, entry in sorted(rows, key=lambda row: (row[0], row[1] == "+")):
                yield name, part, sign, entry


def file_name(entry: MaildirEntry, sign: str, width: int) -> Styled:
    """A file's name and what its flags mean; where there is little room, its middle is left out."""
    unique, colon, info = entry.file.partition(":")
    if len(unique) > _SHORT_NAME and width < READABLE:
        unique = f"{unique.partition(',')[0][: _SHORT_NAME - 1]}…"
    said = Styled(style=_SIGN[sign] if sign != " " else "")
    said.append(unique).append(colon + info, "bold")
    if entry.flags:
        words = ", ".join(
            f"{flag} = {tr(word)}"
            for flag, word in zip(entry.flags, flag_words(entry.flags), strict=True)
        )
        said.append(f"  {words}")
    return said


def verdict(found: ExpectationResult, texts: "Verdicts | None", names: Mapping[str, str]) -> Table:
    """A claim: whether it holds, in words, with what was expected and what was observed."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=1)
    grid.add_column(overflow="fold")
    words = (texts.holds if found.holds else texts.fails) if texts else found.id
    mark = Styled("✔", "bold green") if found.holds else Styled("✘", "bold red")
    grid.add_row(mark, prose(words, names))
    for said in (
        tr("expected: {it}", it=found.expected),
        tr("observed: {it}", it=found.observed),
    ):
        grid.add_row("", Styled(said, "dim"))
    return grid
