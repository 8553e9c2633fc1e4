"""Answers about what stays the same from one session to the next, and about ports. Pure."""

import re

from labctl.exercise.finding import NOTHING, Finding, counted, plain
from labctl.exercise.probes import FewerProbe, PortProbe, SameProbe
from labctl.lang import Text
from labctl.model.observation import Observation, Session

_UIDL = re.compile(r"(?:\+OK )?[0-9]{1,10} ([!-~]{1,70})")  # RFC 1939, section 7
_UIDVALIDITY = re.compile(r"\bUIDVALIDITY ([0-9]{1,10})\b")  # RFC 9051, sections 6.3.11 and 7.1


def identity(probe: SameProbe, seen: Observation) -> Finding:
    """Whether both sessions heard the same; who heard nothing has not heard the same."""
    first, second = (_heard(probe.of, seen.sessions.get(name)) for name in probe.sessions)
    holds = first == second if probe.same else not first & second
    words = {"first": probe.sessions[0], "second": probe.sessions[1], "what": probe.of.upper()}
    same = Text("{what} in {second} as in {first}", words)
    other = Text("another {what} in {second} than in {first}", words)
    return Finding(
        holds=bool(first) and bool(second) and holds,
        expected=same if probe.same else other,
        observed=Text(
            "{first}: {ids}; {second}: {others}",
            {**words, "ids": _listed(first), "others": _listed(second)},
        ),
        measure=plain(_listed(second)),
    )


def _listed(ids: frozenset[str]) -> Text | str:
    return ", ".join(sorted(ids)[:3]) or NOTHING


def fewer(probe: FewerProbe, seen: Observation) -> Finding:
    """How many ids are told no longer; of sessions that were told none, nothing can be said."""
    first, second = (_heard("uidl", seen.sessions.get(name)) for name in probe.sessions)
    gone = first - second if second else frozenset()
    words = {"first": probe.sessions[0], "second": probe.sessions[1]}
    return counted(probe, len(gone), Text("unique ids of {first} that {second} lacks", words), gone)


def _heard(of: str, session: Session | None) -> frozenset[str]:
    lines = session.lines if session else ()
    if of == "uidvalidity":
        said = [_UIDVALIDITY.search(line.text) for line in lines if line.sender == "S"]
        return frozenset([match[1] for match in said if match][-1:])
    return _uidl([(line.sender, line.text) for line in lines])


def _uidl(lines: list[tuple[str, str]]) -> frozenset[str]:
    """The unique ids in the last answer to UIDL."""
    asked = False
    found: list[str] = []
    for sender, text in lines:
        if sender == "C":
            asked = text.upper().startswith("UIDL")
            found = [] if asked else found
        elif asked and (match := _UIDL.fullmatch(text)):
            found.append(match[1])
    return frozenset(found)


def reached(probe: PortProbe, seen: Observation) -> Finding:
    """Whether an endpoint took a connection when it was last tried."""
    tried = seen.ports.get(probe.endpoint)
    words = {"endpoint": probe.endpoint}
    said = {
        True: Text("{endpoint} takes connections", words),
        False: Text("{endpoint} refuses connections", words),
        None: NOTHING,
    }
    return Finding(tried is probe.open, said[probe.open], said[tried], said[tried])
