"""Keys, names and PEM: the small parts of a certificate."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.x509 import Certificate, Name


def name(text: str) -> "Name":
    """A name with nothing but a common name, cut to the 64 characters that one may have."""
    from cryptography import x509

    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text[:64])])


def new_key() -> "EllipticCurvePrivateKey":
    """A key on P-256, which every mail client knows."""
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP256R1())


def read_key(pem: str) -> "EllipticCurvePrivateKey":
    """The key that ``key_pem`` wrote.

    Raises:
        ValueError: it is no such key.
    """
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = load_pem_private_key(pem.encode(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("not an elliptic curve key")  # noqa: TRY004 - the text is wrong, not its type
    return key


def key_pem(key: "EllipticCurvePrivateKey") -> str:
    """A private key as PEM (PKCS #8, no passphrase)."""
    from cryptography.hazmat.primitives import serialization as form

    return key.private_bytes(
        form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()
    ).decode()


def pem(certificate: "Certificate") -> str:
    """A certificate as PEM."""
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM).decode()


def sha256() -> "SHA256":
    """The digest that certificates are signed with."""
    from cryptography.hazmat.primitives import hashes

    return hashes.SHA256()
