"""What the profiles about encryption change in a site's files, and why. Pure."""

from labctl.lang import Text
from labctl.model.lab import LabSpec, Site
from labctl.render.profile import SCRIPTS, Change

_LOOPBACK = "127.0.0.1"


def _in_the_clear() -> Change:
    return Change(
        "dovecot.conf",
        "auth_allow_cleartext",
        "yes",
        Text("whether IMAP and POP3 take a password without TLS: yes"),
        Text("whether IMAP and POP3 take a password without TLS: no"),
    )


def no_tls(_lab: LabSpec, _site: Site) -> tuple[Change, ...]:
    """Nobody offers TLS, and passwords are taken in the clear."""
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


def stripping_proxy(lab: LabSpec, site: Site) -> tuple[Change, ...]:
    """A proxy before each server takes STARTTLS and STLS out of the server's words."""
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
        f"    user=nobody argv=/usr/bin/perl {SCRIPTS}/strip.pl {_LOOPBACK} {port}"
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
            f"{{\n  executable = script -p /usr/bin/perl {SCRIPTS}/strip.pl {_LOOPBACK} {port}\n"
            "  user = vmail\n  client_limit = 1\n  process_limit = 50\n"
            f"  inet_listener proxy {{\n    listen = {address}\n    port = {port}\n  }}\n}}",
            Text("port {port}: the proxy takes STARTTLS or STLS out of the server's words", words),
            Text("no proxy"),
        ),
    )


def expired_certificate(_lab: LabSpec, _site: Site) -> tuple[Change, ...]:
    """The certificate that clients are shown is over."""
    why = Text("the certificate that clients are shown: it was good until that day")
    back = Text("the certificate that clients are shown: it is good until that day")
    return (
        Change("tls.pem", "notAfter", None, why, back),
        Change("tls.crt", "notAfter", None, why, back),
    )
