"""What is shown before the participant is alone with the mail clients."""

import sys

from labctl.cli.console import note
from labctl.cli.progress_screen import live
from labctl.cli.session import engine


def prepare(lab: str, *, greet: bool) -> None:
    """Have the container of mail clients run; ``greet``: say what is in it."""
    from labctl.verbs.client_container import ensure_client

    with live() as on_progress:
        spec = ensure_client(engine(), lab, on_progress)
    if greet and sys.stdin.isatty():
        note(
            "swaks, openssl, telnet, curl, mutt, msmtp, mbsync, fetchmail, dig:"
            " set up for {people}.",
            people=_people([a.address for a in spec.accounts]),
        )
        note("Recipes work here as printed: labctl client, in another terminal. Try: mutt")
        note("Out again: exit")


def _people(addresses: list[str]) -> str:
    return ", ".join(addresses if len(addresses) < 6 else [*addresses[:5], "…"])
