"""The single things by which a client's session is recognised, and when it did each. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from labctl.exercise.references import OUTSIDE
from labctl.exercise.schema import SessionSeen
from labctl.lang import Text
from labctl.model.clientsession import ClientSession, Command, Envelope

_ENDS = {
    "quit": (("quit",), "{farewell}"),
    "logout": (("quit",), "{farewell}"),
    "dropped": (("dropped",), "end of session without {farewell}"),
    "ended": (("quit", "dropped"), "end of session"),
    "open": (("open",), "still connected"),
}
_WHOLE = " 99999999"  # lines after TOP, by which fetchmail takes a message and marks nothing
_NO_COMMAND = ("500", "502")  # what SMTP's servers say to words that are none of its commands


@dataclass(frozen=True, slots=True)
class PartSeen:
    """One thing by which a session is recognised; ``at`` is when it was seen, 0 if it was not."""

    what: Text
    at: int  # nanoseconds since the epoch

    @property
    def seen(self) -> bool:
        """Whether it was."""
        return self.at > 0


def parts_of(
    wanted: SessionSeen, session: ClientSession | None, accounts: Mapping[str, str]
) -> tuple[PartSeen, ...]:
    """Everything that is asked for, and when this session did it."""
    return tuple(
        PartSeen(what, when(session) if session else 0)
        for what, when in _questions(wanted, accounts)
    )


def concerns(wanted: SessionSeen, session: ClientSession, accounts: Mapping[str, str]) -> bool:
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


Question = tuple[Text, Callable[[ClientSession], int]]


def _questions(wanted: SessionSeen, accounts: Mapping[str, str]) -> list[Question]:
    asked = [*_beginning(wanted, accounts)]
    asked += [(_named(words), _when_said(words)) for words in wanted.commands]
    asked += [
        (Text("{command} refused", {"command": _named(words)}), _when_refused(words))
        for words in wanted.refused
    ]
    if wanted.sender or wanted.to:
        asked.append(_message(wanted, accounts))
    if wanted.rejected:
        asked.append(_rejection(wanted.rejected, accounts))
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
    if words == "UNKNOWN":  # so Postfix counts what is no command of SMTP
        return Text("unknown command")
    return Text("{words}", {"words": words.replace(" !", " – ").replace(" | ", " / ")})


def _message(wanted: SessionSeen, accounts: Mapping[str, str]) -> Question:
    to, sender = wanted.to, wanted.sender

    def fits(envelope: Envelope) -> bool:
        named = to is None or any(_is(to, each, accounts) for each in envelope.recipients)
        from_them = sender is None or _is(sender, envelope.sender, accounts)
        return bool(envelope.queue_id) and named and from_them

    if to:
        what = Text("a message for {address}", {"address": _called(to, accounts)})
    else:
        what = Text("a message from {address}", {"address": _called(sender or "", accounts)})
    return what, lambda s: max((e.at for e in s.envelopes if fits(e)), default=0)


def _rejection(who: str, accounts: Mapping[str, str]) -> Question:
    def fits(envelope: Envelope) -> bool:
        named = any(_is(who, each, accounts) for each in envelope.recipients)
        return named and not envelope.queue_id

    what = Text("refusal of {address} as recipient", {"address": _called(who, accounts)})
    return what, lambda s: max((e.at for e in s.envelopes if fits(e)), default=0)


def _called(who: str, accounts: Mapping[str, str]) -> Text | str:
    return Text("somebody outside") if who == OUTSIDE else _address(who, accounts)


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
    if name == "UNKNOWN":
        return said == name or command.code in _NO_COMMAND
    if name == "RETR" and said == "TOP":
        return command.arguments.endswith(_WHOLE)
    if said not in (name, f"UID {name}"):
        return False
    arguments = command.arguments.upper()
    if not arguments:
        return True
    return all((w[1:] not in arguments) if w[0] == "!" else w in arguments for w in rest)
