"""What one probe found: the shape that every kind of answer has. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from labctl.exercise import probes as p
from labctl.lang import Text

NOTHING = Text("nothing")


def plain(words: object) -> Text:
    """What is the same in every language."""
    return Text("{words}", {"words": words})


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether it holds, what was expected, what was observed, and the bare measure of it."""

    holds: bool
    expected: Text
    observed: Text
    measure: Text


def counted(probe: p.Counted, found: int, what: Text, detail: Iterable[object] = ()) -> Finding:
    """A finding about a number of things."""
    wanted = probe.count if probe.count is not None else probe.at_least
    template = "{what}: at least {n}" if probe.count is None else "{what}: {n}"
    exact = probe.count is None or found == probe.count
    listed = "; ".join(str(item) for item in detail)
    seen = "{what}: {n} ({listed})" if listed else "{what}: {n}"
    return Finding(
        holds=exact and found >= (probe.at_least or 0),
        expected=Text(template, {"what": what, "n": wanted or 0}),
        observed=Text(seen, {"what": what, "n": found, "listed": listed}),
        measure=plain(str(found)),
    )


def at_least_one(probe: p.Counted) -> p.Counted:
    """Lines, words: without a number, one is meant."""
    silent = probe.count is None and probe.at_least is None
    return p.Counted(at_least=1) if silent else probe
