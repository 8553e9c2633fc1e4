"""The lab of two sites: what is wanted, and what its servers are told."""

from dataclasses import replace
from ipaddress import IPv4Network

from labctl.definition.load import load
from labctl.model.lab import ENDPOINT_NAMES, Endpoint, Host, LabSpec, shifted
from labctl.model.status import ServiceStatus
from labctl.render.dkim import new_dkim_key
from labctl.render.plan import render
from labctl.render.state import dump_state, load_state
from labctl.verbs.specify import Ports, dns_of, further, signing, wanted_again, wanted_by
from labctl.verbs.status import status_of
from labctl.verbs.targets import target_of
from tests.unit.lab_specs import a_lab

SUBNET = IPv4Network("172.30.0.16/28")


def a_duo(*domains: str) -> LabSpec:
    spec = a_lab("alpha.test", *(domains or ("beta.test",)))
    return replace(
        spec,
        further=tuple(
            Endpoint(name, "127.0.0.1", shifted(20100 + 100 * number, name), site.domain)
            for number, site in enumerate(spec.sites[1:])
            for name in ENDPOINT_NAMES
        ),
        dns=Host("dns", str(SUBNET[-3])),
        filter=Host("filter", str(SUBNET[-4])),
        sites=signing(spec.sites, (), new_dkim_key),
        images={**spec.images, "dns": "labctl/dns:1", "filter": "labctl/filter:1"},
    )


def text(path: str) -> str:
    return render(a_duo()).file(path).content.decode()


def test_duo_wants_two_sites_with_three_people_each() -> None:
    wanted = wanted_by(load("duo"))
    assert [domain for domain, _ in wanted.sites] == ["alpha.test", "beta.test"]
    assert [[name for name, _ in people] for _, people in wanted.sites] == [
        ["alice", "bob", "carol"],
        ["dora", "emil", "fay"],
    ]
    assert dns_of(wanted, SUBNET) == Host("dns", "172.30.0.29")
    assert dns_of(wanted_by(load("solo")), SUBNET) is None


def test_the_second_site_is_never_on_the_documented_ports() -> None:
    wanted = wanted_by(load("duo"))

    def ports(first: Ports) -> int:
        found = further(wanted, first, "127.0.0.1", lambda _: 23000)
        assert tuple(e.name for e in found) == ENDPOINT_NAMES
        assert {e.site for e in found} == {"beta.test"}
        return found[0].port - 25

    assert ports("documented") == 23000  # a free base
    assert ports(20000) == 20100  # the next one
    assert ports({"smtp": 25}) == 23000
    assert further(wanted_by(load("solo")), 20000, "127.0.0.1", lambda _: 1) == ()


def test_the_state_holds_both_sites() -> None:
    spec = a_duo()
    assert load_state(dump_state(spec)) == spec
    assert [domain for domain, _ in wanted_again(spec).sites] == ["alpha.test", "beta.test"]


def test_each_service_has_a_name_of_its_own() -> None:
    assert [name for name, _, _ in a_duo().services] == [
        "dns",
        "filter",
        "postfix",
        "dovecot",
        "postfix-beta",
        "dovecot-beta",
    ]
    alike = a_duo("mail.test", "mail.example")
    names = [name for name, _, _ in alike.services]
    assert len(set(names)) == len(names)
    assert "postfix-mail-example" in names


def test_a_client_of_beta_is_sent_to_beta() -> None:
    spec = a_duo()
    assert target_of(spec, "imaps").endpoint.port == 20093
    assert target_of(spec, "imaps", "alpha.test").endpoint.port == 20093
    assert target_of(spec, "imaps", "beta.test").endpoint.port == 20193
    assert target_of(spec, "smtp", "example.org").endpoint.port == 20025


def test_mail_between_the_sites_goes_by_mx_and_all_other_mail_nowhere() -> None:
    main = text("postfix/main.cf")
    assert "default_transport = error:5.7.1" in main
    assert "transport_maps = texthash:$config_directory/transport\n" in main
    assert "smtp_host_lookup = dns" in main
    assert text("postfix/transport") == "beta.test smtp:\n"  # no host: its MX
    assert text("postfix-beta/transport") == "alpha.test smtp:\n"
    assert "inline:{ beta.test=permit_sasl_authenticated }" in main
    assert text("postfix/resolv.conf").startswith("nameserver 172.30.0.29\n")
    master = text("postfix/master.cf").splitlines()
    jailed = [line.split()[-1] for line in master if line[:1].isalpha() and line.split()[4] == "y"]
    assert sorted(jailed) == ["smtp", "smtpd", "smtpd", "smtpd"]


def test_one_site_has_neither_dns_nor_an_smtp_client() -> None:
    plan = render(a_lab())
    assert "dns" not in plan.document
    assert b"transport_maps" not in plan.file("postfix/main.cf").content
    assert b" smtp\n" not in plan.file("postfix/master.cf").content


def test_the_dns_knows_both_sites_and_nothing_else() -> None:
    conf = text("dns/dnsmasq.conf")
    for line in (
        "mx-host = beta.test,mx.beta.test,10",
        'txt-record = beta.test,"v=spf1 mx -all"',
        "host-record = mx.beta.test,smtp.beta.test,172.30.0.20",
        "no-resolv",
        "local = /#/",
    ):
        assert f"{line}\n" in conf


def test_status_names_what_is_missing_of_each_site() -> None:
    spec = a_duo()
    status = status_of("mail", None, spec)
    assert [(s.name, s.state) for s in status.services if s.site in ("", "beta.test")] == [
        ("dns", "absent"),
        ("filter", "absent"),
        ("postfix-beta", "absent"),
        ("dovecot-beta", "absent"),
    ]
    assert status.further == spec.further
    assert ServiceStatus("dns", "", "absent") in status.services
