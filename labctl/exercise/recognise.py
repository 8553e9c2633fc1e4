"""Did the person act? From what the servers saw of any client to what was seen and is missing.

Pure. Sessions that have nothing to do with the step neither help nor harm.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from labctl.exercise.recognised_parts import PartSeen, concerns, parts_of
from labctl.exercise.schema import SessionSeen, Step
from labctl.model.clientsession import ClientSession

_FAREWELLS = ("QUIT", "LOGOUT")


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
    mended: PartSeen | None = None  # what the participant does to the servers, where that is asked

    @property
    def complete(self) -> bool:
        """Whether everything was recognised."""
        whole = self.mended is None or self.mended.seen
        return whole and all(each.complete for each in self.found)

    @property
    def at(self) -> int:
        """When it was complete."""
        state = (self.mended.at,) if self.mended else ()
        return max((*state, *(each.at for each in self.found)), default=0)

    @property
    def by_session(self) -> tuple[tuple[int, PartSeen], ...]:
        """All that was looked for, and the number of its session; 0 for the servers' state."""
        state = ((0, self.mended),) if self.mended else ()
        return (
            *state,
            *((number, part) for number, each in enumerate(self.found, 1) for part in each.parts),
        )


def decide(
    step: Step,
    sessions: Iterable[ClientSession],
    accounts: Mapping[str, str],
    mark: int,
    mended: PartSeen | None = None,
) -> Decision:
    """What was recognised since the mark; of a right and a wrong turn, the later one counts.

    Args:
        step: what is looked for.
        sessions: what the servers saw.
        accounts: the exercise's names and their addresses.
        mark: nanoseconds since the epoch; what was said before does not count.
        mended: what is to be done to the servers, and since when it is.
    """
    lately = [session for each in sessions if (session := since(each, mark))]
    found = _all_of(step.recognise or (), lately, accounts)
    right = Decision(found, mended=mended)
    done = right.at if right.complete else 0
    missed, when = "", 0
    for miss in step.near_misses:
        if miss.alone and done:
            continue
        seen = _all_of(miss.when, lately, accounts)
        latest = max(each.at for each in seen)
        if all(each.complete for each in seen) and latest > when:
            missed, when = miss.id, latest
    return replace(right, near_miss=missed if when and when >= done else "")


def _all_of(
    wanted: Iterable[SessionSeen], sessions: Sequence[ClientSession], accounts: Mapping[str, str]
) -> tuple[Recognised, ...]:
    """Each wanted session; one that is to be ``apart`` is looked for among those left over."""
    found: list[Recognised] = []
    for each in wanted:
        taken = {one.id for before in found for one in before.sessions} if each.apart else set()
        left = [one for one in sessions if one.id not in taken]
        found.append(recognise(each, left, accounts))
    return tuple(found)


def since(session: ClientSession, mark: int) -> ClientSession | None:
    """What a session did from the mark on.

    Nothing, when it was over by then, or when it only took its leave, or stayed without a word.
    """
    if session.ended and session.ended < mark:
        return None
    commands = tuple(c for c in session.commands if c.at >= mark)
    envelopes = tuple(e for e in session.envelopes if e.at >= mark)
    acted = envelopes or any(c.name not in _FAREWELLS for c in commands)
    if session.begun < mark and not acted:
        return None
    begun = max(session.begun, mark)
    lines = tuple(line for line in session.lines if line.at >= mark)
    return replace(session, begun=begun, commands=commands, envelopes=envelopes, lines=lines)


def recognise(
    wanted: SessionSeen, sessions: Sequence[ClientSession], accounts: Mapping[str, str]
) -> Recognised:
    """How far any client has come with one wanted session: the best of them, of two the later."""
    ours = [each for each in sessions if concerns(wanted, each, accounts)]
    if wanted.several and ours:
        each_parts = [parts_of(wanted, one, accounts) for one in ours]
        merged = [max(same, key=lambda part: part.at) for same in zip(*each_parts, strict=True)]
        return Recognised(wanted, tuple(merged), tuple(ours))
    tried = [Recognised(wanted, parts_of(wanted, one, accounts), (one,)) for one in ours]
    best = max(tried, key=_closeness, default=None)
    return best or Recognised(wanted, parts_of(wanted, None, accounts))


def _closeness(found: Recognised) -> tuple[int, int]:
    return sum(part.seen for part in found.parts), found.sessions[0].begun
