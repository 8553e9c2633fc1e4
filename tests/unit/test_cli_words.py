"""The words of a command line: ports, addresses, names, the language, what typer says, files."""

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.exceptions import TyperException

from labctl import lang
from labctl.cli.language import choose_from, wanted
from labctl.cli.textfile import write_text
from labctl.cli.usage import said
from labctl.cli.wish import ports_of, wish_of
from labctl.engine.protocol import Engine
from labctl.errors import BadDefinition, BadUsage
from tests.unit.test_definition import HOSTILE, assert_one_clear_sentence

NO_LABS = cast("Engine", SimpleNamespace(labs=list))


# -- labctl up's words -----------------------------------------------------------------------------


@pytest.mark.parametrize("text", [None, "documented", "free"])
def test_ports_by_name(text: str | None) -> None:
    assert ports_of(text) == text


@pytest.mark.parametrize("text", ["1024", "20000", "65435"])
def test_ports_by_base(text: str) -> None:
    assert ports_of(text) == int(text)


@pytest.mark.parametrize(
    "text", ["", "1023", "65436", "-1", "2e4", "20000 ", "Free", "٢٠٠٠٠", "²", "9" * 5000, "200000"]
)
def test_ports_that_cannot_be(text: str) -> None:
    with pytest.raises(BadUsage, match="--ports is documented, free or a base") as caught:
        ports_of(text)
    assert_one_clear_sentence(str(caught.value))


@given(st.text())
def test_any_text_is_ports_or_bad_usage(text: str) -> None:
    try:
        assert ports_of(text) in ("documented", "free", int(text) if text.isdecimal() else text)
    except BadUsage as problem:
        assert_one_clear_sentence(str(problem))


def test_no_word_at_all_is_the_usual_lab() -> None:
    wish, lab = wish_of(NO_LABS, None, None, None, None, own_domain=False)
    assert (wish.definition, wish.ports, wish.bind, lab) == (None, None, None, "mail")


def test_a_name_given_wins_over_the_definitions(tmp_path: Path) -> None:
    file = tmp_path / "room.toml"
    file.write_text('name = "room"\n[[sites]]\ndomain = "a.test"\naccounts = ["alice"]\n')
    _, lab = wish_of(NO_LABS, str(file), None, None, None, own_domain=False)
    assert lab == "room"
    _, lab = wish_of(NO_LABS, str(file), "seat-1", None, None, own_domain=False)
    assert lab == "seat-1"


@pytest.mark.parametrize("bind", ["127.0.0.1", "::1", "192.0.2.7", "0.0.0.0"])
def test_an_address(bind: str) -> None:
    assert wish_of(NO_LABS, None, None, None, bind, own_domain=False)[0].bind == bind


@pytest.mark.parametrize("bind", ["", "localhost", "127.1", "192.0.2.256", "192.0.2.0/24", "{x}"])
def test_an_address_that_is_none(bind: str) -> None:
    with pytest.raises(BadUsage, match="--bind is an IP address of this machine"):
        wish_of(NO_LABS, None, None, None, bind, own_domain=False)


@pytest.mark.parametrize("word", [*HOSTILE.values(), "a" * 41, "-a", "_a", "a b", "A"])
def test_a_hostile_name_of_a_lab(word: str) -> None:
    with pytest.raises(BadUsage, match="a lab's name is 1 to 40") as caught:
        wish_of(NO_LABS, None, word, None, None, own_domain=False)
    assert_one_clear_sentence(str(caught.value))


@pytest.mark.parametrize("word", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_definition(word: str) -> None:
    with pytest.raises(BadDefinition) as caught:
        wish_of(NO_LABS, word, None, None, None, own_domain=False)
    assert_one_clear_sentence(str(caught.value))


# -- the language ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "language"),
    [
        ([], None),
        (["--lang", "fr", "up"], "fr"),
        (["up", "--lang=en"], "en"),
        (["up", "--lang"], None),
        (["shell", "--", "--lang", "fr"], None),
        (["send", "--lang=fr", "--lang", "en"], "fr"),
    ],
)
def test_the_language_may_stand_anywhere(arguments: list[str], language: str | None) -> None:
    assert wanted(arguments) == language


