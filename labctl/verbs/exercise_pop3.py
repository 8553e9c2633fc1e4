"""POP3 as an exercise speaks it."""

from collections.abc import Callable
from dataclasses import dataclass

from labctl.mail.message import summary
from labctl.mail.pop3 import Pop3Client, Pop3Reply
from labctl.model.observation import Protocol
from labctl.verbs.exercise_talk import Talk, Voice

_MOST_LOOKS = 50  # headers of a participant's own messages that ``find`` reads before it gives up


@dataclass(frozen=True, slots=True)
class Box:
    """The inbox just before a session: how many messages, and how many of them are this run's."""

    messages: int
    ours: int


class Pop3Talk(Talk):
    """LOGIN and STLS are filled in; ``find`` finds out the numbers of this run's messages."""

    protocol: Protocol = "pop3"

    def __init__(
        self,
        voice: Voice,
        box: Box,
        save: Callable[[bytes], None],
        memory: set[str] | None = None,
    ) -> None:
        super().__init__(voice)
        self._memory = set() if memory is None else memory
        self._client = Pop3Client(voice.target)
        self._box = box
        self._save = save

    @property
    def client(self) -> Pop3Client:
        """The mail client that speaks."""
        return self._client

    def greet(self) -> None:
        """The +OK."""
        self._keep("greeting", self._client.connect())

    def one(self, command: str, line: str) -> None:
        """Say one command, or look for our messages."""
        if command == "find":
            self._find()
        elif command == "take":
            self._take()
        else:
            self._keep(command, self._said(command, line))

    def _said(self, command: str, line: str) -> Pop3Reply:
        if command == "LOGIN" and self.voice.account:
            return self._client.login(self.voice.account)
        if command == "STLS":
            return self._client.stls()
        if command == "CAPA":
            reply = self._client.capa()
            self._offered([*reply.capabilities])
            return reply
        if command == "QUIT":
            self.over = True
            return self._client.quit()
        return self._sent(line)

    def _sent(self, line: str) -> Pop3Reply:
        word, *numbers = line.split()
        if word == "RETR" and len(numbers) == 1 and numbers[0].isdecimal():
            reply = self._client.retr(int(numbers[0]))
            if reply.ok:
                self._save(reply.data)
            return reply
        if line == "LIST":
            return self._client.list()
        return self._client.uidl() if line == "UIDL" else self._client.command(line)

    def _take(self) -> None:
        """Fetch what the memory does not know, and leave all of it on the server."""
        reply = self._client.uidl()
        self._keep("UIDL", reply)
        for number in self.voice.found:
            unique = reply.listing.get(number, "")
            if unique not in self._memory:
                self._keep("RETR", self._sent(f"RETR {number}"))
                self._memory.add(unique)

    def _find(self) -> None:
        """STAT is enough where all messages are ours; else TOP, from the last one, our latest."""
        newest, _ = self._client.stat().stat
        ours = self._box.ours
        if newest == ours == self._box.messages:
            self.voice.found = [*range(1, newest + 1)]
            return
        found: list[int] = []
        with self.wire.lookup():
            for number in range(newest, max(0, newest - _MOST_LOOKS - ours), -1):
                if len(found) == ours:
                    break
                if summary(self._client.top(number).data).token == self.voice.token:
                    found.append(number)
        self.voice.found = sorted(found)

    def _keep(self, to: str, reply: Pop3Reply) -> None:
        self._heard(to, "+OK" if reply.ok else "-ERR", text=reply.text)
