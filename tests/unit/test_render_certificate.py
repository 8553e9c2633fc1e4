"""The lab's CA and certificate, as strict clients check them."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from socket import create_connection, create_server

import pytest
from cryptography import x509

from labctl.model.lab import Certificate
from labctl.render.certificate import covers, issue
from tests.unit.lab_specs import ADDRESSES, NAMES, certificate


def parsed(pem: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem.encode())


@contextmanager
def served(found: Certificate, folder: Path) -> Iterator[int]:
    """A TLS server with that certificate; its port."""
    chain = folder / "chain.pem"
    chain.write_text(found.key_pem + found.chain_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)

    def answer() -> None:
        raw, _ = listening.accept()
        with raw:
            try:
                context.wrap_socket(raw, server_side=True).close()
            except OSError:
                return  # the client did not like the certificate

    with create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=answer)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(10)


@pytest.mark.parametrize("name", [*NAMES, "127.0.0.1"])
def test_a_strict_client_accepts_each_name(name: str, tmp_path: Path) -> None:
    found = certificate()
    client = ssl.create_default_context(cadata=found.ca_pem)
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    with (
        served(found, tmp_path) as port,
        create_connection(("127.0.0.1", port), 10) as raw,
        client.wrap_socket(raw, server_hostname=name) as under_tls,
    ):
        assert under_tls.version() == "TLSv1.3"


def test_a_name_it_does_not_carry_is_refused(tmp_path: Path) -> None:
    found = certificate()
    client = ssl.create_default_context(cadata=found.ca_pem)
    with (
        served(found, tmp_path) as port,
        create_connection(("127.0.0.1", port), 10) as raw,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        client.wrap_socket(raw, server_hostname="example.org")


def test_the_certificate_lives_no_longer_than_clients_allow() -> None:
    leaf = parsed(certificate().chain_pem)
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc <= timedelta(days=397)


def test_the_ca_says_whose_it_is_and_can_vouch_for_no_real_domain() -> None:
    ca = parsed(certificate().ca_pem)
    assert ca.subject.rfc4514_string() == "CN=labctl CA of lab mail"
    constraints = ca.extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    permitted = {name.value for name in constraints.value.permitted_subtrees or ()}
    assert "test" in permitted
    assert not permitted & {"com", "org", "net", "fr", ""}


def test_a_renewed_certificate_keeps_the_ca() -> None:
    old = certificate()
    new = issue("mail", [*NAMES, "pop.alpha.test"], ADDRESSES, (old.ca_pem, old.ca_key_pem))
    assert (new.ca_pem, new.ca_key_pem) == (old.ca_pem, old.ca_key_pem)
    assert new.key_pem != old.key_pem


def test_a_domain_that_the_ca_may_not_vouch_for_needs_another_ca() -> None:
    old = certificate()
    new = issue("mail", ["mx.mine.fr"], ADDRESSES, (old.ca_pem, old.ca_key_pem))
    assert new.ca_pem != old.ca_pem
    assert covers(new, ["mx.mine.fr"], ADDRESSES)


def test_it_covers_its_own_names_and_no_others() -> None:
    found = certificate()
    assert covers(found, NAMES, ADDRESSES)
    assert covers(found, NAMES[:1], ["0:0:0:0:0:0:0:1"])
    assert not covers(found, [*NAMES, "beta.test"], ADDRESSES)
    assert not covers(found, NAMES, [*ADDRESSES, "192.0.2.7"])


def test_one_that_ends_soon_covers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labctl.render.certificate._LIFE", timedelta(days=20))
    assert not covers(issue("mail", NAMES, ADDRESSES), NAMES, ADDRESSES)
