"""What any client did, as expectations ask about it; and which of them can be asked. Pure."""

from collections.abc import Collection
from dataclasses import replace

from labctl.exercise.actions import Imap, Pop3, Smtp, deed
from labctl.exercise.probes import (
    CapabilityProbe,
    CopyProbe,
    Expectation,
    FewerProbe,
    LineProbe,
    LogProbe,
    OrderProbe,
    ReplyProbe,
    SameProbe,
    leaves,
)
from labctl.exercise.recognise import Decision
from labctl.exercise.schema import SessionSeen, Step
from labctl.exercise.spoken_answers import is_to
from labctl.mail.answers import read_answers
from labctl.model.clientsession import ClientSession, Command
from labctl.model.dialogue import Line
from labctl.model.lab import Endpoint
from labctl.model.observation import Answer, Observation, Session

_SIDE = 150  # lines at either end of a long dialogue that are kept
_KINDS = {Smtp: "smtp", Imap: "imap", Pop3: "pop3"}


def session_name(step: Step, wanted: SessionSeen) -> str:
    """What expectations call a recognised session."""
    if wanted.session:
        return wanted.session
    acts = (deed(action) for action in step.do)
    names = [
        act.session
        for act in acts
        if isinstance(act, Smtp | Imap | Pop3) and _KINDS[type(act)] == wanted.protocol
    ]
    return names[0] if names else wanted.protocol


def as_session(name: str, seen: ClientSession, endpoints: tuple[Endpoint, ...]) -> Session:
    """A client's session in the shape of the demo's own: as it was spoken, where that is known."""
    port = next((e.port for e in endpoints if e.name == seen.endpoint), 0)
    lines = seen.lines if _heard(seen) else ()
    read, offers = read_answers(seen.protocol, lines)
    if len(lines) > 2 * _SIDE:
        lines = (*lines[:_SIDE], *lines[-_SIDE:])
    known = {answer.to.partition(" ")[0] for answer in read}
    counted = tuple(
        Answer(to, code, tls=seen.tls)
        for c in seen.commands
        for to, code in _answered(seen, c)
        if to.partition(" ")[0] not in known
    )
    queued = tuple(e.queue_id for e in seen.envelopes if e.queue_id)
    return Session(name, seen.protocol, seen.endpoint, port, lines, counted + read, offers, queued)


def _heard(seen: ClientSession) -> bool:
    """Whether its dialogue was overheard, not only that somebody came; compressed, nobody can."""
    said = any(line.sender == "S" for line in seen.lines)
    return said and not any(command.name == "COMPRESS" for command in seen.commands)


def _answered(seen: ClientSession, command: Command) -> tuple[tuple[str, str], ...]:
    """What was said and what came back; DATA is answered twice, the second time for the message."""
    if seen.protocol != "smtp":
        return ((f"{command.name} {command.arguments}".strip(), command.code),)
    if command.name == "DATA" and command.ok:
        return ("DATA", "354"), (".", command.code)
    return ((command.name, command.code),)


def spoken(session: Session) -> Session:
    """The same to be shown: without a dialogue, the commands that the server told of."""
    if session.lines:
        return session
    lines = [
        line
        for a in session.answers
        for line in (Line("C", a.to, a.tls), Line("S", a.code, a.tls))
        if line.text
    ]
    return replace(session, lines=tuple(lines))


def sessions_of(
    step: Step, decision: Decision, endpoints: tuple[Endpoint, ...]
) -> dict[str, Session]:
    """The recognised sessions under the names by which expectations ask for them."""
    return {
        session_name(step, found.wanted): as_session(
            session_name(step, found.wanted), found.sessions[-1], endpoints
        )
        for found in decision.found
        if found.sessions
    }


def can_be_asked(
    expectation: Expectation,
    seen: Observation,
    *,
    replaced: bool = False,
    earlier: Collection[str] = (),
) -> bool:
    """Whether the sensors can know: not so what only the demo's own client could tell.

    Nor the unique ids of messages that labctl itself has ``replaced`` after a wrong turn; nor what
    the sessions of ``earlier`` steps have heard since: they were looked at when their step ended.
    """
    told = tuple(leaves(expectation))
    ids = any(_of_ids(leaf) for leaf in told)
    late = any(isinstance(x, LineProbe | OrderProbe) and x.session in earlier for x in told)
    return not (ids and replaced) and not late and all(_can_be_asked(x, seen) for x in told)


def _of_ids(leaf: object) -> bool:
    return isinstance(leaf, FewerProbe) or (isinstance(leaf, SameProbe) and leaf.of == "uidl")


def _can_be_asked(leaf: object, seen: Observation) -> bool:
    match leaf:
        case CopyProbe():
            return False
        case LogProbe(queued_by=name) if name:
            return bool(name in seen.sessions and seen.sessions[name].queue_ids)
        case ReplyProbe(session=name, to=to, enhanced=enhanced):
            answers = seen.sessions[name].answers if name in seen.sessions else ()
            told = [a for a in answers if a.code and is_to(a.to, to)]
            return bool(told) and (enhanced is None or bool(told[-1].text))
        case CapabilityProbe(session=name, tls=tls):
            offers = seen.sessions[name].capabilities if name in seen.sessions else ()
            return any(c.tls == tls for c in offers)
        case LineProbe() | OrderProbe():
            return _was_said(leaf, seen)
        case SameProbe(sessions=names) | FewerProbe(sessions=names):
            return all(n in seen.sessions and _told_ids(leaf, seen.sessions[n]) for n in names)
    return True


def _was_said(probe: LineProbe | OrderProbe, seen: Observation) -> bool:
    """Another client may learn the same by other words: then its words are no proof of anything."""
    lines = seen.sessions[probe.session].lines if probe.session in seen.sessions else ()
    if isinstance(probe, LineProbe) and probe.count == 0:
        return bool(lines)
    words = probe.says if isinstance(probe, LineProbe) else probe.lines[:1]
    return any(all(word in line.text for word in words) for line in lines)


def _told_ids(probe: SameProbe | FewerProbe, session: Session) -> bool:
    validity = isinstance(probe, SameProbe) and probe.of == "uidvalidity"
    word = "UIDVALIDITY" if validity else "UIDL"
    return any(word in line.text.upper() for line in session.lines)
