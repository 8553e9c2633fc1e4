"""What a lab is: sites, accounts, endpoints, limits. Frozen; a wrong one cannot be built."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Network, ip_address
from typing import Literal, get_args

from labctl.model.profile import DEFAULT, InForce
from labctl.model.workshop import SEAT_STEP, Seat

LAB_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}", re.ASCII)
EndpointName = Literal["smtp", "submission", "submissions", "imap", "imaps", "pop3", "pop3s"]
Tls = Literal["starttls", "implicit"]
Service = Literal["postfix", "dovecot", "dns", "filter"]

# Addresses that mean "all of this machine's", and how such a lab is reached from here.
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - a table, nothing is bound

ENDPOINT_NAMES: tuple[EndpointName, ...] = get_args(EndpointName)

# The ports that IANA registered under these names.
DOCUMENTED_PORT: dict[EndpointName, int] = {
    "smtp": 25,
    "submission": 587,
    "submissions": 465,
    "imap": 143,
    "imaps": 993,
    "pop3": 110,
    "pop3s": 995,
}
# What each endpoint is for, in the words of RFC 6409, RFC 8314, RFC 9051 and RFC 1939.
PURPOSE: dict[EndpointName, str] = {
    "smtp": "between servers",
    "submission": "sending",
    "submissions": "sending",
    "imap": "reading on the server",
    "imaps": "reading on the server",
    "pop3": "fetching",
    "pop3s": "fetching",
}
IMPLICIT_TLS: frozenset[EndpointName] = frozenset({"submissions", "imaps", "pop3s"})
SERVED_BY: dict[EndpointName, Service] = {
    "smtp": "postfix",
    "submission": "postfix",
    "submissions": "postfix",
    "imap": "dovecot",
    "imaps": "dovecot",
    "pop3": "dovecot",
    "pop3s": "dovecot",
}


SITE_STEP = SEAT_STEP  # between the bases of two sites


def shifted(base: int, name: EndpointName) -> int:
    """The port of an endpoint in a lab shifted to ``base``: 20000 makes 587 into 20087."""
    return base + DOCUMENTED_PORT[name] % 100


def service_name(kind: Service, domain: str, domains: Sequence[str]) -> str:
    """The name of a site's server, beside those of a lab's other domains."""
    if domain == domains[0]:
        return kind
    label = domain.partition(".")[0]
    shared = [other for other in domains[1:] if other.partition(".")[0] == label]
    return f"{kind}-{label if len(shared) == 1 else domain.replace('.', '-')}"


SHORTEST_PASSWORD = 10  # characters, for a password set by hand in a lab published beyond loopback
TOO_WEAK = (
    "the password of {account} has under {least} characters and the lab would be published on"
    " {bind}: give a longer one, or none"
)


def weak_beyond_loopback(passwords: Iterable[tuple[str, str]], bind: str) -> str | None:
    """The first account, of (account, password) pairs, too weak to be published on ``bind``."""
    if ip_address(bind).is_loopback:
        return None
    return next((account for account, pw in passwords if len(pw) < SHORTEST_PASSWORD), None)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where one documented port is published."""

    name: EndpointName
    host: str
    port: int  # 1 to 65535
    site: str = ""  # the domain of a further site; empty: the lab's first site, or its only one

    def __post_init__(self) -> None:
        if not 1 <= self.port <= 65535:
            raise ValueError(f"port {self.port} of {self.name} is not between 1 and 65535")

    @property
    def documented(self) -> int:
        """The IANA port that the course names."""
        return DOCUMENTED_PORT[self.name]

    @property
    def tls(self) -> Tls:
        """``implicit``: TLS before the first word; ``starttls``: in the clear until asked."""
        return "implicit" if self.name in IMPLICIT_TLS else "starttls"

    @property
    def service(self) -> Service:
        """The server that answers there."""
        return SERVED_BY[self.name]


@dataclass(frozen=True, slots=True)
class Account:
    """A mailbox and its login: the address is both."""

    address: str
    password: str = field(repr=False)  # a report of a bug may hold a repr

    @property
    def local_part(self) -> str:
        """``alice`` of ``alice@alpha.test``."""
        return self.address.rpartition("@")[0]

    @property
    def domain(self) -> str:
        """``alpha.test`` of ``alice@alpha.test``."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Host:
    """One server of a site on the lab's network."""

    name: str  # fully qualified, e.g. mx.alpha.test
    address: str  # IPv4 in the lab's subnet


