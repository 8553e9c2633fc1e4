"""Answers about what was said: replies, capabilities, lines and their order, logs. Pure."""

from collections.abc import Iterable

from labctl.exercise import probes as p
from labctl.exercise.finding import NOTHING, Finding, at_least_one, counted, plain
from labctl.lang import Text
from labctl.model.dialogue import Line
from labctl.model.observation import Answer, Observation, Session

CLOSED = "closed"  # the code of an answer that never came because the connection ended


def reply(probe: p.ReplyProbe, seen: Observation) -> Finding:
    """What the server answered to a command last: code, enhanced code (RFC 3463), or nothing."""
    session = seen.sessions.get(probe.session)
    answers = [
        answer
        for answer in (session.answers if session else ())
        if is_to(answer.to, probe.to) and probe.tls in (None, answer.tls)
    ]
    answer = answers[-1] if answers else Answer(probe.to, "")
    code = answer.code or (CLOSED if answers else "")
    command = _COMMANDS.get(probe.to, probe.to)
    return Finding(
        holds=bool(answers)
        and (probe.code is None or code in probe.code)
        and probe.enhanced in (None, answer.enhanced),
        expected=Text("{command}: {answer}", {"command": command, "answer": _wanted(probe)}),
        observed=Text("{command}: {answer}", {"command": command, "answer": _said(code, answer)}),
        measure=_cell(code, answer.enhanced),
    )


# Words for what is no command.
_COMMANDS = {"greeting": Text("the greeting"), ".": Text("the message")}


def _wanted(probe: p.ReplyProbe) -> Text:
    if probe.code == (CLOSED,):
        return Text("the connection is closed")
    words = " / ".join(probe.code or ())
    return plain(f"{words} {probe.enhanced or ''}".strip() or "–")


def _said(code: str, answer: Answer) -> Text:
    if code == CLOSED:
        return Text("the connection was closed")
    rest = answer.text.removeprefix(answer.enhanced).strip()
    words = " ".join(f"{code} {answer.enhanced} {rest}".split())
    return plain(words) if code else Text("not said")


def _cell(code: str, enhanced: str) -> Text:
    if code == CLOSED:
        return Text("closed")
    return plain(f"{code} {enhanced}".strip() or "–")


def is_to(said: str, asked: str) -> bool:
    """Whether an answer to what was said is the one asked for; UID FETCH is a FETCH, too."""
    said, asked = (words.upper().removeprefix("UID ") for words in (said, asked))
    return said == asked or said.startswith(f"{asked} ")


def capability(probe: p.CapabilityProbe, seen: Observation) -> Finding:
    """What the server offered last, in the clear or under TLS."""
    session = seen.sessions.get(probe.session)
    lists = [c.names for c in (session.capabilities if session else ()) if c.tls == probe.tls]
    names = {name.upper() for name in (lists[-1] if lists else ())}
    has = [n for n in probe.has or () if n.upper() in names]
    lacks = [n for n in probe.lacks or () if n.upper() not in names]
    when = Text("under TLS") if probe.tls else Text("in the clear")
    return Finding(
        holds=bool(lists) and len(has + lacks) == len((probe.has or ()) + (probe.lacks or ())),
        expected=Text("{when}: {offers}", {"when": when, "offers": _offers(probe)}),
        observed=Text("{when}: {names}", {"when": when, "names": _names(sorted(names))}),
        measure=plain(_names(has)),
    )


def _offers(probe: p.CapabilityProbe) -> Text:
    words = {"has": _names(probe.has), "lacks": _names(probe.lacks)}
    if probe.has and probe.lacks:
        return Text("{has}, not {lacks}", words)
    return Text("not {lacks}", words) if probe.lacks else plain(words["has"])


def _names(names: Iterable[str] | None) -> Text | str:
    return ", ".join(names or ()) or NOTHING


def line(probe: p.LineProbe, seen: Observation) -> Finding:
    """How many lines of a session, of one side, hold the words."""
    sender = "C" if probe.by == "client" else "S"
    found = [
        line.text
        for line in _lines(seen.sessions.get(probe.session))
        if line.sender == sender
        and probe.tls in (None, line.tls)
        and all(word in line.text for word in probe.says)
    ]
    who = Text("the client's") if probe.by == "client" else Text("the server's")
    what = Text("{who} lines with {words}", {"who": who, "words": " … ".join(probe.says)})
    return counted(at_least_one(probe), len(found), what, found[:3])


def _lines(session: Session | None) -> tuple[Line, ...]:
    return session.lines if session else ()


def order(probe: p.OrderProbe, seen: Observation) -> Finding:
    """Whether a session's lines came in this order; others may stand between them."""
    left = list(probe.lines)
    for line in _lines(seen.sessions.get(probe.session)):
        if left and left[0] in line.text:
            left.pop(0)
    came = probe.lines[: len(probe.lines) - len(left)]
    return Finding(
        holds=not left,
        expected=Text("in this order: {lines}", {"lines": " → ".join(probe.lines)}),
        observed=Text("in this order: {lines}", {"lines": " → ".join(came) or NOTHING}),
        measure=plain(" → ".join(came) or NOTHING),
    )


def log(probe: p.LogProbe, seen: Observation) -> Finding:
    """How many lines of a server's log hold the words, about this run's messages if asked."""
    session = seen.sessions.get(probe.queued_by or "")
    ids = session.queue_ids if session else ()
    found = [
        line
        for line in seen.logs.get(probe.source, ())
        if all(word in line for word in probe.says)
        and (probe.queued_by is None or any(f" {each}:" in line for each in ids))
    ]
    what = Text(
        "lines of {service}'s log with {words}{about}",
        {
            "service": probe.service,
            "words": " … ".join(probe.says),
            "about": Text(" about {ids}", {"ids": ", ".join(ids)}) if ids else "",
        },
    )
    return counted(at_least_one(probe), len(found), what, (line[:200] for line in found[:2]))


def logins(probe: p.LoginsProbe, seen: Observation) -> Finding:
    """How many sessions mail clients had at Dovecot."""
    what = Text("client sessions at Dovecot in this step")
    lines = seen.logins
    if probe.account:
        address = seen.accounts.get(probe.account, probe.account)
        what = Text("{address}'s sessions at Dovecot in this step", {"address": address})
        lines = tuple(line for line in lines if f"user=<{address}>" in line)
    return counted(probe, len(lines), what, lines[:3])
