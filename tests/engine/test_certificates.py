"""Certificates: whom they name, that strict clients accept them, that nobody else sees the keys."""

import os
import stat
from pathlib import Path

import pytest
from cryptography import x509

from labctl.model.lab import EndpointName
from tests.engine.mailclients import MailClients
from tests.engine.running import RunningLab, labctl

IMPLICIT: list[EndpointName] = ["submissions", "imaps", "pop3s"]
KEY = "PRIVATE KEY-----"


def _shown(clients: MailClients, via: EndpointName) -> str:
    """The certificate that the server shows, as PEM."""
    said = clients.s_client(via, "-showcerts")
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    return said.out[said.out.index(begin) : said.out.index(end) + len(end)] + "\n"


@pytest.mark.parametrize("via", ["smtp", *IMPLICIT, "imap"])
def test_the_certificate_names_whatever_a_client_calls_the_server(
    clients: MailClients, via: EndpointName
) -> None:
    found = x509.load_pem_x509_certificate(_shown(clients, via).encode())
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    hosts = {f"{host}.alpha.test" for host in ("mx", "smtp", "imap", "pop", "mail")}
    assert {"localhost", "alpha.test", *hosts} <= set(names.get_values_for_type(x509.DNSName))
    addresses = map(str, names.get_values_for_type(x509.IPAddress))
    assert {"127.0.0.1", "::1"} <= set(addresses)


@pytest.mark.parametrize("via", IMPLICIT)
@pytest.mark.parametrize(
    "who",
    [
        ("-verify_hostname", "localhost"),
        ("-verify_ip", "127.0.0.1"),
        ("-verify_ip", "::1"),
        ("-verify_hostname", "mail.alpha.test"),
        ("-verify_hostname", "imap.alpha.test"),
    ],
    ids=lambda who: who[1],
)
def test_a_strict_client_accepts_the_chain(
    clients: MailClients, via: EndpointName, who: tuple[str, str]
) -> None:
    shown = clients.put("shown.pem", _shown(clients, via))
    strict = ("-x509_strict", "-purpose", "sslserver", "-check_ss_sig", *who)
    said = clients.run("openssl", "verify", "-CAfile", clients.ca, *strict, shown)
    assert said.code == 0, said.all


def test_a_name_beyond_the_lab_is_not_covered(clients: MailClients) -> None:
    shown = clients.put("shown.pem", _shown(clients, "imaps"))
    name = ("-verify_hostname", "imap.outside.example")
    assert clients.run("openssl", "verify", "-CAfile", clients.ca, *name, shown).code != 0


def test_ca_writes_the_certificate_that_the_servers_chain_leads_to(
    lab: RunningLab, clients: MailClients, tmp_path: Path
) -> None:
    file = tmp_path / "lab-ca.pem"
    done = labctl("ca", str(file), "--lab", lab.name)
    assert done.returncode == 0, done.stderr
    written = clients.put("written.pem", file.read_text())
    shown = clients.put("shown.pem", _shown(clients, "pop3s"))
    assert clients.run("openssl", "verify", "-CAfile", written, shown).code == 0
    assert KEY not in file.read_text()
    assert labctl("ca", "--lab", lab.name).stdout == file.read_text()


@pytest.mark.parametrize("service", ["postfix", "dovecot"])
def test_only_the_server_itself_can_read_a_file_with_a_key(lab: RunningLab, service: str) -> None:
    argv = ["grep", "-rlsI", "--", KEY, "/etc", "/run", "/tmp", "/var", "/srv"]
    keys = lab.engine.exec(lab.name, service, argv).stdout.split()
    assert keys
    modes = lab.engine.exec(lab.name, service, ["stat", "-c", "%a", *keys]).stdout
    assert set(modes.split()) == {"600"}
    assert lab.engine.exec(lab.name, service, argv, user="65534").stdout == ""


@pytest.mark.parametrize("service", ["postfix", "dovecot"])
def test_somebody_else_in_the_container_cannot_read_keys_nor_passwords(
    lab: RunningLab, service: str
) -> None:
    for path in ("tls.pem", "lab.json") if service == "postfix" else ("tls.key", "users"):
        wanted = f"/etc/labctl/{path}"
        assert lab.engine.exec(lab.name, service, ["test", "-f", wanted], user="0").exit_code == 0
        assert lab.engine.exec(lab.name, service, ["cat", wanted], user="65534").exit_code != 0


def test_rendered_keys_are_readable_by_their_owner_alone(lab: RunningLab, tmp_path: Path) -> None:
    folder = tmp_path / "rendered"
    done = labctl("config", "render", str(folder), "--lab", lab.name)
    assert done.returncode == 0, done.stderr
    secret = [p for p in folder.rglob("*") if p.is_file() and KEY in p.read_text()]
    passwords = [p for p in folder.rglob("*") if p.name in ("users", "lab.json")]
    assert {p.name for p in secret} == {"tls.pem", "tls.key", "lab.json"}
    for path in (*secret, *passwords):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o600 if os.geteuid() == 0 else mode & 0o640), path
