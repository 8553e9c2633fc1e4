"""Labs on the terminal: tables that stand at 80 columns, words that stand without colour."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from labctl.cli.console import note, out, say
from labctl.lang import tr
from labctl.model.lab import PURPOSE, Endpoint
from labctl.model.profile import DEFAULT, InForce
from labctl.model.status import LabStatus, ServiceStatus
from labctl.verbs.down import Removed
from labctl.verbs.next_step import NextStep
from labctl.verbs.reset import Reset
from labctl.verbs.up import Brought

if TYPE_CHECKING:
    from rich.console import Group, RenderableType
    from rich.table import Table
    from rich.text import Text

_STATE_STYLE = {
    "ready": "green",
    "running": "green",
    "starting": "yellow",
    "degraded": "bold yellow",
    "stopped": "yellow",
    "dead": "bold red",
    "absent": "dim",
}


def state_text(state: str) -> "Text":
    """A state as a coloured word."""
    from rich.text import Text

    return Text(tr(state), style=_STATE_STYLE.get(state, ""))


def plain_table(*columns: str, title: str = "") -> "Table":
    """The one kind of table there is: no frame, a rule under the head."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=title or None, title_justify="left")
    for column in columns:
        table.add_column(tr(column), overflow="fold")
    return table


def _services(services: Sequence[ServiceStatus]) -> "Table":
    table = plain_table("service", "site", "state", "container")
    for s in services:
        table.add_row(s.name, s.site or "–", state_text(s.state), s.container or "–")
    return table


def _endpoints(endpoints: Sequence[Endpoint], title: str = "") -> "Table":
    table = plain_table("endpoint", "documented", "here", "TLS", "for", title=title)
    for e in endpoints:
        host = f"[{e.host}]" if ":" in e.host else e.host
        tls = (
            "implicit"
            if e.tls == "implicit"
            else (e.name.startswith("pop3") and "STLS") or "STARTTLS"
        )
        table.add_row(e.name, str(e.documented), f"{host}:{e.port}", tr(tls), tr(PURPOSE[e.name]))
    return table


def profile_words(profile: InForce) -> str:
    """Which profile is in force, unless to find that out is an exercise."""
    if profile.concealed:
        return tr("an exercise's own")
    return f"{profile.name} ({profile.site})" if profile.site else profile.name


def _head(status: LabStatus) -> "Text":
    from rich.text import Text

    head = Text.assemble(tr("lab "), (status.name, "bold"), "  ", state_text(status.state))
    if status.node:
        head.append("  " + tr("on the node {node}", node=status.node))
    if status.node_down:
        head.append("  " + tr("it does not answer"), "bold red")
    if status.profile != DEFAULT:
        head.append(
            "  " + tr("profile: {profile}", profile=profile_words(status.profile)), "yellow"
        )
    return head


def status_table(status: LabStatus) -> "Group":
    """Everything about one lab, top to bottom."""
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [_head(status)]
    if status.services:
        parts.append(_services(status.services))
    if status.endpoints:
        parts.append(_endpoints(status.endpoints))
    for site in dict.fromkeys(e.site for e in status.further):
        mine = [e for e in status.further if e.site == site]
        parts.append(_endpoints(mine, title=tr("the same of {domain}", domain=site)))
    if status.accounts:
        table = plain_table("account", "password")
        for account in status.accounts:
            table.add_row(Text(account.address), Text(account.password))
        parts.append(table)
    if status.ca_pem:
        parts.append(
            Text(
                tr("CA certificate for your mail client: {command}", command="labctl ca lab-ca.pem")
            )
        )
    return Group(*parts)


def show_status(status: LabStatus) -> None:
    """`labctl status`."""
    out().print(status_table(status))
    if status.state == "absent":
        note("no lab is running; start one: labctl up")


def show_brought(brought: Brought) -> None:
    """`labctl up`: the lab, and how long it took."""
    out().print(status_table(brought.status))
    if brought.created:
        note("ready in {seconds:.1f} s; next: labctl exercise list", seconds=brought.seconds)
    else:
        note("everything was right already ({seconds:.1f} s)", seconds=brought.seconds)


def show_removed(gone: Sequence[Removed]) -> None:
    """`labctl down`: what was removed, and that nothing is left."""
    if not gone:
        note("no lab was there; nothing to remove")
    for one in gone:
        counts = {
            kind: sum(r.kind == kind for r in one.removed)
            for kind in ("container", "network", "volume")
        }
        say(
            "lab {name} removed in {seconds:.1f} s (containers: {container},"
            " networks: {network}, volumes: {volume})",
            name=one.name,
            seconds=one.seconds,
            **counts,
        )
        if one.kept:
            say("kept: {left}", left=", ".join(r.name for r in one.kept))
        else:
            say("nothing is left")


def show_reset(done: Reset) -> None:
    """`labctl reset`."""
    say(
        "lab {name} is fresh again ({seconds:.1f} s): no mail, an empty queue",
        name=done.name,
        seconds=done.seconds,
    )


def show_next(step: NextStep) -> None:
    """`labctl` alone."""
    from rich.text import Text

    for lab in step.labs:
        out().print(Text.assemble(tr("lab "), (lab.name, "bold"), "  ", state_text(lab.state)))
    out().print(Text.assemble(tr(step.why) + ": ", (step.command, "bold")))
    note("all commands: labctl --help")


def show_services(status: LabStatus) -> None:
    """After start, stop, restart: the services only."""
    from rich.text import Text

    out().print(Text.assemble(tr("lab "), (status.name, "bold"), "  ", state_text(status.state)))
    out().print(_services(status.services))


def show_stages(seconds: dict[str, float]) -> None:
    """`make lab`: where the time went."""
    table = plain_table("where the time went", "seconds")
    for stage, spent in seconds.items():
        table.add_row(tr(stage), f"{spent:.1f}")
    table.add_row(tr("all of it"), f"{sum(seconds.values()):.1f}", style="bold")
    out().print(table)
