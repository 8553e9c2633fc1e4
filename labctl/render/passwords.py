"""Passwords as Dovecot's passwd-file holds them."""

import hashlib
import hmac
from base64 import b64encode

from labctl.model.lab import Account


def hashed(account: Account, lab_key: str) -> str:
    """The account's password as ``{SSHA512}…``, which breaks no syntax whatever its characters.

    The salt follows from the lab's key and the account: rendering twice gives the same bytes,
    and no two accounts have the same hash. A slow hash would gain nothing: a lab's passwords are
    shown to its participants, and each login would pay for it.

    Source: https://doc.dovecot.org/2.4.1/core/config/auth/schemes.html
    """
    salt = hmac.digest(
        lab_key.encode(), f"{account.address}\0{account.password}".encode(), "sha256"
    )[:16]
    digest = hashlib.sha512(account.password.encode() + salt).digest()
    return "{SSHA512}" + b64encode(digest + salt).decode()
