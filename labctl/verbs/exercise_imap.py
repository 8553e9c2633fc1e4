"""IMAP as an exercise speaks it."""

from collections.abc import Callable

from labctl.mail.imap import ImapClient
from labctl.mail.imap_result import ImapResult
from labctl.mail.utf7 import decode
from labctl.model.observation import Protocol
from labctl.verbs.exercise_talk import Talk, Voice

_PATIENCE = 15.0  # seconds that `wait` gives the server


class ImapTalk(Talk):
    """LOGIN and STARTTLS are filled in; ``UID SEARCH`` finds this run's messages."""

    protocol: Protocol = "imap"

    def __init__(
        self,
        voice: Voice,
        made: Callable[[str], None],
        written: Callable[[], bytes] = bytes,
    ) -> None:
        super().__init__(voice)
        self._written = written  # the message that APPEND files
        self._client = ImapClient(voice.target)
        self._made = made  # is told which folder the server has made for us
        self._idles = False

    @property
    def client(self) -> ImapClient:
        """The mail client that speaks."""
        return self._client

    def greet(self) -> None:
        """The greeting, which may name capabilities."""
        self._keep("greeting", self._client.connect())

    def one(self, command: str, line: str) -> None:
        """Say one command, or wait for what the server says by itself."""
        word, _, rest = command.partition(" ")
        if word != "wait":
            said = self._said(command, line)
            self._keep(command, said)
            if word == "CREATE" and said.ok:
                self._made(decode(line.partition(" ")[2].strip('"')))
        elif self._idles:  # else the server has no reason to speak
            self._client.idle_wait(rest, seconds=_PATIENCE)

    def _said(self, command: str, line: str) -> ImapResult:
        if command == "LOGIN" and self.voice.account:
            return self._client.login(self.voice.account)
        if command == "STARTTLS":
            return self._client.starttls()
        if command.startswith("APPEND "):
            folder, _, flags = line.removeprefix("APPEND ").partition(" ")
            return self._client.append(folder, self._written(), flags.strip("()").split())
        if command == "IDLE":
            asked = self._client.idle_start()
            self._idles = asked.status == "+"
            return asked
        if command == "DONE":
            self._idles = False
            return self._client.idle_done()
        if command == "LOGOUT":
            self.over = True
            return self._client.logout()
        return self._client.command(line)

    def _keep(self, to: str, result: ImapResult) -> None:
        self._heard(to, result.status, text=result.text)
        self._offered(sorted(result.capabilities))
        if to.startswith("UID SEARCH"):
            words = [a.text.split()[1:] for a in result.untagged if a.word == "SEARCH"]
            self.voice.found = sorted(int(w) for line in words for w in line if w.isdecimal())
