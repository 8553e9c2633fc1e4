"""Which stages of a message's way a step has shown: from what was said and what lies there. Pure.

client -> endpoint -> Postfix -> queue -> LMTP -> Dovecot -> Maildir -> endpoint -> client
"""

from collections.abc import Iterable, Iterator
from typing import Literal, get_args

from labctl.model.maildir import Maildir
from labctl.model.observation import Session
from labctl.model.verdict import StepResult

Stage = Literal["sender", "sending", "postfix", "queue", "lmtp", "dovecot", "maildir", "reading",
                "reader"]  # fmt: skip
STAGES: tuple[Stage, ...] = get_args(Stage)


def way(result: StepResult) -> tuple[Stage, ...]:
    """The stages of which a step has evidence, in the order of the way."""
    shown = {*_sessions(result.sessions), *_files(result)}
    return tuple(stage for stage in STAGES if stage in shown)


def _sessions(sessions: Iterable[Session]) -> Iterator[Stage]:
    for session in sessions:
        if session.protocol == "smtp":
            yield from ("sender", "sending", "postfix")
            if session.queue_ids:  # Postfix has taken the message over and named it
                yield "queue"
        else:
            yield from ("dovecot", "reading", "reader")


def _files(result: StepResult) -> Iterator[Stage]:
    before = {name for box in result.before for name in _unique(box)}
    after = {name for box in result.after for name in _unique(box)}
    if before or after:
        yield "maildir"
    arrived = after - before
    if arrived and any(session.queue_ids for session in result.sessions):
        yield from ("lmtp", "dovecot")


def _unique(box: Maildir) -> Iterator[str]:
    for folder in box.folders:
        for entry in folder.messages:
            yield entry.unique
