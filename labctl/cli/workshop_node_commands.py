"""`labctl workshop drain`: a node of a Swarm is emptied."""

from typing import Annotated

import typer

from labctl.cli.options import Json, Lang
from labctl.cli.session import swarm


def drain(
    node: Annotated[str, typer.Argument(metavar="NODE", help="Which, as docker node ls names it.")],
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Move all seats of a node of the Swarm to others, with their mail; then it takes no more."""
    from labctl.cli.progress_screen import live
    from labctl.cli.workshop_node_screen import show_drained
    from labctl.verbs import workshop_drain

    with live(quiet=json) as on_progress:
        done = workshop_drain.drain(swarm(), node, on_progress)
    show_drained(done, as_json=json)
