"""LabSpecs for tests of rendering."""

from functools import cache
from ipaddress import IPv4Network

from labctl.model.lab import (
    ENDPOINT_NAMES,
    Account,
    Certificate,
    Endpoint,
    Host,
    LabSpec,
    Limits,
    Site,
    shifted,
)
from labctl.render.certificate import issue

NAMES = ("localhost", "alpha.test", "mx.alpha.test", "imap.alpha.test")
ADDRESSES = ("127.0.0.1", "::1")


@cache
def certificate() -> Certificate:
    """One certificate for all tests: making keys takes a while."""
    return issue("mail", NAMES, ADDRESSES)


def a_site(domain: str, subnet: IPv4Network, number: int = 0) -> Site:
    return Site(
        domain,
        (
            Account(f"alice@{domain}", "amber-violin-moss"),
            Account(f"bob@{domain}", 'a:{{ b }} %} {PLAIN}"\\ #'),
        ),
        Host(f"mx.{domain}", str(subnet[2 + 2 * number])),
        Host(f"imap.{domain}", str(subnet[3 + 2 * number])),
    )


def a_lab(
    *domains: str, name: str = "mail", bind: str = "127.0.0.1", limits: Limits | None = None
) -> LabSpec:
    subnet = IPv4Network("172.30.0.16/28")
    return LabSpec(
        name,
        tuple(a_site(d, subnet, n) for n, d in enumerate(domains or ("alpha.test",))),
        tuple(Endpoint(e, bind, shifted(20000, e)) for e in ENDPOINT_NAMES),
        subnet,
        bind,
        limits or Limits(),
        certificate(),
        {"postfix": "labctl/postfix:1", "dovecot": "labctl/dovecot:1"},
    )
