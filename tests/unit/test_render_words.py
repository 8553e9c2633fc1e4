"""Memorable passwords."""

from labctl.render.words import WORDS, new_password


def test_the_words_are_short_plain_and_distinct() -> None:
    assert len(WORDS) == len(set(WORDS)) >= 1000
    assert all(3 <= len(w) <= 6 and w.isascii() and w.isalpha() and w.islower() for w in WORDS)


def test_a_password_is_three_of_them() -> None:
    found = new_password().split("-")
    assert len(found) == 3
    assert set(found) <= set(WORDS)
    assert len(new_password()) >= 10


def test_passwords_differ() -> None:
    assert len({new_password() for _ in range(100)}) == 100
