"""A recipe for openssl, tried with OpenSSL 3.5."""

import shlex

from labctl.lang import Text
from labctl.mail.recipes.base import (
    Part,
    Recipe,
    Situation,
    address,
    command,
    is_address,
    own_authority,
    passwords,
    ported,
)
from labctl.model.lab import EndpointName

_STARTTLS: dict[EndpointName, str] = {
    "smtp": "smtp",
    "submission": "smtp",
    "imap": "imap",
    "pop3": "pop3",
}


def openssl(lab: Situation) -> Recipe:
    """Openssl does TLS, and you type the protocol yourself."""

    def connect(name: EndpointName, title: str) -> Part:
        at = lab.endpoint(name)
        upgrade = ["-starttls", _STARTTLS[name]] if name in _STARTTLS else []
        host = ["-verify_ip" if is_address(at.host) else "-verify_hostname", at.host]
        rows = command(
            ["openssl", "s_client", "-connect", address(at), *upgrade, "-quiet", "-crlf"],
            ["-CAfile", lab.ca_path, "-verify_return_error", *host],
        )
        return Part(ported(title, at), rows)

    writer, reader = lab.writer.address, lab.reader.address
    plain = f"""read -rs P; printf '\\0%s\\0%s' {shlex.quote(writer)} "$P" | base64; unset P"""
    smtp = (
        "EHLO me.example",
        "AUTH PLAIN …",
        f"MAIL FROM:<{writer}>",
        f"RCPT TO:<{reader}>",
        "DATA",
        "Subject: by hand",
        "",
        "Hello.",
        ".",
        "QUIT",
    )
    imap = (f"a1 LOGIN {reader} …", "a2 SELECT INBOX", "a3 FETCH 1 (FLAGS BODY.PEEK[HEADER])",
            "a4 LOGOUT")  # fmt: skip
    pop3 = (f"USER {reader}", "PASS …", "LIST", "RETR 1", "QUIT")
    return Recipe(
        "openssl",
        Text("openssl s_client opens the connection; you type the protocol yourself"),
        (
            Part(
                Text(
                    "For SMTP: turn your password into what AUTH PLAIN wants; type it (nothing"
                    " shows), then Enter"
                ),
                (plain,),
            ),
            connect("submission", "SMTP, port {port}: STARTTLS"),
            connect("submissions", "SMTP, port {port}: TLS from the first byte"),
            Part(Text("Then type, line by line, with the base64 text instead of …"), smtp),
            connect("imaps", "IMAP, port {port}: TLS from the first byte"),
            connect("imap", "IMAP, port {port}: STARTTLS"),
            Part(Text("Then type, line by line, with the password instead of …"), imap),
            connect("pop3s", "POP3, port {port}: TLS from the first byte"),
            connect("pop3", "POP3, port {port}: STLS"),
            Part(Text("Then type, line by line, with the password instead of …"), pop3),
            passwords(lab.writer, lab.reader),
        ),
        (
            Text(
                "-quiet matters: without it openssl takes a line that begins with R or Q as an"
                " order to itself, so RCPT would never reach the server."
            ),
            Text(
                "After -starttls imap or pop3 the greeting may not show: the server is ready all"
                " the same."
            ),
            Text("macOS brings LibreSSL, which lacks some of these options: brew install openssl"),
            own_authority(lab),
        ),
    )
