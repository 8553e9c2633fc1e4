"""SMTP as an exercise speaks it."""

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass, replace

from labctl.exercise.actions import MessageText
from labctl.mail.message import Attachment, bare, compose, crlf
from labctl.mail.smtp import Reply, SmtpClient
from labctl.model.observation import Protocol
from labctl.verbs.exercise_talk import Talk, Voice

_TRY_AGAIN = 454  # temporary authentication failure (RFC 4954)
# The smallest PNG that every program shows: one white pixel.
PICTURE = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg=="
)
_TRANSACTION = ("AUTH", "MAIL", "RCPT", "DATA", "STARTTLS")


@dataclass(frozen=True, slots=True)
class Letter:
    """An envelope, and the message in it, which need not name the same people."""

    sender: str
    to: tuple[str, ...]
    named: tuple[str, ...]  # in the header
    subject: str  # unless the message has one of its own
    message: MessageText
    author: str  # in the header
    stored: bytes = b""  # what lies in a box already and is sent once more

    def compose(self, token: str) -> bytes:
        """What DATA carries."""
        said, body = self.message, f"{self.message.body}\n"
        if said.again:
            return crlf(self.stored.replace(said.again.word.encode(), said.again.by.encode()))
        subject = said.subject or self.subject
        if said.bare:
            return bare(subject, body, token)
        picture = Attachment(said.attach, PICTURE, "image/png") if said.attach else None
        return compose(
            self.author,
            self.named,
            subject,
            body,
            token=token,
            encoding=said.encoding,
            attachment=picture,
        )


class SmtpTalk(Talk):
    """EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA and QUIT are filled in; others go as they are."""

    protocol: Protocol = "smtp"

    def __init__(
        self, voice: Voice, letter: Letter, *, clear: bool = False, again: bool = True
    ) -> None:
        super().__init__(voice)
        self._again = again  # after a temporary failure, one more AUTH is worth it
        self._letter = letter
        self.sent = b""  # the message that the server took over last
        self._refused = False
        self._clear = clear and voice.target.endpoint.tls == "implicit"
        target = voice.target
        if self._clear:  # an endpoint of another name on that port: nobody begins TLS by itself
            target = replace(target, endpoint=replace(target.endpoint, name="smtp"))
        self._client = SmtpClient(target)

    @property
    def client(self) -> SmtpClient:
        """The mail client that speaks."""
        return self._client

    def greet(self) -> None:
        """The 220; where TLS is expected and we speak in the clear, our EHLO must come first."""
        if not self._clear:
            self._keep("greeting", self._client.connect())
            return
        self._client.wire.connect()
        self._keep("greeting", self._client.ehlo())

    def skips(self, command: str) -> bool:
        """After a refusal the transaction is over; what is left is QUIT."""
        return self._refused and command in _TRANSACTION

    def one(self, command: str, line: str) -> None:
        """Say one command."""
        if command == "RCPT":
            for address in self._letter.to:
                self._keep(command, self._client.rcpt(address))
        elif command == "DATA":
            self._data()
        else:
            self._keep(command, self._said(command, line))

    def _said(self, command: str, line: str) -> Reply:
        if command == "EHLO":
            reply = self._client.ehlo()
            self._offered([*reply.extensions])
            return reply
        if command == "STARTTLS":
            return self._client.starttls()
        if command == "AUTH" and self.voice.account:
            reply = self._client.auth(self.voice.account)
            if reply.code == _TRY_AGAIN and self._again:
                return self._client.auth(self.voice.account)
            return reply
        if command == "MAIL":
            return self._client.mail(self._letter.sender)
        if command == "QUIT":
            self.over = True
            return self._client.quit()
        return self._client.command(line)

    def _data(self) -> None:
        message = self._letter.compose(self.voice.token)
        sent = self._client.data(message)
        lines = [line.text for line in self._client.transcript]
        if "." in lines[lines.index("DATA") :]:
            self._heard("DATA", "354")
            self._keep(".", sent)
        else:
            self._keep("DATA", sent)
        if sent.ok:
            self.sent = message
        if sent.queue_id:
            self.queue_ids.append(sent.queue_id)

    def _keep(self, to: str, reply: Reply) -> None:
        self._heard(to, str(reply.code), reply.enhanced, _last(reply.lines))
        if not reply.ok and to in _TRANSACTION:
            self._refused = True


def _last(lines: Sequence[str]) -> str:
    return lines[-1] if lines else ""
