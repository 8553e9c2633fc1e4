"""A recipe for curl, tried with curl 8.14."""

from labctl.lang import Text
from labctl.mail.recipes.base import (
    SUBMIT_IMPLICIT,
    SUBMIT_STARTTLS,
    Part,
    Recipe,
    Situation,
    command,
    not_in_a_command,
    own_authority,
    passwords,
    ported,
    url,
)
from labctl.model.lab import EndpointName


def curl(lab: Situation) -> Recipe:
    """Curl speaks SMTP, IMAP and POP3 too; ``--verbose`` shows how."""
    writer, reader = lab.writer.address, lab.reader.address
    trust = ["--cacert", lab.ca_path]
    read = ["curl", *trust, "--user", reader]
    upgrade = ["curl", "--ssl-reqd", *trust, "--user", reader]
    imaps, pop3s = lab.endpoint("imaps"), lab.endpoint("pop3s")
    envelope = ["--mail-from", writer, "--mail-rcpt", reader]
    message = (
        f"From: {writer}",
        f"To: {reader}",
        "Subject: by curl",
        "",
        "Hello from curl.",
        "EOF",
    )

    def send(scheme: str, name: EndpointName) -> tuple[str, ...]:
        start = ["curl", "--silent", "--show-error", *(["--ssl-reqd"] if scheme == "smtp" else [])]
        rows = command(
            [*start, *trust, "--user", writer],
            [*envelope, "--crlf", "--upload-file", "-"],
            [url(scheme, lab.endpoint(name))],
        )
        return (*rows[:-1], f"{rows[-1]} <<'EOF'", *message)

    imap_status = ["--request", "STATUS INBOX (MESSAGES UNSEEN)"]
    return Recipe(
        "curl",
        Text("curl sends, reads and removes messages, one command at a time"),
        (
            Part(ported(SUBMIT_STARTTLS, lab.endpoint("submission")), send("smtp", "submission")),
            Part(
                ported(SUBMIT_IMPLICIT, lab.endpoint("submissions")), send("smtps", "submissions")
            ),
            Part(Text("IMAP: list the folders"), command([*read, url("imaps", imaps)])),
            Part(
                ported(
                    "IMAP, port {port} and STARTTLS: count without opening", lab.endpoint("imap")
                ),
                command([*upgrade, *imap_status, url("imap", lab.endpoint("imap"))]),
            ),
            Part(
                Text("IMAP: read the first message, which marks it as seen"),
                command([*read, url("imaps", imaps, "INBOX;MAILINDEX=1")]),
            ),
            Part(Text("POP3: list the messages"), command([*read, url("pop3s", pop3s)])),
            Part(
                ported(
                    "POP3, port {port} and STLS: fetch message 1; it stays on the server",
                    lab.endpoint("pop3"),
                ),
                command([*upgrade, url("pop3", lab.endpoint("pop3"), "1")]),
            ),
            Part(
                Text("POP3: remove the first message; curl says QUIT, so it is gone"),
                command([*read, "--request", "DELE 1", "--head", url("pop3s", pop3s)]),
            ),
            passwords(lab.writer, lab.reader),
        ),
        (
            Text(
                "Add --verbose to see the dialogue; it shows the login in base64, which hides"
                " nothing."
            ),
            not_in_a_command(),
            own_authority(lab),
        ),
    )
