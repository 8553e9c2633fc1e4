"""A CA for each lab, and the certificate of its servers.

Source: https://www.rfc-editor.org/rfc/rfc5280 (strict clients check all of it)
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING

from labctl.model.lab import Certificate
from labctl.render import pem

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

_CA_NAME = "labctl CA of lab {lab}"
_CA_LIFE = timedelta(days=2 * 365)
_LIFE = timedelta(days=396)  # clients refuse a server's certificate that is good for over 398 days
_RENEW = timedelta(days=30)  # before the end
_SKEW = timedelta(days=1)  # a client's clock may be behind
# The CA can vouch for nothing beyond these and the lab's own domains: trusting it is no risk.
_RESERVED = (
    "localhost",
    "test",
    "example",
    "invalid",
    *(f"example.{t}" for t in ("com", "net", "org")),
)


def issue(
    lab: str, names: Sequence[str], addresses: Sequence[str], ca: tuple[str, str] | None = None
) -> Certificate:
    """The certificate of a lab's servers.

    Args:
        lab: its name, for the CA's.
        names: DNS names that clients use.
        addresses: IP addresses that clients use.
        ca: the lab's CA certificate and its key (PEM) if it has one; it is kept while it serves.
    """
    from cryptography import x509

    now = datetime.now(UTC).replace(microsecond=0)
    if ca is not None and _serves(ca[0], names, now):
        issuer = x509.load_pem_x509_certificate(ca[0].encode())
        ca_key = pem.read_key(ca[1])
    else:
        issuer, ca_key = _new_ca(lab, names, now)
    key = pem.new_key()
    leaf = _leaf(names, addresses, key, issuer, now).sign(ca_key, pem.sha256())
    return Certificate(pem.pem(issuer), pem.key_pem(ca_key), pem.pem(leaf), pem.key_pem(key))


def expired(certificate: Certificate, names: Sequence[str], addresses: Sequence[str]) -> str:
    """The certificate (PEM) of the same servers, of the same key and CA, that ended yesterday."""
    from cryptography import x509

    ca = x509.load_pem_x509_certificate(certificate.ca_pem.encode())
    then = datetime.now(UTC).replace(microsecond=0) - _LIFE
    key = pem.read_key(certificate.key_pem)
    unsigned = _leaf(names, addresses, key, ca, then)
    return pem.pem(unsigned.sign(pem.read_key(certificate.ca_key_pem), pem.sha256()))


def good_until(chain_pem: str) -> str:
    """The day on which a certificate ends, as ``2026-11-25``."""
    from cryptography import x509

    return f"{x509.load_pem_x509_certificate(chain_pem.encode()).not_valid_after_utc:%Y-%m-%d}"


def covers(certificate: Certificate, names: Sequence[str], addresses: Sequence[str]) -> bool:
    """Whether it carries all these names and addresses and is good for a month yet."""
    from cryptography import x509

    leaf = x509.load_pem_x509_certificate(certificate.chain_pem.encode())
    if leaf.not_valid_after_utc - datetime.now(UTC) < _RENEW:
        return False
    found = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    has = {
        *found.get_values_for_type(x509.DNSName),
        *map(str, found.get_values_for_type(x509.IPAddress)),
    }
    return has >= {*names, *(str(ip_address(a)) for a in addresses)}


def _serves(ca_pem: str, names: Sequence[str], now: datetime) -> bool:
    """Whether that CA may vouch for all these names and lives as long as a new certificate."""
    from cryptography import x509

    ca = x509.load_pem_x509_certificate(ca_pem.encode())
    may = ca.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or ()
    suffixes = [name.value for name in may if isinstance(name, x509.DNSName)]
    inside = all(any(_within(name, suffix) for suffix in suffixes) for name in names)
    return inside and ca.not_valid_after_utc > now + _LIFE


def _within(name: str, suffix: str) -> bool:
    return name == suffix or name.endswith(f".{suffix}")


def _new_ca(
    lab: str, names: Sequence[str], now: datetime
) -> "tuple[x509.Certificate, EllipticCurvePrivateKey]":
    from cryptography import x509

    own = [name for name in names if not any(_within(name, suffix) for suffix in _RESERVED)]
    key = pem.new_key()
    name = pem.name(_CA_NAME.format(lab=lab))
    unsigned = (
        _begun(name, name, key, now, _CA_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(
            x509.NameConstraints([x509.DNSName(n) for n in (*_RESERVED, *own)], None), critical=True
        )
    )
    return unsigned.sign(key, pem.sha256()), key


def _leaf(
    names: Sequence[str],
    addresses: Sequence[str],
    key: "EllipticCurvePrivateKey",
    issuer: "x509.Certificate",
    now: datetime,
) -> "x509.CertificateBuilder":
    from cryptography import x509

    alternatives: list[x509.GeneralName] = [x509.DNSName(n) for n in dict.fromkeys(names)]
    alternatives += [x509.IPAddress(a) for a in dict.fromkeys(map(ip_address, addresses))]
    issuer_id = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    authority = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer_id)
    return (
        _begun(pem.name("labctl mail servers"), issuer.subject, key, now, _LIFE)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([x509.OID_SERVER_AUTH]), critical=False)
        .add_extension(authority, critical=False)
    )


def _begun(
    subject: "x509.Name",
    issuer: "x509.Name",
    key: "EllipticCurvePrivateKey",
    now: datetime,
    life: timedelta,
) -> "x509.CertificateBuilder":
    from cryptography import x509

    begin = now - _SKEW
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> "x509.KeyUsage":
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def fingerprint(certificate_pem: str) -> str:
    """The SHA-256 of a certificate as mail clients show it: ``AB:CD:…``."""
    from cryptography import x509

    certificate = x509.load_pem_x509_certificate(certificate_pem.encode())
    return certificate.fingerprint(pem.sha256()).hex(":").upper()


def is_ca_of(lab: str, certificate_pem: str) -> bool:
    """Whether that is a CA which labctl has made for a lab of that name."""
    from cryptography import x509

    try:
        subject = x509.load_pem_x509_certificate(certificate_pem.encode()).subject
    except ValueError:
        return False
    return subject == pem.name(_CA_NAME.format(lab=lab))
