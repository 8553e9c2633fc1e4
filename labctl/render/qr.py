"""The QR code on a handout: it sets up Thunderbird on a phone, with one look through the camera.

It holds a seat's accounts as Thunderbird itself hands them from a desktop to a phone ("Export for
Mobile"): host, port, TLS, user name and password. Nothing else that a code could hold spares a
participant any typing: a phone cannot type into a laptop, and there is no page to link to.

Source: Thunderbird's "Export for Mobile" QR code format, version 1
https://github.com/thunderbird/thunderbird-android/blob/main/feature/migration/qrcode/qr-code-format.md
"""

import json
from collections.abc import Sequence

from labctl.model.lab import Account, Endpoint, EndpointName

_FORMAT = 1
_IMAP = _SMTP = 0
_IMPLICIT_TLS = 3
_PASSWORD = 1  # sent as it is, inside TLS
# Bytes. With error correction M that is a code of 109 modules, each 0.5 mm on paper: phones
# still read it from a page.
LARGEST = 800


def accounts_code(
    people: Sequence[Account], endpoints: Sequence[tuple[Endpoint, ...]]
) -> tuple[str, int]:
    """The code's text, and how many of the accounts are in it: the first ones that fit.

    Args:
        people: the accounts.
        endpoints: of each account, where its site is published.
    """
    text, count = "", 0
    found: list[object] = [_FORMAT, [1, 1]]
    for account, published in zip(people, endpoints, strict=True):
        found += _account(account, published)
        longer = json.dumps(found, separators=(",", ":"), ensure_ascii=False)
        if len(longer.encode()) > LARGEST:
            break
        text, count = longer, count + 1
    return text, count


def _account(account: Account, published: tuple[Endpoint, ...]) -> tuple[object, object]:
    me, password = account.address, account.password
    incoming = [_IMAP, *_server(published, "imaps"), me, "", password]
    outgoing = [_SMTP, *_server(published, "submissions"), me, password]
    return incoming, [[outgoing, [me, account.local_part]]]


def _server(published: tuple[Endpoint, ...], name: EndpointName) -> tuple[str, int, int, int]:
    endpoint = next(e for e in published if e.name == name)
    return endpoint.host, endpoint.port, _IMPLICIT_TLS, _PASSWORD


def picture(text: str) -> str:
    """The code as an SVG element, black on white with the quiet zone that readers need."""
    import segno

    code = segno.make_qr(text, error="m", boost_error=False)
    return code.svg_inline(border=4, omitsize=True, svgclass="qr", lineclass=None, light="#fff")
