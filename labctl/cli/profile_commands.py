"""The command on profiles: list them, switch to one, go back."""

from typing import Annotated

import typer

from labctl.cli.complete import complete_profile
from labctl.cli.options import Json, LabName, Lang
from labctl.cli.session import engine


def profile(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="PROFILE",
            help="Which; default goes back; without one, the list.",
            autocompletion=complete_profile,
        ),
    ] = None,
    site: Annotated[
        str | None,
        typer.Option("--site", metavar="DOMAIN", help="Only at that site; by default at all."),
    ] = None,
    lab: LabName = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Make a running lab wrong in one known way, and show which settings do it; or right again."""
    from labctl.cli import profile_screen
    from labctl.errors import BadUsage
    from labctl.verbs import profile as verbs
    from labctl.verbs.labs import which

    chosen = which(engine(), lab)
    if name is None:
        if site:
            raise BadUsage("say which profile the site is to have", remedy="labctl profile")
        profile_screen.show_profiles(verbs.profiles(engine(), chosen), as_json=json)
        return
    from labctl.cli.progress_screen import live

    with live(quiet=json) as on_progress:
        done = verbs.switch(engine(), chosen, name, site=site or "", on_progress=on_progress)
    profile_screen.show_switched(done, as_json=json)


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(profile)
