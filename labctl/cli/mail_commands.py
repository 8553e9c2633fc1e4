"""Commands on mail: send, read, maildir, queue, client."""

from enum import StrEnum
from typing import Annotated

import typer

from labctl.cli.complete import complete_account
from labctl.cli.options import AccountName, Json, LabName, Lang
from labctl.cli.session import engine
from labctl.errors import ExitCode


class SendVia(StrEnum):
    """The endpoints that take mail."""

    smtp = "smtp"
    submission = "submission"
    submissions = "submissions"


class ReadVia(StrEnum):
    """The endpoints that give mail."""

    imap = "imap"
    imaps = "imaps"
    pop3 = "pop3"
    pop3s = "pop3s"


class ClientName(StrEnum):
    """The clients there are recipes for."""

    swaks = "swaks"
    curl = "curl"
    openssl = "openssl"
    mutt = "mutt"
    thunderbird = "thunderbird"
    outlook = "outlook"


Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show the transcript.")]


def send(
    sender: Annotated[
        str,
        typer.Option(
            "--from", metavar="ADDRESS", help="Who sends.", autocompletion=complete_account
        ),
    ] = "alice",
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--to",
            metavar="ADDRESS",
            help="Who gets it; may be given again.",
            autocompletion=complete_account,
        ),
    ] = None,
    via: Annotated[
        SendVia, typer.Option("--via", help="Over which endpoint.")
    ] = SendVia.submission,
    subject: Annotated[
        str | None, typer.Option("--subject", metavar="TEXT", help="The Subject header.")
    ] = None,
    body: Annotated[
        str | None, typer.Option("--body", metavar="TEXT", help="The text; - reads it from stdin.")
    ] = None,
    verbose: Verbose = False,
    lab: LabName = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Send a message as a mail client would: alice to bob unless you say otherwise."""
    import sys

    from labctl.cli import mail_screen
    from labctl.lang import tr
    from labctl.verbs.labs import which
    from labctl.verbs.send import Letter
    from labctl.verbs.send import send as verb

    text = sys.stdin.read() if body == "-" else body or tr("A message from the mail lab.")
    letter = Letter(sender, to or ["bob"], subject or tr("Hello from labctl"), text + "\n")
    sent = verb(engine(), which(engine(), lab), letter, via.value)
    mail_screen.show_sent(sent, verbose=verbose, as_json=json)
    if not sent.accepted:
        raise typer.Exit(ExitCode.VERDICT_FAILED)


def read(
    account: AccountName,
    via: Annotated[ReadVia, typer.Option("--via", help="Over which endpoint.")] = ReadVia.imaps,
    delete: Annotated[
        bool, typer.Option("--delete", help="Remove what was fetched from the server.")
    ] = False,
    verbose: Verbose = False,
    lab: LabName = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Fetch an account's mail as a mail client would, by IMAP or by POP3."""
    from labctl.cli import mail_screen
    from labctl.verbs.labs import which
    from labctl.verbs.read import read as verb

    fetched = verb(engine(), which(engine(), lab), account, via.value, delete=delete)
    mail_screen.show_fetched(fetched, verbose=verbose, as_json=json)


def maildir(
    account: AccountName,
    watch: Annotated[bool, typer.Option("--watch", help="Follow it until Ctrl-C.")] = False,
    lab: LabName = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show an account's Maildir as files: new/, cur/, and what the flags say."""
    from labctl.cli.maildir_screen import maildir_tree
    from labctl.model.maildir import maildir_json
    from labctl.verbs.labs import which
    from labctl.verbs.mailbox import maildir as look

    name = which(engine(), lab)
    if watch:
        from labctl.cli.watch_screen import follow

        follow(lambda: maildir_tree(look(engine(), name, account)))
        return
    found = look(engine(), name, account)
    if json:
        from labctl.cli.console import show_json

        show_json(maildir_json(found))
    else:
        from labctl.cli.console import out

        out().print(maildir_tree(found))


def queue(lab: LabName = None, json: Json = False, lang: Lang = None) -> None:
    """Show what waits in Postfix's queue, and why."""
    from labctl.cli import mail_screen
    from labctl.verbs.labs import which
    from labctl.verbs.mailbox import queue as look

    mail_screen.show_queue(look(engine(), which(engine(), lab)), as_json=json)


def client(
    name: Annotated[
        ClientName | None, typer.Argument(metavar="CLIENT", help="Which client; by default all.")
    ] = None,
    account: Annotated[
        str | None,
        typer.Option(
            "--account",
            metavar="ADDRESS",
            help="For whom; by default the first account.",
            autocompletion=complete_account,
        ),
    ] = None,
    lab: LabName = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Settings and commands for your own mail client, to paste, with this lab's real ports."""
    from labctl.cli import client_screen
    from labctl.verbs.client import recipes
    from labctl.verbs.labs import which

    found = recipes(engine(), which(engine(), lab), name.value if name else None, account)
    client_screen.show_recipes(found, as_json=json)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for function in (send, read, maildir, queue, client):
        app.command()(function)
