"""The options that many commands share, said once."""

from typing import Annotated

import typer

from labctl.cli.complete import complete_account, complete_lab, complete_service
from labctl.cli.session import lab_meant

LabName = Annotated[
    str | None,
    typer.Option(
        "--lab",
        metavar="NAME",
        help="Which lab; by default the only one running, else mail.",
        autocompletion=complete_lab,
        callback=lab_meant,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, on stdout.")]
Lang = Annotated[
    str | None,
    typer.Option("--lang", metavar="en|fr", help="The language of every text.", is_eager=True),
]
ServiceName = Annotated[
    str,
    typer.Argument(metavar="SERVICE", help="postfix or dovecot.", autocompletion=complete_service),
]
AccountName = Annotated[
    str,
    typer.Argument(
        metavar="ADDRESS",
        help="An account of the lab: alice, or alice@alpha.test.",
        autocompletion=complete_account,
    ),
]
