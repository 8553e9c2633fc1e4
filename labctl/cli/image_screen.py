"""The lab's images on the terminal, or as JSON."""

from collections.abc import Sequence
from dataclasses import asdict

from labctl.cli.console import out, show_json
from labctl.cli.lab_screen import plain_table
from labctl.engine.images import ImageStatus
from labctl.lang import tr


def show_images(images: Sequence[ImageStatus], *, as_json: bool) -> None:
    """`labctl image ls`."""
    if as_json:
        show_json({"images": [asdict(image) for image in images]})
        return
    table = plain_table("service", "image", "state", "size", "built on")
    for image in images:
        table.add_row(
            image.service,
            image.reference,
            _state(image),
            f"{image.size / 1e6:.0f} MB" if image.present else "",
            image.base,
        )
    out().print(table)
    if any(not (image.present or image.optional) for image in images):
        out().print(tr("get or build what is missing: labctl image build"), markup=False)


def _state(image: ImageStatus) -> str:
    if image.present:
        return tr("present")
    return tr("built at first use") if image.optional else tr("missing")
