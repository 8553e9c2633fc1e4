"""What one mail client did, folded from the servers' own words: any client, no proxy between."""

from dataclasses import dataclass
from typing import Literal

from labctl.model.dialogue import Transcript
from labctl.model.lab import EndpointName
from labctl.model.observation import Protocol

End = Literal["open", "quit", "dropped"]  # QUIT and LOGOUT are both "quit"


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a client, and how it went."""

    at: int  # nanoseconds since the epoch, the engine's clock
    name: str  # in capitals, as the protocol spells it: RCPT, RETR, FETCH, UID FETCH, AUTH
    arguments: str  # secrets masked; empty where the sensor does not tell them
    ok: bool
    code: str = ""  # 250, +OK, NO; empty where the sensor does not tell it


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message that a client handed over, or tried to."""

    at: int  # nanoseconds since the epoch
    sender: str
    recipients: tuple[str, ...]
    queue_id: str  # empty: refused
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class ClientSession:
    """One session of one client, so far."""

    protocol: Protocol
    endpoint: EndpointName
    id: str  # the server's own name for it, unique in the lab
    begun: int  # nanoseconds since the epoch
    ended: int  # 0 while it is open
    end: End
    account: str  # the address that logged in; empty: nobody
    refused: tuple[str, ...] = ()  # names whose login was refused
    tls: bool = False
    client: str = ""  # its address, as the server sees it
    commands: tuple[Command, ...] = ()
    envelopes: tuple[Envelope, ...] = ()  # SMTP only
    lines: Transcript = ()  # the dialogue, as far as a sensor had it; secrets masked
