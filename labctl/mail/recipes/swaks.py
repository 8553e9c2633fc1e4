"""A recipe for swaks, tried with swaks 20240103."""

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
)
from labctl.model.lab import EndpointName


def swaks(lab: Situation) -> Recipe:
    """Swaks sends, and shows every line that goes over the wire."""

    def send(name: EndpointName, tls: str, subject: str) -> tuple[str, ...]:
        at = lab.endpoint(name)
        return command(
            ["swaks", "--server", at.host, "--port", str(at.port)],
            [tls, "--tls-verify", "--tls-ca-path", lab.ca_path],
            ["--auth", "PLAIN", "--auth-user", lab.writer.address],
            ["--protect-prompt", "--auth-hide-password"],
            ["--from", lab.writer.address, "--to", lab.reader.address],
            ["--header", f"Subject: {subject}"],
        )

    smtp = lab.endpoint("smtp")
    server = ["swaks", "--server", smtp.host, "--port", str(smtp.port)]
    return Recipe(
        "swaks",
        Text("swaks sends one message and shows every line of the dialogue"),
        (
            Part(
                ported(SUBMIT_STARTTLS, lab.endpoint("submission")),
                send("submission", "--tls", "by submission"),
            ),
            Part(
                ported(SUBMIT_IMPLICIT, lab.endpoint("submissions")),
                send("submissions", "--tls-on-connect", "by submissions"),
            ),
            Part(
                ported(
                    "As another server would, to port {port}: no login, local people only", smtp
                ),
                command([*server, "--from", "someone@example.org", "--to", lab.reader.address]),
            ),
            Part(
                ported("Ask port {port} to relay: it refuses", smtp),
                command([*server, "--from", "someone@example.org", "--to", "other@example.net"]),
            ),
            passwords(lab.writer),
        ),
        (
            Text(
                "<- and -> are in the clear, <~ and ~> under TLS; a * (<**, <~*) marks a refusal."
            ),
            Text("swaks ends with 24 when a recipient was refused, with 28 when the login was."),
            not_in_a_command(),
            own_authority(lab),
        ),
    )
