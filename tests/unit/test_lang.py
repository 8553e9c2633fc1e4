"""Every text a participant reads is there in French, with the same values in it."""

from string import Formatter

import pytest

from labctl import lang
from tests.unit.shown_texts import all_constants, shown_texts

SHOWN = shown_texts()
# What is the same in both languages, or no words at all.
ALIKE = {
    "TLS",
    "Postfix",
    "MTA",
    "LMTP",
    "Dovecot",
    "Maildir",
    "implicit",
    "STARTTLS",
    "STLS",
    "{words}",
    "{pydantic}",
    "{reason}",
    "endpoint",
    "localhost",
}


def _placeholders(template: str) -> set[str]:
    return {name.partition("!")[0] for _, name, _, _ in Formatter().parse(template) if name}


@pytest.fixture(scope="module")
def french() -> dict[str, str]:
    lang.choose("fr")
    found = dict(lang._catalogue)
    lang.choose("en")
    return found


def test_every_shown_text_is_there_in_french(french: dict[str, str]) -> None:
    missing = {t: where for t, where in SHOWN.items() if t not in french and t not in ALIKE}
    assert not missing, "\n".join(f"{where}: {text!r}" for text, where in missing.items())


def test_a_french_text_has_the_same_values_in_it(french: dict[str, str]) -> None:
    differing = {e: f for e, f in french.items() if _placeholders(e) != _placeholders(f)}
    assert not differing


def test_no_french_text_stands_for_nothing(french: dict[str, str]) -> None:
    unused = french.keys() - SHOWN.keys() - all_constants()
    assert not unused, "\n".join(sorted(unused))


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "fr_CA.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "C", "LABCTL_LANG": "fr"}, "fr"),
    ],
)
def test_the_locale_chooses_the_language(environ: dict[str, str], language: str) -> None:
    assert lang.from_environment(environ) == language
