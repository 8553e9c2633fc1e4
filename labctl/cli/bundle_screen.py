"""A bundle saved or loaded, on the terminal or as JSON."""

from typing import TYPE_CHECKING

from labctl.cli.console import note, say, show_json

if TYPE_CHECKING:
    from labctl.verbs.bundle_load import Loaded
    from labctl.verbs.bundle_save import Saved


def show_saved(saved: "Saved", *, as_json: bool) -> None:
    """`labctl bundle save FILE`."""
    manifest = saved.manifest
    if as_json:
        show_json(
            {
                "file": str(saved.file),
                "size": saved.size,
                "labctl": manifest.labctl,
                "platform": manifest.platform,
                "system": manifest.system,
                "machine": manifest.machine,
                "pythons": list(manifest.pythons),
                "images": dict(manifest.images),
            }
        )
        return
    say(
        "{file}: {size} MB, images for {platform}, for {system} {machine} with Python {pythons}",
        file=saved.file,
        size=round(saved.size / 1e6),
        platform=manifest.platform,
        system=manifest.system,
        machine=manifest.machine,
        pythons=", ".join(manifest.pythons),
    )
    if saved.left_out:
        note("not for Python {pythons}: a library has no wheel", pythons=", ".join(saved.left_out))
    note(
        "on a machine without a network, beside Docker or Podman: python3 {file}",
        file=saved.file.name,
    )


def show_loaded(loaded: "Loaded", *, as_json: bool) -> None:
    """`labctl bundle load FILE`."""
    if as_json:
        show_json({"loaded": list(loaded.images), "there": list(loaded.there)})
    elif loaded.images:
        say("{count} images are now in the engine", count=len(loaded.images))
    else:
        say("the engine has all of the bundle's images already")
