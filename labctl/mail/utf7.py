"""Mailbox names as IMAP and Maildir++ write them: ``été`` is ``&AOk-t&AOk-`` ("modified UTF-7").

Source: RFC 3501, section 5.1.3
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64

_SHIFTED = re.compile(r"&([^-]*)-")
_PLAIN_RUN = re.compile(r"[^\x20-\x7e]+|&")


def decode(name: str) -> str:
    """The name as people read it; a name that is not modified UTF-7 comes back as it is."""
    try:
        return _SHIFTED.sub(_decoded, name)
    except (NotBase64, ValueError):  # UnicodeError is a ValueError
        return name


def encode(name: str) -> str:
    """The name as it goes over the wire; unpaired surrogates become ``?``."""
    return _PLAIN_RUN.sub(_encoded, name)


def _decoded(found: re.Match[str]) -> str:
    if not (word := found[1]):
        return "&"
    padded = word.replace(",", "/") + "=" * (-len(word) % 4)
    return b64decode(padded, validate=True).decode("utf-16-be")


def _encoded(found: re.Match[str]) -> str:
    if found[0] == "&":
        return "&-"
    word = b64encode(found[0].encode("utf-16-be", "replace")).decode("ascii")
    return f"&{word.rstrip('=').replace('/', ',')}-"
