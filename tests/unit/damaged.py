"""Real data with a few places damaged: closer to what parsers meet than random noise is."""

import json
from typing import Any

from hypothesis import strategies as st

WRONG: list[object] = [
    None, True, 0, -1, 1, 2**70, -(2**70), 1.5, float("inf"), float("nan"), "", " ", "x", "\0",
    "\ud800", "\udcc3", "é", "\u0661", "a" * 300, "0.0.0.0", "::", "10.0.0.1/28", "{", "{x}",
    "a\nb", [], [[]], [{}], ["x"], {}, {"a": 1},
]  # fmt: skip
SPLINTERS = [
    "", " ", "\0", "\n", "\r", "\ud800", "é", "\u0661", "9" * 30, "9" * 5000, "-1", "NaN", "1e400",
    "{", "}", "[", "]", "(", ")", "<", ">", '"', "\\", "=", ":", ",", "/", "%", "*", "+", ".", "-",
]  # fmt: skip


@st.composite
def text(draw: st.DrawFn, *originals: str) -> str:
    """One of the originals, with pieces cut out and others put in."""
    damaged = draw(st.sampled_from(originals))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(damaged)))
        gap = draw(st.sampled_from([0, 0, 1, 3, 8]))
        damaged = damaged[:start] + draw(st.sampled_from(SPLINTERS)) + damaged[start + gap :]
    return damaged


@st.composite
def data(draw: st.DrawFn, original: object) -> Any:
    """A deep copy in which a few values are wrong, missing, or too many."""
    damaged = json.loads(json.dumps(original))
    for _ in range(draw(st.integers(1, 3))):
        _damage(draw, damaged)
    return damaged


def _damage(draw: st.DrawFn, node: Any) -> None:
    while node and isinstance(node, dict | list):
        key = draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        inner = node[key]
        if inner and isinstance(inner, dict | list) and draw(st.integers(0, 9)) < 7:
            node = inner
            continue
        what = draw(st.sampled_from(["other"] * 7 + ["gone", "gone", "more"]))
        if what == "other":
            node[key] = json.loads(json.dumps(draw(st.sampled_from(WRONG))))
        elif what == "gone":
            del node[key]
        elif isinstance(node, dict):
            node["surplus"] = 1
        else:
            node.append(inner)
        return
