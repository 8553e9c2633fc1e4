"""Commands on the lab's images."""

from typing import Annotated

import typer

from labctl.cli.complete import complete_image
from labctl.cli.options import Json, Lang
from labctl.cli.session import engine

group = typer.Typer(no_args_is_help=True, help="The lab's images: build them, list them.")


@group.command()
def build(
    images: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="IMAGE",
            help="postfix, dovecot, dns, client; by default what every lab runs on.",
            autocompletion=complete_image,
        ),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Also what is otherwise built at first use.")
    ] = False,
    afresh: Annotated[
        bool, typer.Option("--afresh", help="Build what is there, too, without the build cache.")
    ] = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Get or build the lab's images; without a registry in reach, from the Debian archive."""
    from labctl.cli import image_screen
    from labctl.cli.progress_screen import live
    from labctl.engine.images import EVERY_LAB

    with live(quiet=json) as on_progress:
        names = images or ([] if every else list(EVERY_LAB))
        engine().build_images(names, on_progress, afresh=afresh)
    image_screen.show_images(engine().list_images(), as_json=json)


@group.command("ls")
def ls(json: Json = False, lang: Lang = None) -> None:
    """List the lab's images: present or missing, size, age."""
    from labctl.cli import image_screen

    image_screen.show_images(engine().list_images(), as_json=json)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(group, name="image")
