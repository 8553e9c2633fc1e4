"""YAML with line marks: what is read, what is refused, and where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.model.yamlmarks import LARGEST, YamlComplaint, load_marked


def test_plain_values_are_those_of_yaml_1_2() -> None:
    text = "a: 1\nb: no\nc: '1'\nd: true\ne: [2.5, null, x]\nf: 0x10\n"
    data, _ = load_marked(text, "f")
    assert data == {"a": 1, "b": "no", "c": "1", "d": True, "e": [2.5, None, "x"], "f": "0x10"}


def test_a_line_is_that_of_the_key_or_of_the_item() -> None:
    _, line_of = load_marked("a:\n  b: 1\n  c:\n    - x\n    - y\n", "f")
    assert [line_of(p) for p in [(), ("a",), ("a", "b"), ("a", "c", 1)]] == [1, 1, 2, 5]


def test_what_is_not_there_has_the_line_of_what_is_around_it() -> None:
    _, line_of = load_marked("a:\n  b: 1\n", "f")
    assert line_of(("a", "missing", "below")) == 1


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "the key a stands here twice"),
        ("a: &x [1]\nb: *x\n", 1, "anchors and aliases"),
        ("a: 1\nb: *x\n", 2, "anchors and aliases"),
        ("a: !!python/object:os.system ls\n", 1, "tags (!)"),
        ("- a\n", 1, "the file must be a table"),
        ("", 1, "the file must be a table"),
        ("a: b: c\n", 1, "not YAML"),
        ("a: 1\n---\nb: 2\n", 2, "not YAML"),
        ("? [a]\n: b\n", 1, "a key must be a word"),
        ("a: \x00", 1, "not YAML"),
        ("a: " + "[" * 5000, 1, "not YAML"),
        ("a" * (LARGEST + 1), 1, "too long"),
    ],
)
def test_what_is_refused_is_refused_in_one_sentence(text: str, line: int, words: str) -> None:
    with pytest.raises(YamlComplaint) as caught:
        load_marked(text, "f.yaml")
    assert caught.value.line == line
    assert str(caught.value).startswith(f"f.yaml:{line}: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_billion_laughs_are_not_funny() -> None:
    bomb = "a0: &a0 [x,x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1},*a{n - 1}]\n" for n in range(1, 40))
    with pytest.raises(YamlComplaint):
        load_marked(bomb, "f")


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    said = ""
    data: dict[str, object] = {}
    try:
        data, _ = load_marked(text, "f")
    except YamlComplaint as complaint:
        said = str(complaint)
    assert "\n" not in said
    assert all(isinstance(key, str) for key in data)
