"""From what is wanted, and what the lab was, to its sites and endpoints."""

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Network
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.definition.load import load
from labctl.definition.parse import parse
from labctl.errors import BadUsage
from labctl.model.lab import DOCUMENTED_PORT, ENDPOINT_NAMES, Account, Limits
from labctl.verbs.specify import (
    USUAL,
    Ports,
    Wanted,
    addresses_of,
    endpoints,
    names_of,
    refuse_weak,
    sites,
    wanted_again,
    wanted_by,
)
from tests.unit.lab_specs import a_lab

SUBNET = IPv4Network("10.9.0.0/28")
ONE_SITE = Wanted((("alpha.test", (("alice", None), ("bob", "set-by-hand"))),), Limits())


def never(_: str) -> int:
    raise AssertionError("no free base was asked for")


def ports_of(ports: Ports, free_base: Callable[[str], int] = never) -> list[int]:
    found = endpoints(ports, "127.0.0.1", free_base)
    assert tuple(e.name for e in found) == ENDPOINT_NAMES
    return [e.port for e in found]


def test_solo_wants_three_accounts_and_says_nothing_of_ports() -> None:
    wanted = wanted_by(load("solo"))
    assert wanted.sites == (("alpha.test", (("alice", None), ("bob", None), ("carol", None))),)
    assert (wanted.ports, wanted.bind, wanted.limits) == (None, None, Limits())
    assert wanted == USUAL  # `labctl up` alone takes this without reading the file


def test_a_definition_s_limits_ports_and_address_are_wanted() -> None:
    definition = parse(
        "ports = 20000\nbind = '127.0.0.2'\nmessage_size = 20000\nretry_seconds = 3\n"
        "mailbox_megabytes = 4\n[[sites]]\ndomain = 'a.test'\naccounts = ['alice']\n",
        "lab.toml",
    )
    wanted = wanted_by(definition)
    assert (wanted.ports, wanted.bind) == (20000, "127.0.0.2")
    assert wanted.limits == Limits(message_size=20000, retry_seconds=3, mailbox_megabytes=4)


def test_the_command_line_wins_over_the_definition() -> None:
    wanted = replace(ONE_SITE, ports=20000, bind="127.0.0.2")
    assert wanted.override(None, None) == wanted
    assert wanted.override("documented", "::1") == replace(wanted, ports="documented", bind="::1")


def test_the_documented_ports_are_iana_s() -> None:
    assert ports_of("documented") == [25, 587, 465, 143, 993, 110, 995]


def test_a_base_keeps_the_last_two_digits() -> None:
    assert ports_of(20000) == [20025, 20087, 20065, 20043, 20093, 20010, 20095]


def test_free_asks_for_a_base() -> None:
    assert ports_of("free", lambda _: 20300) == [20325, 20387, 20365, 20343, 20393, 20310, 20395]


def test_a_table_of_ports_is_taken_as_it_is() -> None:
    table = {name: number for number, name in enumerate(ENDPOINT_NAMES, start=1)}
    assert ports_of(table) == [1, 2, 3, 4, 5, 6, 7]


@given(st.integers(1024, 65435))
def test_any_base_gives_seven_different_ports(base: int) -> None:
    found = ports_of(base)
    assert len(set(found)) == len(DOCUMENTED_PORT)
    assert all(base < port < base + 100 for port in found)


@pytest.mark.parametrize(
    ("bind", "reached"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1"),
        ("::", "::1"),
        ("192.0.2.7", "192.0.2.7"),
    ],
)
def test_an_endpoint_is_reached_where_a_client_here_can(bind: str, reached: str) -> None:
    assert {e.host for e in endpoints("documented", bind, never)} == {reached}


# -- accounts and hosts ----------------------------------------------------------------------------


def test_a_new_account_gets_a_new_password_and_a_set_one_stays_set() -> None:
    numbers = count(1)
    (site,) = sites(ONE_SITE, (), SUBNET, lambda: f"made-{next(numbers)}")
    assert site.accounts == (
        Account("alice@alpha.test", "made-1"),
        Account("bob@alpha.test", "set-by-hand"),
    )


def test_who_was_there_keeps_the_password_unless_one_is_set() -> None:
    known = (Account("alice@alpha.test", "old-alice"), Account("bob@alpha.test", "old-bob"))
    (site,) = sites(ONE_SITE, known, SUBNET, lambda: "new")
    assert [a.password for a in site.accounts] == ["old-alice", "set-by-hand"]


def test_a_namesake_in_another_domain_is_another_person() -> None:
    (site,) = sites(ONE_SITE, (Account("alice@beta.test", "old"),), SUBNET, lambda: "new")
    assert site.accounts[0].password == "new"


def test_hosts_are_in_the_subnet_and_not_its_gateway() -> None:
    wanted = replace(ONE_SITE, sites=tuple((f"{d}.test", (("a", None),)) for d in "abc"))
    found = sites(wanted, (), SUBNET, lambda: "x")
    hosts = [host for site in found for host in (site.postfix, site.dovecot)]
    assert [h.name for h in hosts[:2]] == ["mx.a.test", "imap.a.test"]
    assert [h.address for h in hosts] == [f"10.9.0.{n}" for n in range(2, 8)]


def test_a_lab_that_is_there_wants_itself_again() -> None:
    spec = a_lab(limits=Limits(retry_seconds=3))
    again = wanted_again(spec)
    assert again.limits == spec.limits
    assert (again.ports, again.bind) == (None, None)
    assert sites(again, (), spec.subnet, lambda: "new") == spec.sites


# -- the certificate -------------------------------------------------------------------------------


def test_the_certificate_names_every_host_that_a_client_may_use() -> None:
    assert names_of(a_lab().sites) == (
        "localhost",
        "alpha.test",
        "mx.alpha.test",
        "smtp.alpha.test",
        "imap.alpha.test",
        "pop.alpha.test",
        "mail.alpha.test",
    )


@pytest.mark.parametrize(
    ("bind", "beyond"),
    [
        ("127.0.0.1", ()),
        ("::1", ()),
        ("127.0.0.2", ("127.0.0.2",)),
        ("192.0.2.7", ("192.0.2.7",)),
        ("0.0.0.0", ("192.0.2.1",)),
        ("::", ("192.0.2.1",)),
    ],
)
def test_the_certificate_has_the_addresses_of_the_lab(bind: str, beyond: tuple[str, ...]) -> None:
    assert addresses_of(bind, lambda: ["192.0.2.1"]) == ("127.0.0.1", "::1", *beyond)


# -- weak passwords --------------------------------------------------------------------------------


def lab_with(password: str, bind: str) -> object:
    spec = a_lab()
    site = replace(spec.sites[0], accounts=(Account("alice@alpha.test", password),))
    return refuse_weak(replace(spec, sites=(site,), bind=bind))


@pytest.mark.parametrize("bind", ["127.0.0.1", "127.1.2.3", "::1"])
def test_a_weak_password_may_stay_on_loopback(bind: str) -> None:
    assert lab_with("x", bind)


@pytest.mark.parametrize("bind", ["192.0.2.7", "0.0.0.0", "::"])
def test_a_weak_password_is_never_published_beyond_it(bind: str) -> None:
    with pytest.raises(BadUsage, match=f"alice@alpha.test has under 10 .* published on {bind}"):
        lab_with("ninechars", bind)
    assert lab_with("10-letters", bind)
