"""Did the person act? From what the servers saw of any client to what was seen and is missing.

Pure. Sessions that have nothing to do with the step neither help nor harm.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from labctl.exercise.references import OUTSIDE
from labctl.exercise.schema import SessionSeen, Step
from labctl.lang import Text
from labctl.model.clientsession import ClientSession, Command, Envelope

_ENDS = {
    "quit": (("quit",), "{farewell}"),
    "logout": (("quit",), "{farewell}"),
    "dropped": (("dropped",), "end of session without {farewell}"),
    "ended": (("quit", "dropped"), "end of session"),
}


@dataclass(frozen=True, slots=True)
class PartSeen:
    """One thing by which a session is recognised; ``at`` is when it was seen, 0 if it was not."""

    what: Text
    at: int  # nanoseconds since the epoch

    @property
    def seen(self) -> bool:
        """Whether it was."""
        return self.at > 0


@dataclass(frozen=True, slots=True)
class Recognised:
    """How far one wanted session has come, and in which sessions of a client."""

    wanted: SessionSeen
    parts: tuple[PartSeen, ...]
    sessions: tuple[ClientSession, ...] = ()  # the one that came closest, or all it is spread over

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return all(part.seen for part in self.parts)

    @property
    def at(self) -> int:
        """When the last of its parts was seen."""
        return max((part.at for part in self.parts), default=0)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a step's sessions amount to."""

    found: tuple[Recognised, ...]
    near_miss: str = ""  # the id of the one that was seen, unless the right thing came after it

    @property
    def complete(self) -> bool:
        """Whether everything was recognised."""
        return all(each.complete for each in self.found)

    @property
    def at(self) -> int:
        """When it was complete."""
        return max((each.at for each in self.found), default=0)

    @property
    def parts(self) -> tuple[PartSeen, ...]:
        """All that was looked for, in order."""
        return tuple(part for each in self.found for part in each.parts)


def decide(
    step: Step, sessions: Iterable[ClientSession], accounts: Mapping[str, str], mark: int
) -> Decision:
    """What was recognised since the mark; of a right and a wrong turn, the later one counts.

    Args:
        step: what is looked for.
        sessions: what the servers saw.
        accounts: the exercise's names and their addresses.
        mark: nanoseconds since the epoch; what was said before does not count.
    """
    lately = [session for each in sessions if (session := since(each, mark))]
    found = tuple(recognise(wanted, lately, accounts) for wanted in step.recognise or ())
    right = Decision(found)
    done = right.at if right.complete else 0
    missed, when = "", 0
    for miss in step.near_misses:
        seen = [recognise(wanted, lately, accounts) for wanted in miss.when]
        latest = max(each.at for each in seen)
        if all(each.complete for each in seen) and latest > when:
            missed, when = miss.id, latest
    return replace(right, near_miss=missed if when and when >= done else "")


def since(session: ClientSession, mark: int) -> ClientSession | None:
    """What a session did from the mark on; nothing when it was over by then."""
    if session.ended and session.ended < mark:
        return None
    return replace(
        session,
        begun=max(session.begun, mark),
        commands=tuple(c for c in session.commands if c.at >= mark),
        envelopes=tuple(e for e in session.envelopes if e.at >= mark),
    )


def recognise(
    wanted: SessionSeen, sessions: Sequence[ClientSession], accounts: Mapping[str, str]
) -> Recognised:
    """How far any client has come with one wanted session: the best of them, of two the later."""
    ours = [each for each in sessions if _concerns(wanted, each, accounts)]
    if wanted.several and ours:
        each_parts = [_parts(wanted, one, accounts) for one in ours]
        merged = [max(same, key=lambda part: part.at) for same in zip(*each_parts, strict=True)]
        return Recognised(wanted, tuple(merged), tuple(ours))
    tried = [Recognised(wanted, _parts(wanted, one, accounts), (one,)) for one in ours]
    best = max(tried, key=_closeness, default=None)
    return best or Recognised(wanted, _parts(wanted, None, accounts))


def _closeness(found: Recognised) -> tuple[int, int]:
    return sum(part.seen for part in found.parts), found.sessions[0].begun


def _concerns(wanted: SessionSeen, session: ClientSession, accounts: Mapping[str, str]) -> bool:
    """Whether a session may be the one: its protocol, its account, and nothing that excludes it."""
    if session.protocol != wanted.protocol:
        return False
    if any(_said(command, session.commands) for command in wanted.without):
        return False
    if wanted.account is None:
        return True
    address = _address(wanted.account, accounts)
    return address in (session.account, *session.refused)


def _address(who: str, accounts: Mapping[str, str]) -> str:
    return accounts.get(who, who)