@pytest.mark.parametrize(
    ("arguments", "environ", "language"),
    [
        ([], {"LANG": "fr_FR.UTF-8"}, "fr"),
        (["--lang", "en"], {"LANG": "fr_FR.UTF-8"}, "en"),
        ([], {"LANG": "C", "LABCTL_LANG": "fr"}, "fr"),
        (["--lang", "en"], {"LABCTL_LANG": "fr"}, "en"),
    ],
)
def test_who_wins(arguments: list[str], environ: dict[str, str], language: str) -> None:
    try:
        choose_from(arguments, environ)
        assert lang.chosen() == language
    finally:
        lang.choose("en")


@pytest.mark.parametrize("word", ["de", "EN", *filter(None, HOSTILE.values())])
def test_a_language_that_is_not_spoken(word: str) -> None:
    with pytest.raises(BadUsage, match="--lang is en or fr, not ") as caught:
        choose_from(["--lang", word], {"LANG": "C"})
    assert_one_clear_sentence(str(caught.value))


def test_a_wrong_language_in_the_environment() -> None:
    with pytest.raises(BadUsage, match="--lang is en or fr, not 'klingon'"):
        choose_from([], {"LANG": "C", "LABCTL_LANG": "klingon"})


# -- what typer says -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typers", "ours"),
    [
        ("No such command 'pu'. Did you mean 'up'?", "no such command: pu"),
        ("No such option: --prots Did you mean --ports?", "no such option: --prots"),
        ("No such option '--prots'.", "no such option: --prots"),
        ("Missing argument 'ADDRESS'.", "this is missing: ADDRESS"),
        ("Missing option '--to'.", "this option is missing: --to"),
        ("Missing command.", "a command is missing; see labctl --help"),
        ("Option '--lab' requires an argument.", "--lab needs a value"),
        ("Got unexpected extra argument (again)", "this is too much: again"),
        ("Got unexpected extra arguments: (a b)", "this is too much: a b"),
        (
            "Invalid value for '--via': 'x' is not one of 'smtp'.",
            "--via: 'x' is not one of 'smtp'.",
        ),
        ("Something new", "Something new"),
    ],
)
def test_a_mistake_in_our_words(typers: str, ours: str) -> None:
    assert said(TyperException(typers)) == f"error: {ours}"


@given(st.text())
def test_whatever_typer_says_is_said(words: str) -> None:
    assert said(TyperException(words)).startswith("error: ")


def test_a_mistake_in_french() -> None:
    lang.choose("fr")
    try:
        assert "--prots" in said(TyperException("No such option: --prots"))
        assert "No such" not in said(TyperException("No such option: --prots"))
    finally:
        lang.choose("en")


# -- files that a command writes -------------------------------------------------------------------


def test_a_text_goes_to_stdout_by_default(capsys: pytest.CaptureFixture[str]) -> None:
    write_text(None, "élan\n")
    assert capsys.readouterr().out == "élan\n"


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    file = tmp_path / "lab-ca.pem"
    file.write_text("old")
    write_text(file, "new é\n")
    assert file.read_text(encoding="utf-8") == "new é\n"
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "pem"
    folder.mkdir()
    with pytest.raises(BadUsage, match=r"cannot be written: Is a directory"):
        write_text(folder, "x")
    assert list(tmp_path.iterdir()) == [folder]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadUsage, match="cannot be written: No such file or directory"):
        write_text(tmp_path / "none" / "ca.pem", "x")


@pytest.mark.parametrize("name", ["x" * 300, "a\0b", "", ".", "a\n/b"])
def test_a_name_that_no_file_can_have(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadUsage, match="cannot be written"):
        write_text(tmp_path / name, "x")


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    link, file = tmp_path / "link", tmp_path / "file"
    link.symlink_to(file)
    write_text(link, "x")
    assert link.is_symlink()
    assert file.read_text() == "x"


def test_a_device_is_written_to_and_never_replaced() -> None:
    before = Path("/dev/null").stat()
    write_text(Path("/dev/null"), "x")
    assert Path("/dev/null").stat().st_rdev == before.st_rdev
