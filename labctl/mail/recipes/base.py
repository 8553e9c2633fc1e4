"""What a recipe is made of. Every English text is a template that the screen translates.

No password stands in a command: it would stay in the shell's history and be seen by ``ps``.
"""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal, get_args
from urllib.parse import quote

from labctl.lang import Text
from labctl.model.lab import Account, Endpoint, EndpointName

Client = Literal["swaks", "curl", "openssl", "mutt", "thunderbird", "outlook"]
CLIENTS: tuple[Client, ...] = get_args(Client)


SUBMIT_STARTTLS = "Submit through port {port}: STARTTLS first, then AUTH"
SUBMIT_IMPLICIT = "Submit through port {port}: TLS from the first byte"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to do: lines to paste as they are, or settings to type into a form."""

    title: Text
    lines: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()  # label and value, each shown through ``tr``


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to use one client with one lab."""

    client: Client
    title: Text
    parts: tuple[Part, ...]
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Situation:
    """The lab that a recipe is for.

    ``ca_path`` is where its CA's certificate lies on the participant's disk (``labctl ca FILE``).
    """

    endpoints: tuple[Endpoint, ...]
    accounts: tuple[Account, ...]  # at least one
    ca_path: str

    def __post_init__(self) -> None:
        if not self.accounts:
            raise ValueError("a recipe needs an account")

    @property
    def writer(self) -> Account:
        """Who sends in the examples."""
        return self.accounts[0]

    @property
    def reader(self) -> Account:
        """Who receives and reads; the writer too, in a lab of one account."""
        return self.accounts[1] if len(self.accounts) > 1 else self.accounts[0]

    def endpoint(self, name: EndpointName) -> Endpoint:
        """The endpoint of that name.

        Raises:
            KeyError: the lab has none such.
        """
        for endpoint in self.endpoints:
            if endpoint.name == name:
                return endpoint
        raise KeyError(name)


def url(scheme: str, endpoint: Endpoint, path: str = "", *, user: str = "") -> str:
    """``imaps://127.0.0.1:993/INBOX``; a user's ``@`` is written ``%40`` (RFC 3986)."""
    login = f"{quote(user, safe='')}@" if user else ""
    return f"{scheme}://{login}{address(endpoint)}/{path}"


def address(endpoint: Endpoint) -> str:
    """Host and port, an IPv6 address in brackets."""
    host = f"[{endpoint.host}]" if ":" in endpoint.host else endpoint.host
    return f"{host}:{endpoint.port}"


def is_address(host: str) -> bool:
    """Whether a host is given by its IP address, not by name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def ported(template: str, endpoint: Endpoint) -> Text:
    """A text that names the endpoint's port as it really is."""
    return Text(template, {"port": endpoint.port})


def passwords(*accounts: Account) -> Part:
    """The passwords to type when a client asks; they stand in no command."""
    unique = dict.fromkeys((a.address, a.password) for a in accounts)
    return Part(Text("When it asks for a password"), settings=tuple(unique))


def command(*rows: Sequence[str]) -> tuple[str, ...]:
    """One shell command over several lines, every word quoted where it must be."""
    quoted = [shlex.join(row) for row in rows]
    first, *rest = [f"{row} \\" for row in quoted[:-1]] + quoted[-1:]
    return (first, *(f"  {row}" for row in rest))


def not_in_a_command() -> Text:
    """Why these tools ask for the password."""
    return Text(
        "No password stands in these commands: there it would stay in the shell's history, and"
        " others on this machine could see it in the list of processes."
    )


def own_authority(lab: Situation) -> Text:
    """What the CA's file is for."""
    return Text(
        "{ca} is the certificate of the lab's own authority. Without it these tools would rightly"
        " refuse the servers: nobody else vouches for them.",
        {"ca": lab.ca_path},
    )
