"""The nodes of a Swarm, as far as seats leave them: drained, or lost."""

from collections.abc import Sequence

import typer
from rich.text import Text

from labctl.cli.console import err, note, out, say, show_json
from labctl.cli.lab_json import Json
from labctl.cli.lab_screen import plain_table
from labctl.cli.workshop_grid import duration
from labctl.errors import ExitCode
from labctl.verbs.workshop_drain import Drained
from labctl.verbs.workshop_recovery import Recovered
from labctl.verbs.workshop_seats import in_short


def show_drained(drained: Drained, *, as_json: bool) -> None:
    """`labctl workshop drain`.

    Raises:
        Exit: a lab is still there.
    """
    if as_json:
        show_json(
            {
                "node": drained.node,
                "moved": [{"lab": lab, "node": node} for lab, node in drained.moved.items()],
                "failed": [
                    {"lab": lab, "problem": str(why.problem), "remedy": str(why.remedy)}
                    for lab, why in drained.failed.items()
                ],
                "seconds": round(drained.seconds, 3),
            }
        )
    else:
        _show(drained)
    if drained.failed:
        raise typer.Exit(ExitCode.ENVIRONMENT)


def _show(drained: Drained) -> None:
    if drained.moved:
        table = plain_table("lab", "node")
        for lab, node in drained.moved.items():
            table.add_row(lab, node)
        out().print(table)
    if drained.failed:
        table = plain_table("lab", "what is in the way")
        for lab, why in drained.failed.items():
            table.add_row(lab, Text(str(why)))
        err().print(table)
        note("the node {node} takes nothing new, and keeps what it has", node=drained.node)
        return
    say("the node {node} is empty ({seconds:.1f} s)", node=drained.node, seconds=drained.seconds)
    note("back to work with it: docker node update --availability active {node}", node=drained.node)


def recovered_json(recovered: Sequence[Recovered]) -> list[Json]:
    """The seats that are back on another node."""
    return [
        {
            "seat": each.number,
            "lost": each.lost,
            "checkpoint_age": None if each.saved is None else round(each.saved, 1),
        }
        for each in recovered
    ]


def note_recovered(recovered: Sequence[Recovered]) -> None:
    """Which seats are back, and with what mail."""
    for node in sorted({each.lost for each in recovered}):
        mine = [each for each in recovered if each.lost == node]
        if kept := [each for each in mine if each.saved is not None]:
            note(
                "{node} does not answer; back on other nodes with the mail of their last checkpoint"
                " (the oldest is {age} old): {seats}",
                node=node,
                age=duration(max(each.saved or 0 for each in kept)),
                seats=in_short(each.number for each in kept),
            )
        if bare := [each.number for each in mine if each.saved is None]:
            note(
                "{node} does not answer; back on other nodes without mail, for there is no"
                " checkpoint of them: {seats}",
                node=node,
                seats=in_short(bare),
            )
