"""One dialogue of an exercise: commands as data in, answers and a transcript out."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from labctl.exercise.texts import placeholders
from labctl.mail.wire import (
    ConnectionLost,
    NoAnswer,
    NotUnderstood,
    Target,
    TlsProblem,
    Wire,
)
from labctl.mail.wire import Session as Client
from labctl.model.lab import Account
from labctl.model.observation import Answer, Capabilities, Protocol, Session


@dataclass(slots=True)
class Voice:
    """Whom a dialogue is for, and what its commands may name."""

    name: str
    target: Target
    names: Mapping[str, str]  # what placeholders stand for
    token: str
    account: Account | None = None
    found: list[int] = field(default_factory=list)  # this run's messages, by the server's numbers

    def filled(self, command: str) -> str | None:
        """A command with its placeholders filled in; ``None`` when it needs a message not found."""
        numbers = {f"m{index}": str(number) for index, number in enumerate(self.found, start=1)}
        words = {**self.names, **numbers}
        return command.format(**words) if placeholders(command) <= words.keys() else None


class Talk(ABC):
    """A session of one protocol. A broken connection is an answer (none), not an accident."""

    protocol: Protocol

    def __init__(self, voice: Voice) -> None:
        self.voice = voice
        self.answers: list[Answer] = []
        self.capabilities: list[Capabilities] = []
        self.queue_ids: list[str] = []
        self.over = False  # the connection was broken or left; nothing more can be said
        self._begun = False

    @property
    @abstractmethod
    def client(self) -> Client:
        """The mail client that speaks."""

    @property
    def wire(self) -> Wire:
        """Its connection."""
        return self.client.wire

    def say(self, commands: Sequence[str]) -> None:
        """Say all commands, as far as the connection and the server's refusals let us.

        Raises:
            NoAnswer: not even a greeting came.
        """
        for command in commands:
            if self.over:
                return
            try:
                self._once(command)
            except (ConnectionLost, NoAnswer, NotUnderstood, TlsProblem) as problem:
                if isinstance(problem, NoAnswer) and not self._begun:
                    raise  # a server that hangs: nothing can be judged, and each try takes its time
                self._heard(command if self._begun else "greeting", "")
                self.over = True
                self.wire.close()

    def _once(self, command: str) -> None:
        if not self._begun:
            self.greet()
            self._begun = True
        line = self.voice.filled(command)
        if line is None or self.skips(command):
            return
        if command == "drop":
            self.client.drop()
            self.over = True
            return
        self.one(command, line)

    def skips(self, command: str) -> bool:
        """Whether a polite client leaves this out, after what it has heard."""
        del command
        return False

    @abstractmethod
    def greet(self) -> None:
        """Connect, and hear the server's first words."""

    @abstractmethod
    def one(self, command: str, line: str) -> None:
        """Say one command, with its placeholders filled in, and keep its answer."""

    def _heard(self, to: str, code: str, enhanced: str = "", text: str = "") -> None:
        self.answers.append(Answer(to, code, enhanced, text, self.wire.tls))

    def _offered(self, names: Sequence[str]) -> None:
        if names:
            self.capabilities.append(Capabilities(tuple(names), self.wire.tls))

    def session(self, since: int = 0) -> Session:
        """The dialogue so far, or its lines from number ``since`` on."""
        endpoint = self.voice.target.endpoint
        return Session(
            self.voice.name,
            self.protocol,
            endpoint.name,
            endpoint.port,
            self.wire.transcript[since:],
            tuple(self.answers),
            tuple(self.capabilities),
            tuple(self.queue_ids),
        )
