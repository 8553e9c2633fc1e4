"""What `workshop handout` says when it has written its files."""

from typing import TYPE_CHECKING

from labctl.cli.console import note, say, show_json, warn
from labctl.model.shown import shown_path

if TYPE_CHECKING:
    from labctl.verbs.workshop_handout import Handouts


def show_handouts(done: "Handouts", *, as_json: bool) -> None:
    """Which files to print, and whether participants can reach what stands on them."""
    if as_json:
        show_json(
            {
                "folder": str(done.folder),
                "files": [path.name for path in done.files],
                "host": done.host,
                "here_only": done.here_only,
                "not_certified": list(done.unnamed),
            }
        )
        return
    say("{count} files written to {folder}", count=len(done.files), folder=shown_path(done.folder))
    say("print all-seats.html, a page for each seat, and host.html for yourself")
    note("they hold passwords: only you can read them, until they are printed")
    if done.here_only:
        warn(
            "they say {host}: only programs on this machine reach that; for others publish the"
            " seats with --bind, or name an address: --host",
            host=done.host,
        )
    if done.unnamed:
        warn(
            "the certificates do not hold for {host}: mail clients will warn of the name, too",
            host=done.host,
        )
