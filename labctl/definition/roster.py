"""The list of a workshop's people, as any spreadsheet saves it: CSV. Pure but for ``load``.

Excel in French separates by semicolons and writes Windows-1252, or UTF-16 as "Unicode text"; the
same people come out of all of them. A cell that a spreadsheet would take for a formula is refused:
results are written as CSV again, and opened by somebody else.

Source: RFC 4180; https://owasp.org/www-community/attacks/CSV_Injection
"""

import codecs
import csv
import io
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from labctl.errors import BadRoster
from labctl.model.shown import shown_path
from labctl.model.workshop import MOST_SEATS, Person

LONGEST = 80  # characters of a name: it must fit on a printed page
_LARGEST = 1_000_000  # bytes
_SEPARATORS = "\t;,"  # a comma may stand inside a name, a tab never does
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# A spreadsheet takes the wide ones, too.
_FORMULA = "=+-@＝＋－＠"
_JOINERS = "\u200c\u200d"  # Persian and Indian names are written with them
# What a heading may be called. A family name and a first name may stand in columns of their own.
_HEADINGS = {
    "person": "name",
    "name": "name",
    "participant": "name",
    "nom": "name",
    "first name": "first",
    "prénom": "first",
    "prenom": "first",
    "pseudonym": "pseudonym",
    "pseudonyme": "pseudonym",
    "pseudo": "pseudonym",
}
_USUAL = ("name", "pseudonym")  # the columns of a file without headings


def load(path: Path) -> tuple[Person, ...]:
    """The people of that file, in its order.

    Raises:
        BadRoster: it cannot be read, or something in it is wrong.
    """
    file = shown_path(path)
    try:
        with path.open("rb") as opened:
            raw = opened.read(_LARGEST + 1)
    except (OSError, ValueError) as problem:  # ValueError: no file has such a name
        why = getattr(problem, "strerror", None) or str(problem)
        raise BadRoster("{file}: cannot be read: {problem}", file=file, problem=why) from None
    if len(raw) > _LARGEST:
        raise BadRoster("{file}: larger than 1 MB", file=file)
    return parse(raw, file)


def parse(raw: bytes, file: str) -> tuple[Person, ...]:
    """The people of a roster, in its order; empty rows are left out.

    Args:
        raw: the file, in UTF-8, UTF-16 or Windows-1252.
        file: its name, for the message.

    Raises:
        BadRoster: with file and line.
    """
    text = _decoded(raw, file)
    found: list[Person] = []
    seen: dict[str, int] = {}
    columns: Sequence[str] | None = None
    for line, cells in _rows(text, file):
        if columns is None:
            columns = _columns(cells, line, file)
            if columns is not _USUAL:
                continue
        person = _person(columns, cells, line, file)
        for word in filter(None, (person.name, person.pseudonym)):
            other = seen.setdefault(word.casefold(), line)
            if other != line:
                raise BadRoster(
                    "{file}:{line}: {word} stands on line {other} already",
                    remedy="two people of one name need something that tells them apart",
                    file=file,
                    line=line,
                    word=word,
                    other=other,
                )
        found.append(person)
        if len(found) > MOST_SEATS:
            raise BadRoster(
                "{file}:{line}: more than {most} people: a workshop has no seat for this one",
                file=file,
                line=line,
                most=MOST_SEATS,
            )
    if not found:
        raise BadRoster("{file}: nobody stands in it", file=file)
    return tuple(found)


def _decoded(raw: bytes, file: str) -> str:
    encoding = next((name for bom, name in _BOMS if raw.startswith(bom)), "")
    for candidate in (encoding,) if encoding else ("utf-8", "cp1252"):
        try:
            return raw.decode(candidate)
        except UnicodeDecodeError as problem:
            line = raw[: problem.start].count(b"\n") + 1
    raise BadRoster(
        "{file}:{line}: neither UTF-8, UTF-16 nor Windows-1252 text",
        remedy="save it as CSV in UTF-8",
        file=file,
        line=line,
    )


def _rows(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, each with the line on which it begins."""
    if (at := text.find("\0")) >= 0:
        raise BadRoster(
            "{file}:{line}: a NUL character: this is no text",
            remedy="save it as CSV in UTF-8",
            file=file,
            line=text.count("\n", 0, at) + 1,
        )
    separator = next((s for s in _SEPARATORS if s in text), ",")
    begins = 1
    if text[:5].lower() in {f"sep={s}" for s in _SEPARATORS}:  # Excel's own way to say it
        separator, text = text[4], text[5:]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            cells = [_trimmed(cell) for cell in row]
            if any(cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error:
        raise BadRoster(
            "{file}:{line}: a quotation mark too many, or one too few", file=file, line=begins
        ) from None


def _trimmed(cell: str) -> str:
    """The word in its one usual form: é is one character, a no-break space is a space."""
    whole = unicodedata.normalize("NFC", cell)
    return "".join(" " if unicodedata.category(c) == "Zs" else c for c in whole).strip()


def _columns(cells: Sequence[str], line: int, file: str) -> Sequence[str]:
    """What each column holds: as the headings say, or as usual where there are none."""
    named = [_HEADINGS.get(cell.casefold(), "") for cell in cells]
    if "name" not in named and "first" not in named:
        return _USUAL
    for cell, column in zip(cells, named, strict=True):
        if (cell and not column) or (column and named.count(column) > 1):
            raise BadRoster(
                "{file}:{line}: the column {word} is none of a roster's",
                remedy="its columns are: person and, if you wish, pseudonym",
                file=file,
                line=line,
                word=ascii(cell[:LONGEST]),
            )
    return named


def _person(columns: Sequence[str], cells: Sequence[str], line: int, file: str) -> Person:
    if any(cells[len(columns) :]):
        raise BadRoster(
            "{file}:{line}: {count} columns are too many",
            remedy="its columns are: person and, if you wish, pseudonym",
            file=file,
            line=line,
            count=len(cells),
        )
    words = dict(zip(columns, (_checked(cell, line, file) for cell in cells), strict=False))
    name = " ".join(filter(None, (words.get("first"), words.get("name"))))
    if not any(c.isalnum() for c in name):
        raise BadRoster("{file}:{line}: no name stands here", file=file, line=line)
    return Person(_checked(name, line, file), words.get("pseudonym", ""))


def _checked(word: str, line: int, file: str) -> str:
    """A name that a screen, a page and a spreadsheet can show as it is."""
    if word[:1] and word[0] in _FORMULA:
        raise BadRoster(
            "{file}:{line}: {word} begins as a formula of a spreadsheet does: with = + - or @",
            remedy="write the name alone",
            file=file,
            line=line,
            word=ascii(word[:LONGEST]),
        )
    if not all(c.isprintable() or c in _JOINERS for c in word):
        raise BadRoster(
            "{file}:{line}: {word} holds a character that cannot be printed",
            file=file,
            line=line,
            word=ascii(word[:LONGEST]),
        )
    if len(word) > LONGEST:
        raise BadRoster(
            "{file}:{line}: {word}… is longer than {longest} characters",
            file=file,
            line=line,
            word=word[:20],
            longest=LONGEST,
        )
    return word
