"""What each profile changes in a site's files, setting by setting, and why. Pure."""

from typing import Final

from labctl.lang import Text
from labctl.model.lab import LabSpec, Site
from labctl.model.policy import USUAL, Policy
from labctl.model.profile import ProfileName
from labctl.render.profile import SCRIPTS, Change, Profile
from labctl.render.profiles_tls import expired_certificate, no_tls, stripping_proxy

QUOTA_MESSAGES = 5
QUOTA_SIZE = "50K"


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
            f"    user=nobody argv=/usr/bin/perl {SCRIPTS}/greylist.pl",
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
        no_tls,
        Policy(starttls="missing", implicit="closed", certificate="none"),
        shut=frozenset({"submission", "submissions", "imaps", "pop3s"}),
    ),
    "stripping-proxy": Profile(
        Text("On the way to 25, 587, 143 and 110 somebody takes the offer of TLS away."),
        stripping_proxy,
        Policy(starttls="missing"),
        scripts={"postfix": _PROXY, "dovecot": _PROXY},
        shut=frozenset({"submission"}),
    ),
    "expired-certificate": Profile(
        Text("The servers show a certificate whose time is over."),
        expired_certificate,
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
