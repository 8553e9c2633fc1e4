"""Rosters: the same people from every spreadsheet, and one sentence with the line for the rest."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.definition.roster import LONGEST, load, parse
from labctl.errors import BadRoster, ExitCode
from labctl.model.workshop import MOST_SEATS, Person
from tests.unit.test_definition import assert_one_clear_sentence

PEOPLE = (
    Person("Zoé Martin", "Héron"),
    Person("Noël Çelik", "Loutre"),
    Person("Anne-Sofie Ó Néill"),
)


def complaint(content: str | bytes) -> str:
    """The one sentence about a roster that is wrong; its way past it is beside it."""
    raw = content if isinstance(content, bytes) else content.encode()
    with pytest.raises(BadRoster) as caught:
        parse(raw, "room.csv")
    assert caught.value.exit_code is ExitCode.USAGE
    said = str(caught.value.problem)
    assert_one_clear_sentence(said)
    return said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("heading", ["", "person{}pseudonym", "Nom{}Pseudonyme", "NAME{}pseudo"])
def test_the_same_people_come_out_of_every_spreadsheet(
    encoding: str, separator: str, ending: str, heading: str
) -> None:
    rows = [separator.join((p.name, p.pseudonym)) for p in PEOPLE]
    head = [heading.format(separator)] if heading else []
    raw = (ending.join([*head, *rows]) + ending).encode(encoding)
    assert parse(raw, "room.csv") == PEOPLE


@pytest.mark.parametrize(
    ("content", "people"),
    [
        ("Zoé\n", [Person("Zoé")]),
        ("Zoé", [Person("Zoé")]),
        ("\n\n  Zoé \n ; \n\n", [Person("Zoé")]),
        ('"Martin, Zoé";Heron\n', [Person("Martin, Zoé", "Heron")]),
        ('"Zoé ""Zo"" Martin"\n', [Person('Zoé "Zo" Martin')]),
        ("sep=,\nZoé,Heron\n", [Person("Zoé", "Heron")]),
        ("Zoe\u0301\n", [Person("Zoé")]),
        ("Zoé\u00a0Martin\n", [Person("Zoé Martin")]),
        ("Prénom;Nom\nZoé;Martin\nCher;\n", [Person("Zoé Martin"), Person("Cher")]),
        ("Nom;Prénom;Pseudo;\nMartin;Zoé;Heron;\n", [Person("Zoé Martin", "Heron")]),
        ("Ali\u200cReza\n", [Person("Ali\u200cReza")]),
        ("李小龍\n", [Person("李小龍")]),
        ("x" * LONGEST, [Person("x" * LONGEST)]),
    ],
)
def test_what_is_accepted(content: str, people: list[Person]) -> None:
    assert list(parse(content.encode(), "room.csv")) == people


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("Zoé\nAnne\nZOÉ\n", 3, "stands on line 1 already"),
        ("Zoé\nAnne\nZoe\u0301\n", 3, "stands on line 1 already"),
        ("Zoé;Heron\nAnne;heron\n", 2, "stands on line 1 already"),
        ("Zoé\nAnne;Heron;here\n", 2, "3 columns are too many"),
        ("nom;courriel\nZoé;zoe@alpha.test\n", 1, "is none of a roster's"),
        ("nom;nom\nZoé;Anne\n", 1, "is none of a roster's"),
        ("Zoé\n;Heron\n", 2, "no name stands here"),
        ("Zoé;Heron\n,\n", 2, "no name stands here"),
        ("Zoé\n\n=1+1\n", 3, "begins as a formula"),
        ("Zoé\n+33 6 12\n", 2, "begins as a formula"),
        ("Zoé\n-1\n", 2, "begins as a formula"),
        ("Zoé\n@SUM(A1)\n", 2, "begins as a formula"),
        ("Zoé;=cmd|' /C calc'!A0\n", 1, "begins as a formula"),
        ('Zoé\n"  =1+1"\n', 2, "begins as a formula"),
        ("Zoé\n\uff1d1\n", 2, "begins as a formula"),
        ("Zoé\nAn\0ne\n", 2, "NUL"),
        ("Zoé\nAn\x1bne\n", 2, "cannot be printed"),
        ("Zoé\n\u202eenna\n", 2, "cannot be printed"),
        ('Zoé\n"An\nne"\n', 2, "cannot be printed"),
        ('Zoé\n"Anne\n', 2, "quotation mark"),
        ('Zoé\n"Anne"x\n', 2, "quotation mark"),
        ("Zoé\n" + "x" * (LONGEST + 1), 2, "longer than 80 characters"),
        ("\n".join(f"person {n}" for n in range(10_000)), MOST_SEATS + 1, "more than 999 people"),
    ],
)
def test_what_is_wrong_is_one_sentence_with_the_line(content: str, line: int, words: str) -> None:
    said = complaint(content)
    assert said.startswith(f"room.csv:{line}: ")
    assert words in said


@pytest.mark.parametrize("content", ["", "\n\n;;\n", "person;pseudonym\n", "\ufeff"])
def test_a_roster_of_nobody_is_refused(content: str) -> None:
    assert "nobody stands in it" in complaint(content)


def test_what_is_no_text_is_refused() -> None:
    assert "room.csv:2: neither UTF-8" in complaint(b"Zo\xe9\n\x81\x8d\n")
    assert "room.csv:1: neither UTF-8" in complaint(b"\xff\xfe\x00\xd8\x00\xd8")
    assert "NUL" in complaint("Zoé\n".encode("utf-16-le"))  # without its mark


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path, Path("a\0b")):
        with pytest.raises(BadRoster, match="cannot be read"):
            load(path)
    large = tmp_path / "large.csv"
    large.write_bytes(b"Zo\n" * 400_000)
    with pytest.raises(BadRoster, match="larger than 1 MB"):
        load(large)


@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
)
def test_any_file_is_a_roster_or_one_sentence(raw: bytes) -> None:
    try:
        people = parse(raw, "room.csv")
    except BadRoster as refused:
        assert_one_clear_sentence(str(refused.problem))
        return
    assert people
    for person in people:
        assert person.name == person.name.strip() != ""
        assert person.name[0] not in "=+-@"
        assert len(person.name) <= LONGEST


@given(
    st.lists(
        st.text(st.characters(whitelist_categories=("L", "N")), min_size=1, max_size=LONGEST),
        min_size=1,
        max_size=20,
        unique_by=str.casefold,
    )
)
def test_every_list_of_names_is_read_as_it_is(names: list[str]) -> None:
    import unicodedata

    wanted = [unicodedata.normalize("NFC", name) for name in names]
    folded = [name.casefold() for name in wanted]
    if len(set(folded)) < len(folded) or any(len(name) > LONGEST for name in wanted):
        return  # two that only look different
    text = "person\n" + "\n".join(names) + "\n"
    assert [person.name for person in parse(text.encode(), "room.csv")] == wanted
