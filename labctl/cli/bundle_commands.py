"""Commands for machines without a network: `labctl bundle save`, `labctl bundle load`."""

from pathlib import Path
from typing import Annotated

import typer

from labctl.cli.options import Json, Lang
from labctl.cli.session import engine

group = typer.Typer(
    no_args_is_help=True, help="For laptops without a network: all that labctl needs, in one file."
)
_File = Annotated[Path, typer.Argument(metavar="FILE", help="Such as labctl-bundle.pyz.")]


@group.command()
def save(
    file: _File,
    platform: Annotated[
        str | None,
        typer.Option(
            "--platform",
            metavar="OS/ARCH",
            help="What machines the images must be for, such as linux/arm64.",
        ),
    ] = None,
    python: Annotated[
        list[str] | None,
        typer.Option(
            "--python",
            metavar="VERSION",
            help="A Python that the laptops have, such as 3.12; by default all that can be served.",
        ),
    ] = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Save the images, labctl and its libraries into one file; it needs the network itself."""
    from labctl.cli import bundle_screen
    from labctl.cli.progress_screen import live
    from labctl.verbs.bundle_save import save as verb

    with live(quiet=json) as on_progress:
        saved = verb(engine(), file, on_progress, platform=platform, pythons=python or ())
    bundle_screen.show_saved(saved, as_json=json)


@group.command()
def load(file: _File, json: Json = False, lang: Lang = None) -> None:
    """Load a bundle's images into the engine; where labctl is not installed: python3 FILE."""
    from labctl.cli import bundle_screen
    from labctl.cli.progress_screen import live
    from labctl.verbs.bundle_load import load as verb

    with live(quiet=json) as on_progress:
        loaded = verb(engine(), file, on_progress)
    bundle_screen.show_loaded(loaded, as_json=json)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(group, name="bundle")
