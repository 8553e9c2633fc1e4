"""From observations to verdicts: pure, and without a clock."""

from functools import reduce

from labctl.exercise.answers import ANSWERS
from labctl.exercise.finding import Finding
from labctl.exercise.identity import fewer, identity, reached
from labctl.exercise.policy_answers import policy
from labctl.exercise.probes import (
    Expectation,
    FewerProbe,
    PolicyProbe,
    PortProbe,
    Probe,
    SameProbe,
    asked,
)
from labctl.lang import Text
from labctl.model.observation import Observation
from labctl.model.verdict import ExpectationResult


def judge(expectation: Expectation, seen: Observation) -> ExpectationResult:
    """Whether a claim holds, by what was observed."""
    found = find(expectation, seen)
    return ExpectationResult(expectation.id, found.holds, found.expected, found.observed)


def measure(probe: Probe, seen: Observation) -> Text:
    """A table's cell: what was measured, without an opinion on it."""
    return find(probe, seen).measure


def find(probe: Probe, seen: Observation) -> Finding:
    """The answer to one probe, or to a combination of them."""
    name, value = asked(probe)
    if name == "not":
        assert isinstance(value, Probe)
        inner = find(value, seen)
        return Finding(
            not inner.holds,
            Text("not: {it}", {"it": inner.expected}),
            inner.observed,
            inner.measure,
        )
    if name in ("all", "any"):
        assert isinstance(value, tuple)
        return _together(name, tuple(find(each, seen) for each in value))
    if isinstance(value, SameProbe):
        return identity(value, seen)
    if isinstance(value, FewerProbe):
        return fewer(value, seen)
    if isinstance(value, PortProbe):
        return reached(value, seen)
    if isinstance(value, PolicyProbe):
        return policy(value, seen)
    return ANSWERS[type(value)](value, seen)


def _together(name: str, found: tuple[Finding, ...]) -> Finding:
    verdicts = [each.holds for each in found]
    joint = "{left}; {right}" if name == "all" else "{left}, or {right}"
    return Finding(
        all(verdicts) if name == "all" else any(verdicts),
        _joined(joint, [each.expected for each in found]),
        _joined("{left}; {right}", [each.observed for each in found]),
        _joined("{left}; {right}", [each.measure for each in found]),
    )


def _joined(template: str, texts: list[Text]) -> Text:
    return reduce(lambda left, right: Text(template, {"left": left, "right": right}), texts)
