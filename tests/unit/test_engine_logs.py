"""A container's log: the engine's time, and lines whatever the chunks are."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.engine.logs import lines_of, nanoseconds, not_before
from labctl.engine.values import LogLine

moments = st.integers(0, 7_258_118_400).map(lambda second: datetime.fromtimestamp(second, UTC))
texts = st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), max_size=60)


def stamp(moment: datetime, fraction: int) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{fraction:09}Z"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01T00:00:00.000000001Z", 1),
        ("1970-01-01T00:00:01Z", 10**9),
        ("1970-01-01T00:00:01.5Z", 1_500_000_000),
        ("2026-11-23T06:18:01.123456789Z", 1_795_414_681_123_456_789),
        ("2026-11-23T06:18:01.1234567891234Z", 1_795_414_681_123_456_789),
    ],
)
def test_nanoseconds(text: str, expected: int) -> None:
    assert nanoseconds(text) == expected


@pytest.mark.parametrize("text", ["", "Z", "yesterday", "06:18:01", "2026-13-01T00:00:00Z", "x.yZ"])
def test_what_is_no_stamp(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        nanoseconds(text)


@given(moments, st.integers(0, 999_999_999))
def test_no_nanosecond_is_lost(moment: datetime, fraction: int) -> None:
    whole = int(moment.replace(microsecond=0).timestamp())
    assert nanoseconds(stamp(moment, fraction)) == whole * 10**9 + fraction


@given(
    st.lists(st.tuples(moments, st.integers(0, 999_999_999), texts), max_size=8),
    st.lists(st.integers(0, 600), max_size=12),
    st.booleans(),
)
def test_lines_are_the_same_wherever_chunks_end(
    lines: list[tuple[datetime, int, str]],
    cuts: list[int],
    last_ends: bool,
) -> None:
    raw = "\n".join(f"{stamp(m, f)} {text}" for m, f, text in lines).encode()
    raw += b"\n" if last_ends and lines else b""
    edges = sorted({0, *(c for c in cuts if c < len(raw)), len(raw)})
    chunks = [raw[a:b] for a, b in pairwise(edges)]
    assert list(lines_of(chunks)) == [
        LogLine(nanoseconds(stamp(m, f)), text) for m, f, text in lines
    ]


@given(st.lists(st.binary(max_size=80), max_size=6))
def test_any_bytes_at_all_are_read(chunks: list[bytes]) -> None:
    for line in lines_of(chunks):
        assert "\n" not in line.text


def test_a_carriage_return_and_bytes_that_are_no_text() -> None:
    (line,) = lines_of([b"1970-01-01T00:00:01Z caf\xe9 au lait\r\n"])
    assert line == LogLine(10**9, "caf� au lait")


def test_a_line_without_a_time_is_left_out() -> None:
    assert not list(lines_of([b"error from daemon in stream\n"]))


def test_what_was_logged_before_is_left_out_but_by_whole_seconds() -> None:
    """The engine that stamps whole seconds has left out by itself what was before."""
    times = [10**9, 2 * 10**9, 2 * 10**9 + 1, 2 * 10**9 + 500, 3 * 10**9]
    kept = not_before([LogLine(time, "") for time in times], 2 * 10**9 + 400)
    assert [line.time for line in kept] == [2 * 10**9, 2 * 10**9 + 500, 3 * 10**9]
