"""What each profile changes in a site's files, setting by setting, and why. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from labctl.lang import Text
from labctl.model.lab import EndpointName, LabSpec, Service, Site
from labctl.model.policy import USUAL, Policy
from labctl.model.profile import ProfileName

_SCRIPTS = "/etc/labctl"
_LOOPBACK = "127.0.0.1"
QUOTA_MESSAGES = 5
QUOTA_SIZE = "50K"


@dataclass(frozen=True, slots=True)
class Change:
    """One setting that a profile sets: for ``labctl.render.settings``."""

    file: str  # main.cf
    setting: str
    value: str | None  # None: taken away
    why: Text  # what the new value does
    back: Text  # what the lab's usual value does


@dataclass(frozen=True, slots=True)
class Profile:
    """A known way to be wrong, or to be right."""

    summary: Text  # one sentence
    changes: Callable[[LabSpec, Site], tuple[Change, ...]]
    policy: Policy  # how it shows
    scripts: Mapping[Service, str] = field(default_factory=dict)  # of templates/profiles
    shut: frozenset[EndpointName] = frozenset()  # what does not greet as readiness asks
    several_sites: bool = False  # makes sense only where there are several

    def script(self, kind: Service) -> str:
        """The name of the script that a service runs; empty: none."""
        return self.scripts.get(kind, "")


def _nothing(_lab: LabSpec, _site: Site) -> tuple[Change, ...]:
    return ()


def _open_relay(_lab: LabSpec, _site: Site) -> tuple[Change, ...]:
    return (
        Change(
            "main.cf",
            "mynetworks",
            "0.0.0.0/0",
            Text("which clients are trusted by their address: all of the world"),
            Text("which clients are trusted by their address: this machine alone"),
        ),
        Change(
            "main.cf",
            "smtpd_relay_restrictions",
            "permit_mynetworks, reject_unauth_destination",
            Text("who may send to other domains through this server: whoever is trusted"),
            Text("who may send to other domains through this server: no stranger may"),
        ),
        Change(
            "main.cf",
            "default_transport",
            "discard:in real life it would be on its way to the Internet now",
            Text(
                "where mail for other domains goes: into a sink, for still nothing leaves the lab"
            ),
            Text("where mail for other domains goes: nowhere, for nothing leaves the lab"),
        ),
    )


def _in_the_clear() -> Change:
    return Change(
        "dovecot.conf",
        "auth_allow_cleartext",
        "yes",
        Text("whether IMAP and POP3 take a password without TLS: yes"),
        Text("whether IMAP and POP3 take a password without TLS: no"),
    )


def _no_tls(_lab: LabSpec, _site: Site) -> tuple[Change, ...]:
    auth = (
        Text("whether AUTH waits for TLS: no, a password is taken in the clear"),
        Text("whether AUTH waits for TLS: yes, no password in the clear"),
    )
    need = (
        Text("whether port 587 insists on TLS: it cannot even offer it"),
        Text("whether port 587 insists on TLS: yes, STARTTLS comes first"),
    )
    closed = {
        "imap-login": ("imaps", Text("port 993: closed, there is no TLS for it")),
        "pop3-login": ("pop3s", Text("port 995: closed, there is no TLS for it")),
    }
    return (
        Change(
            "main.cf",
            "smtpd_tls_security_level",
            "none",
            Text("whether Postfix offers TLS: never"),
            Text("whether Postfix offers TLS: to everybody who wants it"),
        ),
        Change("main.cf", "smtpd_tls_auth_only", "no", *auth),
        Change("master.cf", "submission/inet/smtpd_tls_security_level", "none", *need),
        Change(
            "master.cf",
            "submissions/inet",
            None,
            Text("port 465: closed, there is no TLS for it"),
            Text("port 465: submission under TLS from the first byte"),
        ),
        Change(
            "dovecot.conf",
            "ssl",
            "no",
            Text("whether Dovecot offers TLS: never"),
            Text("whether Dovecot offers TLS: yes, and it is required"),
        ),
        _in_the_clear(),
        *(
            Change(
                "dovecot.conf",
                f"service {service}",
                f"{{\n  inet_listener {listener} {{\n    port = 0\n  }}\n}}",
                why,
                Text("TLS from the first byte, on a port of its own"),
            )
            for service, (listener, why) in closed.items()
        ),
    )


def _stripping_proxy(lab: LabSpec, site: Site) -> tuple[Change, ...]:
    jail = "y" if lab.dns else "n"
    back = Text("the server itself takes what comes from outside")
    smtp = (
        f"{_LOOPBACK}:25 inet n - {jail} - 50 smtpd\n"
        f"    -o smtpd_upstream_proxy_protocol=haproxy\n{_spawned(site.postfix.address, 25)}"
    )
    submission = (
        f"{_LOOPBACK}:587 inet n - {jail} - 50 smtpd\n"
        "    -o smtpd_upstream_proxy_protocol=haproxy\n"
        "    -o syslog_name=postfix/submission\n"
        "    -o smtpd_sasl_auth_enable=yes\n"
        "    -o smtpd_client_restrictions=$submission_client_restrictions\n"
        "    -o smtpd_sender_restrictions=$submission_sender_restrictions\n"
        "    -o smtpd_tls_security_level=may\n"
        f"    -o smtpd_tls_auth_only=no\n{_spawned(site.postfix.address, 587)}"
    )
    return (
        Change(
            "master.cf",
            "smtp/inet",
            smtp,
            Text("port 25: a proxy stands before the server and takes STARTTLS out of its words"),
            back,
        ),
        Change(
            "master.cf",
            "submission/inet",
            submission,
            Text(
                "port 587: so does it here; the server behind takes a password without TLS, or the"
                " proxy would have to begin TLS with it itself"
            ),
            back,
        ),
        Change(
            "dovecot.conf",
            "ssl",
            "yes",
            Text("whether TLS is required: it is only offered, and the offer gets lost on the way"),
            Text("whether Dovecot offers TLS: yes, and it is required"),
        ),
        _in_the_clear(),
        Change(
            "dovecot.conf",
            "haproxy_trusted_networks",
            "127.0.0.0/8",
            Text("who may say in a client's name where it comes from: the proxy"),
            Text("who may say in a client's name where it comes from: nobody"),
        ),
        *_proxied("imap", 143, site.dovecot.address),
        *_proxied("pop3", 110, site.dovecot.address),
    )


def _spawned(address: str, port: int) -> str:
    """An entry of master.cf that starts the proxy for each connection from outside."""
    return (
        f"{address}:{port} inet n n n - 50 spawn\n"
        f"    user=nobody argv=/usr/bin/perl {_SCRIPTS}/strip.pl {_LOOPBACK} {port}"
    )


def _proxied(protocol: str, port: int, address: str) -> tuple[Change, ...]:
    """Dovecot on loopback alone, and the proxy where clients connect."""
    words: dict[str, object] = {"port": port}
    return (
        Change(
            "dovecot.conf",
            f"service {protocol}-login",
            f"{{\n  inet_listener {protocol} {{\n    listen = {_LOOPBACK}\n"
            "    haproxy = yes\n  }\n}",
            Text("port {port}: the server hears the proxy alone", words),
            Text("the server itself takes what comes from outside"),
        ),
        Change(
            "dovecot.conf",
            f"service strip-{protocol}",
            f"{{\n  executable = script -p /usr/bin/perl {_SCRIPTS}/strip.pl {_LOOPBACK} {port}\n"
            "  user = vmail\n  client_limit = 1\n  process_limit = 50\n"
            f"  inet_listener proxy {{\n    listen = {address}\n    port = {port}\n  }}\n}}",
            Text("port {port}: the proxy takes STARTTLS or STLS out of the server's words", words),
            Text("no proxy"),
        ),
    )


def _expired_certificate(_lab: LabSpec, _site: Site) -> tuple[Change, ...]:
    why = Text("the certificate that clients are shown: it was good until that day")
    back = Text("the certificate that clients are shown: it is good until that day")
    return (
        Change("tls.pem", "notAfter", None, why, back),
        Change("tls.crt", "notAfter", None, why, back),
    )


def _small_quota(_lab: LabSpec, _site: Site) -> tuple[Change, ...]:
    words: dict[str, object] = {"messages": QUOTA_MESSAGES, "size": QUOTA_SIZE}
    none = Text("no quota is kept")
    return (
        Change(
            "dovecot.conf",
            "quota_full_tempfail",
            "no",
            Text("what LMTP says when a mailbox is full: 552 5.2.2, for good; the sender is told"),
            Text("what LMTP says when there is no room: 452 4.2.2, try again later"),
        ),
        Change(
            "dovecot.conf",
            "mail_plugins",
            "{\n  quota = yes\n}",
            Text("Dovecot counts what lies in each mailbox"),
            none,
        ),
        Change(
            "dovecot.conf",
            "protocol imap",
            "{\n  mail_plugins {\n    imap_quota = yes\n  }\n}",
            Text("IMAP clients may ask how full the mailbox is (GETQUOTAROOT, RFC 9208)"),
            none,
        ),
        Change(
            "dovecot.conf",
            "quota mailbox",
            f"{{\n  quota_storage_size = {QUOTA_SIZE}\n"
            f"  quota_message_count = {QUOTA_MESSAGES}\n}}",
            Text("how much a mailbox holds: {messages} messages, {size} together", words),
            none,
        ),
    )


def _greylist(_lab: LabSpec, _site: Site) -> tuple[Change, ...]:
    return (
        Change(
            "main.cf",
            "smtpd_recipient_restrictions",
            "reject_unlisted_recipient,\n    permit_sasl_authenticated,\n"
            "    check_policy_service unix:private/greylist",
            Text("who is asked about each recipient: for strangers a policy server, the greylist"),
            Text("who is asked about each recipient: only the list of mailboxes"),
        ),
        Change(
            "master.cf",
            "greylist/unix",
            "greylist    unix - n n - 0 spawn\n"
            f"    user=nobody argv=/usr/bin/perl {_SCRIPTS}/greylist.pl",
            Text("the greylist: 450 for who writes for the first time, and later a yes"),
            Text("there is no greylist"),
        ),
    )


def _broken_mx(_lab: LabSpec, site: Site) -> tuple[Change, ...]:
    return (
        Change(
            "dnsmasq.conf",
            f"mx-host {site.domain}",
            f"{site.dovecot.name},10",
            Text("who receives the domain's mail: a host on which nobody listens on port 25"),
            Text("who receives the domain's mail: its Postfix"),
        ),
    )


def _lmtp_down(_lab: LabSpec, _site: Site) -> tuple[Change, ...]:
    return (
        Change(
            "dovecot.conf",
            "protocols",
            "imap pop3",
            Text("what Dovecot speaks: LMTP is missing, by which Postfix hands it the mail"),
            Text("what Dovecot speaks: IMAP and POP3 to clients, LMTP to Postfix"),
        ),
    )


def _wrong_mydestination(_lab: LabSpec, site: Site) -> tuple[Change, ...]:
    return (
        Change(
            "main.cf",
            "mydestination",
            site.domain,
            Text("domains whose users are the machine's own: now this one, before all else"),
            Text("domains whose users are the machine's own: none"),
        ),
        Change(
            "main.cf",
            "local_recipient_maps",
            "proxy:unix:passwd.byname",
            Text("where such users stand: in the machine's passwd, in which nobody of them is"),
            Text("where such users stand: nowhere, as there is no such domain"),
        ),
    )


_PROXY: Final = "strip.pl"
CATALOGUE: Final[dict[ProfileName, Profile]] = {
    "default": Profile(Text("Everything as it should be."), _nothing, USUAL),
    "open-relay": Profile(
        Text(
            "Postfix carries anybody's mail to anywhere; what would leave the lab ends in a sink."
        ),
        _open_relay,
        Policy(outside="250"),
    ),
    "no-tls": Profile(
        Text("No server offers TLS: passwords go in the clear, 465, 993 and 995 are closed."),
        _no_tls,
        Policy(starttls="missing", implicit="closed", certificate="none"),
        shut=frozenset({"submission", "submissions", "imaps", "pop3s"}),
    ),
    "stripping-proxy": Profile(
        Text("On the way to 25, 587, 143 and 110 somebody takes the offer of TLS away."),
        _stripping_proxy,
        Policy(starttls="missing"),
        scripts={"postfix": _PROXY, "dovecot": _PROXY},
        shut=frozenset({"submission"}),
    ),
    "expired-certificate": Profile(
        Text("The servers show a certificate whose time is over."),
        _expired_certificate,
        Policy(certificate="expired"),
        shut=frozenset({"submissions", "imaps", "pop3s"}),
    ),
    "small-quota": Profile(
        Text("A mailbox holds five messages; what comes after them is returned to its sender."),
        _small_quota,
        Policy(quota="tight"),
    ),
    "greylist": Profile(
        Text("Who writes to somebody for the first time is told to try again later (450)."),
        _greylist,
        Policy(local="450"),
        scripts={"postfix": "greylist.pl"},
    ),
    "broken-mx": Profile(
        Text("The DNS names a host that takes no mail as the domain's MX (labs of two sites)."),
        _broken_mx,
        Policy(mx="wrong"),
        several_sites=True,
    ),
    "lmtp-down": Profile(
        Text("Dovecot does not take mail from Postfix: it waits in the queue."),
        _lmtp_down,
        Policy(delivery="closed"),
    ),
    "wrong-mydestination": Profile(
        Text("Postfix looks for the site's users in the wrong place and knows none of them."),
        _wrong_mydestination,
        Policy(local="550"),
    ),
}
