"""From what is wanted, and what the lab was, to its sites and endpoints. Pure but for chance."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Network, ip_address
from typing import TYPE_CHECKING

from labctl.errors import BadUsage
from labctl.model.lab import (
    ANYWHERE,
    DOCUMENTED_PORT,
    ENDPOINT_NAMES,
    SHORTEST_PASSWORD,
    SITE_STEP,
    TOO_WEAK,
    Account,
    DkimKey,
    Endpoint,
    EndpointName,
    Host,
    LabSpec,
    Limits,
    Site,
    shifted,
    weak_beyond_loopback,
)
from labctl.model.profile import DEFAULT, InForce
from labctl.render.profiles import CATALOGUE

if TYPE_CHECKING:
    from labctl.definition.schema import Definition

Ports = str | int | Mapping[EndpointName, int]  # "documented", "free", a base, or one port each
_FIRST_HOST = 2  # of the subnet; .1 is the gateway


@dataclass(frozen=True, slots=True)
class Wanted:
    """A lab before anything is generated: ``None`` is "as it was, or as usual"."""

    sites: tuple[tuple[str, tuple[tuple[str, str | None], ...]], ...]  # domain, (name, password)…
    limits: Limits
    ports: Ports | None = None
    bind: str | None = None

    def override(self, ports: Ports | None, bind: str | None) -> "Wanted":
        """The same, with what the command line says."""
        return replace(self, ports=ports or self.ports, bind=bind or self.bind)


# What the built-in definition `solo` asks for: the usual lab needs no file read, nothing checked.
USUAL = Wanted((("alpha.test", (("alice", None), ("bob", None), ("carol", None))),), Limits())


def wanted_by(definition: "Definition") -> Wanted:
    """What a definition asks for."""
    return Wanted(
        tuple(
            (s.domain, tuple((a.name, a.password) for a in s.accounts)) for s in definition.sites
        ),
        Limits(definition.message_size, definition.retry_seconds, definition.mailbox_megabytes),
        definition.ports,
        definition.bind,
    )


def wanted_again(spec: LabSpec) -> Wanted:
    """What a lab that is there would ask for."""
    return Wanted(
        tuple(
            (s.domain, tuple((a.local_part, a.password) for a in s.accounts)) for s in spec.sites
        ),
        spec.limits,
    )


def wanted_like(spec: LabSpec) -> Wanted:
    """The shape of another lab, with passwords of its own."""
    return Wanted(
        tuple((s.domain, tuple((a.local_part, None) for a in s.accounts)) for s in spec.sites),
        spec.limits,
    )


def endpoints(ports: Ports, bind: str, free_base: Callable[[str], int]) -> tuple[Endpoint, ...]:
    """Where the seven endpoints are published."""
    host = ANYWHERE.get(bind, bind)
    if isinstance(ports, Mapping):
        chosen = ports
    elif ports == "documented":
        chosen = DOCUMENTED_PORT
    else:
        base = free_base(bind) if ports == "free" else int(ports)
        chosen = {name: shifted(base, name) for name in ENDPOINT_NAMES}
    return tuple(Endpoint(name, host, chosen[name]) for name in ENDPOINT_NAMES)


def further(
    wanted: Wanted, first: Ports, bind: str, free_base: Callable[[str], int]
) -> tuple[Endpoint, ...]:
    """Where the other sites are published: the documented ports are the first one's.

    A lab at a base has its second site at the next one; else it gets a base of its own.
    """
    others = wanted.sites[1:]
    if not others:
        return ()
    if isinstance(first, Mapping) or first == "documented":
        base = free_base(bind)
    else:
        base = int(first) + SITE_STEP
    host = ANYWHERE.get(bind, bind)
    return tuple(
        Endpoint(name, host, shifted(base + SITE_STEP * number, name), domain)
        for number, (domain, _) in enumerate(others)
        for name in ENDPOINT_NAMES
    )


def dns_of(wanted: Wanted, subnet: IPv4Network) -> Host | None:
    """The lab's DNS server; a single site needs none. The subnet's last address is the client's."""
    return Host("dns", str(subnet[-3])) if len(wanted.sites) > 1 else None


def filter_of(wanted: Wanted, subnet: IPv4Network) -> Host | None:
    """What signs and checks the mail between sites; a single site needs none."""
    return Host("filter", str(subnet[-4])) if len(wanted.sites) > 1 else None


def signing(
    lab_sites: tuple[Site, ...], before: Sequence[Site], new_key: Callable[[], DkimKey]
) -> tuple[Site, ...]:
    """Several sites sign what they send each other; who had a key keeps it."""
    if len(lab_sites) == 1:
        return lab_sites
    known = {site.domain: site.dkim for site in before}
    return tuple(replace(site, dkim=known.get(site.domain) or new_key()) for site in lab_sites)


def profile_of(wanted: Wanted, before: LabSpec | None) -> InForce:
    """A lab that is there keeps its profile, unless it loses the sites that it is for."""
    if before is None:
        return DEFAULT
    there = before.profile
    domains = {domain for domain, _ in wanted.sites}
    too_few = CATALOGUE[there.name].several_sites and len(domains) < 2
    return DEFAULT if too_few or (there.site and there.site not in domains) else there


def sites(
    wanted: Wanted,
    known: Sequence[Account],
    subnet: IPv4Network,
    new_password: Callable[[], str],
) -> tuple[Site, ...]:
    """The sites with their accounts; who was there keeps their password unless one is set."""
    passwords = {account.address: account.password for account in known}
    hosts = [str(subnet[i]) for i in range(_FIRST_HOST, subnet.num_addresses - 1)]
    return tuple(
        Site(
            domain,
            tuple(
                Account(address, password or passwords.get(address) or new_password())
                for address, password in ((f"{name}@{domain}", pw) for name, pw in accounts)
            ),
            Host(f"mx.{domain}", hosts[2 * number]),
            Host(f"imap.{domain}", hosts[2 * number + 1]),
        )
        for number, (domain, accounts) in enumerate(wanted.sites)
    )


def names_of(lab_sites: Sequence[Site]) -> tuple[str, ...]:
    """The DNS names that the lab's certificate must carry."""
    hosts = ("mx", "smtp", "imap", "pop", "mail")
    found = ["localhost"]
    for site in lab_sites:
        found += [site.domain, *(f"{host}.{site.domain}" for host in hosts)]
    return tuple(found)


def addresses_of(bind: str, here: Callable[[], Sequence[str]]) -> tuple[str, ...]:
    """The IP addresses that the certificate must carry: loopback, and where it is published."""
    beyond: Sequence[str] = ()
    if bind in ANYWHERE:
        beyond = here()
    elif not ip_address(bind).is_loopback or bind not in ("127.0.0.1", "::1"):
        beyond = (bind,)
    return ("127.0.0.1", "::1", *beyond)


def refuse_weak(spec: LabSpec) -> LabSpec:
    """The lab itself, unless it would publish a weak password beyond loopback.

    Raises:
        BadUsage: it would.
    """
    weak = weak_beyond_loopback(((a.address, a.password) for a in spec.accounts), spec.bind)
    if weak is not None:
        raise BadUsage(TOO_WEAK, account=weak, least=SHORTEST_PASSWORD, bind=spec.bind)
    return spec
