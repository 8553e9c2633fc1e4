"""On which line of a TOML text a key stands."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.definition.tomlmarks import Path, line_of, toml_lines

TEXT = """\
# a lab
name = "mail"

[[ sites ]]  # the first
domain = "alpha.test"
"accounts" = ["alice",
  "bob"]
[[sites]]
[[sites.accounts]]
name = "carol"
[[sites.accounts]]
'name' = "dave"
[ports]
smtp=25
a.b = 1
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 1),
        (("name",), 2),
        (("sites",), 4),
        (("sites", 0), 4),
        (("sites", 0, "domain"), 5),
        (("sites", 0, "accounts"), 6),
        (("sites", 0, "accounts", 1), 6),  # the nearest thing around it
        (("sites", 1), 8),
        (("sites", 1, "accounts", 0, "name"), 10),
        (("sites", 1, "accounts", 1), 11),
        (("sites", 1, "accounts", 1, "name"), 12),
        (("ports", "smtp"), 14),
        (("ports", "a", "b"), 15),
        (("ports", "none such"), 13),
        (("nothing", "of", "it"), 1),
    ],
)
def test_a_path_has_a_line(path: Path, line: int) -> None:
    tomllib.loads(TEXT)
    assert line_of(toml_lines(TEXT), path) == line


@given(st.text(max_size=200))
def test_every_line_is_one_of_the_text(text: str) -> None:
    last = max(1, len(text.splitlines()))
    assert all(1 <= line <= last for line in toml_lines(text).values())


@pytest.mark.timeout(5)
@pytest.mark.parametrize("begin", ["[", "[[", "a", "'", '"', "[a.", "a ."])
@pytest.mark.parametrize("rest", [" ", ".", "a", "a.", "[", "]", '"'])
def test_a_long_line_takes_no_longer_than_its_length(begin: str, rest: str) -> None:
    toml_lines(begin + rest * 50_000 + "!")