def _parts(
    wanted: SessionSeen, session: ClientSession | None, accounts: Mapping[str, str]
) -> tuple[PartSeen, ...]:
    """Everything that is asked for, and when this session did it."""
    return tuple(
        PartSeen(what, when(session) if session else 0)
        for what, when in _questions(wanted, accounts)
    )


Question = tuple[Text, Callable[[ClientSession], int]]


def _questions(wanted: SessionSeen, accounts: Mapping[str, str]) -> list[Question]:
    asked = [*_beginning(wanted, accounts)]
    asked += [(_named(words), _when_said(words)) for words in wanted.commands]
    asked += [
        (Text("{command} refused", {"command": words}), _when_refused(words))
        for words in wanted.refused
    ]
    if wanted.sender or wanted.to:
        asked.append(_message(wanted, accounts))
    if wanted.end:
        ends, words = _ENDS[wanted.end]
        said = "LOGOUT" if wanted.protocol == "imap" else "QUIT"
        asked.append(
            (
                Text(words, {"farewell": said}),
                lambda s: (s.ended or s.begun) if s.end in ends else 0,
            )
        )
    return asked


def _beginning(wanted: SessionSeen, accounts: Mapping[str, str]) -> Iterable[Question]:
    protocol = wanted.protocol.upper()
    if wanted.endpoint:
        what = Text("connection to {endpoint}", {"endpoint": wanted.endpoint})
        yield what, lambda s: s.begun if s.endpoint == wanted.endpoint else 0
    if wanted.tls is not None:
        yield (
            Text("TLS") if wanted.tls else Text("no TLS"),
            lambda s: s.begun if s.tls == wanted.tls else 0,
        )
    if wanted.account and "LOGIN" not in wanted.refused:
        address = _address(wanted.account, accounts)
        what = Text("{protocol} login of {address}", {"protocol": protocol, "address": address})
        yield what, lambda s: s.begun if s.account == address else 0
    elif not wanted.account:
        yield Text("{protocol} session", {"protocol": protocol}), lambda s: s.begun


def _named(words: str) -> Text:
    return Text("{words}", {"words": words.replace(" !", " – ")})


def _message(wanted: SessionSeen, accounts: Mapping[str, str]) -> Question:
    to, sender = wanted.to, wanted.sender

    def fits(envelope: Envelope) -> bool:
        named = to is None or any(_is(to, each, accounts) for each in envelope.recipients)
        from_them = sender is None or _is(sender, envelope.sender, accounts)
        return bool(envelope.queue_id) and named and from_them

    if to:
        what = Text("a message for {address}", {"address": _address(to, accounts)})
    else:
        what = Text("a message from {address}", {"address": _address(sender or "", accounts)})
    return what, lambda s: max((e.at for e in s.envelopes if fits(e)), default=0)


def _is(who: str, address: str, accounts: Mapping[str, str]) -> bool:
    if who in accounts:
        return address.lower() == accounts[who].lower()
    inside = {each.rpartition("@")[2].lower() for each in accounts.values()}
    return who != OUTSIDE or address.rpartition("@")[2].lower() not in inside


def _when_said(words: str) -> Callable[[ClientSession], int]:
    def when(session: ClientSession) -> int:
        command = _said(words, session.commands)
        return command.at if command else 0

    return when


def _when_ended(ends: tuple[str, ...]) -> Callable[[ClientSession], int]:
    def when(session: ClientSession) -> int:
        return (session.ended or session.begun) if session.end in ends else 0

    return when


def _when_refused(words: str) -> Callable[[ClientSession], int]:
    def when(session: ClientSession) -> int:
        if words == "LOGIN" and session.refused:
            return session.ended or session.begun
        command = _said(words, session.commands, ok=False)
        return command.at if command else 0

    return when


def _said(words: str, commands: Iterable[Command], *, ok: bool = True) -> Command | None:
    """The last command that one of the alternatives names, answered as asked."""
    found = [c for c in commands if c.ok == ok and any(_fits(w, c) for w in words.split(" | "))]
    return found[-1] if found else None


def _fits(words: str, command: Command) -> bool:
    """Whether a command has that name and holds those words.

    A sensor that does not tell arguments cannot deny them.
    """
    name, *rest = words.upper().split()
    said = command.name.upper()
    if name == "UID" and rest:
        name, *rest = f"UID {rest[0]}", *rest[1:]
    if said not in (name, f"UID {name}"):
        return False
    arguments = command.arguments.upper()
    if not arguments:
        return True
    return all((w[1:] not in arguments) if w[0] == "!" else w in arguments for w in rest)
