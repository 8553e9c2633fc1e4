"""The key with which a site signs the mail of its users (DKIM)."""

from base64 import b64encode

from labctl.model.lab import DkimKey

SELECTOR = "lab"


def new_dkim_key() -> DkimKey:
    """A key on Ed25519 (RFC 8463): made at once, and its record is short enough to be read."""
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()
    ).decode()
    public = b64encode(key.public_key().public_bytes_raw()).decode()
    return DkimKey(SELECTOR, f"v=DKIM1; k=ed25519; p={public}", private)