@dataclass(frozen=True, slots=True)
class DkimKey:
    """With what a site signs the mail of its users (RFC 6376)."""

    selector: str  # names the key in the DNS: <selector>._domainkey.<domain>
    record: str  # what stands there, the public key in it
    private_pem: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Site:
    """One mail domain with its Postfix and its Dovecot."""

    domain: str
    accounts: tuple[Account, ...]
    postfix: Host
    dovecot: Host
    dkim: DkimKey | None = None  # only where there are other sites


@dataclass(frozen=True, slots=True)
class Limits:
    """What the servers allow, and how long they wait."""

    message_size: int = 10 * 1024 * 1024  # bytes
    retry_seconds: int = 10  # between delivery attempts of a deferred message
    mailbox_megabytes: int = 0  # size of the Maildir's file system (tmpfs); 0: a plain volume


@dataclass(frozen=True, slots=True)
class Certificate:
    """The lab's own CA and the servers' certificate, all PEM."""

    ca_pem: str
    ca_key_pem: str = field(repr=False)
    chain_pem: str
    key_pem: str = field(repr=False)
    expired_pem: str = ""  # of the same key, and over: for the profile that shows it


@dataclass(frozen=True, slots=True)
class LabSpec:
    """Everything rendering needs: the definition with all that is generated or chosen filled in."""

    name: str
    sites: tuple[Site, ...]
    endpoints: tuple[Endpoint, ...]
    subnet: IPv4Network
    bind: str
    limits: Limits
    certificate: Certificate
    images: dict[Service, str]  # reference of the image of each service
    further: tuple[Endpoint, ...] = ()  # of the other sites: never on the documented ports
    dns: Host | None = None  # where several sites find each other; one site needs none
    filter: Host | None = None  # signs what they send each other, and checks it
    profile: InForce = DEFAULT
    seat: Seat | None = None  # whose lab this is, in a workshop
    gateway: bool = False  # nothing is published: the workshop's gateway is the only way in and out

    @property
    def usual(self) -> "LabSpec":
        """The same lab without any profile in force."""
        certificate = replace(self.certificate, expired_pem="")
        return replace(self, profile=DEFAULT, certificate=certificate)

    def reached_at(self, address: str) -> "LabSpec":
        """The same lab with its endpoints at an address of the node that has it; empty: as is."""
        if not address:
            return self
        return replace(
            self,
            endpoints=tuple(replace(e, host=address) for e in self.endpoints),
            further=tuple(replace(e, host=address) for e in self.further),
        )

    @property
    def as_kept(self) -> "LabSpec":
        """The same lab as its state has it: published at its own address, whichever node has it."""
        return self.reached_at(ANYWHERE.get(self.bind, self.bind))

    @property
    def published(self) -> tuple[Endpoint, ...]:
        """The endpoints of all sites."""
        return self.endpoints + self.further

    def endpoints_of(self, domain: str) -> tuple[Endpoint, ...]:
        """Where one site's endpoints are published."""
        if domain == self.sites[0].domain:
            return self.endpoints
        return tuple(e for e in self.further if e.site == domain)

    def service(self, kind: Service, domain: str) -> str:
        """The name of a site's server: ``postfix``, and ``postfix-beta`` for beta.test."""
        return service_name(kind, domain, self.domains)

    @property
    def services(self) -> tuple[tuple[str, Service, str], ...]:
        """All services: name, kind, and the domain of its site (none for the lab's DNS)."""
        kinds: tuple[Service, ...] = ("postfix", "dovecot")
        of_sites = tuple(
            (self.service(kind, site.domain), kind, site.domain)
            for site in self.sites
            for kind in kinds
        )
        shared: tuple[Service, ...] = ("dns",) if self.dns else ()
        shared += ("filter",) if self.filter else ()
        return (*((kind, kind, "") for kind in shared), *of_sites)

    @property
    def accounts(self) -> tuple[Account, ...]:
        """All accounts of all sites."""
        return tuple(account for site in self.sites for account in site.accounts)

    @property
    def domains(self) -> tuple[str, ...]:
        """The mail domains that are inside the lab."""
        return tuple(site.domain for site in self.sites)
