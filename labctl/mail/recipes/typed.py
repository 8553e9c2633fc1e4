"""A dialogue as a participant types it into `openssl s_client`, with real ports and accounts."""

from collections.abc import Iterable, Sequence

from labctl.mail.recipes.base import address, command, is_address
from labctl.model.lab import Endpoint, EndpointName

STARTTLS: dict[EndpointName, str] = {
    "smtp": "smtp",
    "submission": "smtp",
    "imap": "imap",
    "pop3": "pop3",
}
# Stands for what nobody should find in a shell's history: it is none itself.
PASSWORD = "…"  # noqa: S105


def connection(at: Endpoint, ca_path: str) -> tuple[str, ...]:
    """The command that opens it, under TLS; a paste as it is."""
    upgrade = ["-starttls", STARTTLS[at.name]] if at.name in STARTTLS else []
    host = ["-verify_ip" if is_address(at.host) else "-verify_hostname", at.host]
    return command(
        ["openssl", "s_client", "-connect", address(at), *upgrade, "-quiet", "-crlf"],
        ["-CAfile", ca_path, "-verify_return_error", *host],
    )


def typed_pop3(account: str, commands: Iterable[str]) -> tuple[str, ...]:
    """LOGIN becomes USER and PASS; looking for messages is LIST."""
    lines: list[str] = []
    for each in commands:
        if each == "LOGIN":
            lines += [f"USER {account}", f"PASS {PASSWORD}"]
        elif each == "find":
            lines.append("LIST")
        elif each not in ("STLS", "drop"):
            lines.append(each)
    return tuple(lines)


def typed_imap(account: str, commands: Iterable[str]) -> tuple[str, ...]:
    """With tags; message numbers in place of UIDs, which nobody knows by heart."""
    said = [c for c in commands if not c.startswith(("wait ", "UID SEARCH", "STARTTLS", "drop"))]
    lines: list[str] = []
    for number, each in enumerate(said, start=1):
        plain = each.removeprefix("UID ")
        plain = f"LOGIN {account} {PASSWORD}" if each == "LOGIN" else plain
        lines.append("DONE" if each == "DONE" else f"a{number} {plain}")
    return tuple(lines)


def typed_smtp(
    sender: str, to: Sequence[str], commands: Iterable[str], *, tls: bool
) -> tuple[str, ...]:
    """EHLO, AUTH, MAIL, RCPT and DATA filled in; openssl has said STARTTLS already."""
    words = list(commands)
    if tls and "STARTTLS" in words:
        words = words[words.index("STARTTLS") + 1 :]
    filled = {
        "EHLO": ["EHLO me.example"],
        "AUTH": [f"AUTH PLAIN {PASSWORD}"],
        "MAIL": [f"MAIL FROM:<{sender}>"],
        "RCPT": [f"RCPT TO:<{each}>" for each in to],
        "DATA": ["DATA", "Subject: by hand", "", "Hello.", "."],
        "drop": [],
    }
    return tuple(line for word in words for line in filled.get(word, [word]))
