"""Recipes for programs with windows: Thunderbird and Outlook."""

from ipaddress import ip_address

from labctl.lang import Text
from labctl.mail.recipes.base import Part, Recipe, Situation, is_address
from labctl.model.lab import Account, Endpoint

_SECURITY = {"implicit": "SSL/TLS", "starttls": "STARTTLS"}
_POLLS = Text(
    "Such a program keeps several connections open and looks for mail by itself: a message may move"
    " from new/ to cur/ although nobody opened it."
)


def thunderbird(lab: Situation) -> Recipe:
    """Thunderbird 115 and later."""
    me = lab.writer
    return Recipe(
        "thunderbird",
        Text("Thunderbird, set up by hand"),
        (
            Part(
                Text(
                    "Let it trust the lab's authority: Settings → Privacy & Security →"
                    " Certificates → Manage Certificates… → Authorities → Import…, tick “Trust"
                    " this CA to identify websites”"
                ),
                settings=(("File", lab.ca_path),),
            ),
            Part(
                Text(
                    "New account, then “Configure manually”: the Internet knows"
                    " nothing about {domain}",
                    {"domain": me.domain},
                ),
                settings=(
                    ("Email address", me.address),
                    ("Password", me.password),
                ),
            ),
            Part(
                Text("Incoming server: IMAP, the mail stays on the server"),
                settings=_server(lab.endpoint("imaps"), me, "IMAP"),
            ),
            Part(
                Text("Outgoing server"),
                settings=_server(lab.endpoint("submissions"), me, "SMTP"),
            ),
            Part(
                Text("Or, in another account, POP3 instead of IMAP: the mail is downloaded"),
                settings=_server(lab.endpoint("pop3s"), lab.reader, "POP3"),
            ),
            Part(
                Text("The same with STARTTLS: other ports, and STARTTLS as connection security"),
                settings=_ports(lab),
            ),
        ),
        (
            Text(
                "With POP3, Thunderbird leaves messages on the server unless you untick “Leave"
                " messages on server” in the account's server settings: the client decides."
            ),
            _POLLS,
            Text(
                "When the lab is gone, remove the account and, under Authorities, the lab's"
                " certificate."
            ),
        ),
    )


def outlook(lab: Situation) -> Recipe:
    """Classic Outlook for Windows; the new one cannot reach a server on the same machine."""
    me = lab.writer
    return Recipe(
        "outlook",
        Text("Classic Outlook for Windows, set up by hand"),
        (
            Part(
                Text(
                    "Let Windows trust the lab's authority, for your user only; Windows asks once"
                    " more"
                ),
                (f'certutil -user -addstore Root "{lab.ca_path}"',),
            ),
            Part(
                Text(
                    "File → Add Account → Advanced options → “Let me set up my account manually”"
                    " → IMAP"
                ),
                settings=(("Email address", me.address), ("Password", me.password)),
            ),
            Part(
                Text("Incoming mail"),
                settings=_server(_by_name(lab.endpoint("imaps")), me, "IMAP"),
            ),
            Part(
                Text("Outgoing mail"),
                settings=_server(_by_name(lab.endpoint("submissions")), me, "SMTP"),
            ),
            Part(
                Text("The same with STARTTLS: other ports, and STARTTLS as connection security"),
                settings=_ports(lab),
            ),
        ),
        (
            Text(
                "The new Outlook and the phone apps fetch your mail through Microsoft's servers,"
                " which cannot reach a lab on this machine: use the classic one."
            ),
            _POLLS,
            Text(
                "Whoever holds the lab's authority could now vouch for any site to you. Remove it"
                " when you are done: certmgr.msc → Trusted Root Certification Authorities."
            ),
        ),
    )


def _server(endpoint: Endpoint, account: Account, protocol: str) -> tuple[tuple[str, str], ...]:
    return (
        ("Protocol", protocol),
        ("Host name", endpoint.host),
        ("Port", str(endpoint.port)),
        ("Connection security", _SECURITY[endpoint.tls]),
        ("Authentication method", "Normal password"),
        ("User name", account.address),
    )


def _ports(lab: Situation) -> tuple[tuple[str, str], ...]:
    return (
        ("IMAP", str(lab.endpoint("imap").port)),
        ("POP3", str(lab.endpoint("pop3").port)),
        ("SMTP", str(lab.endpoint("submission").port)),
    )


def _by_name(endpoint: Endpoint) -> Endpoint:
    """This machine by its name: Windows compares certificates with names."""
    here = is_address(endpoint.host) and ip_address(endpoint.host).is_loopback
    return Endpoint(endpoint.name, "localhost", endpoint.port) if here else endpoint
