"""What a workshop would need, as a table or as JSON."""

from math import inf
from typing import Any

from labctl.cli.console import out, say
from labctl.lang import tr
from labctl.model.capacity import (
    DISK_LEFT,
    LAST_PORT,
    NOT_REQUIRED,
    SLOWER_WITHOUT,
    Capacity,
    ResourceName,
)

_NAMES: dict[ResourceName, str] = {
    "memory": "memory (MiB)",
    "cpu": "processors (cores, everybody at work)",
    "ports": "ports",
    "kept-ports": "ports of no outgoing connection",
    "subnets": "subnets (/28)",
    "processes": "processes and threads",
    "inotify-instances": "inotify instances (clients in IDLE)",
    "inotify-watches": "inotify watches",
    "files": "open file handles",
    "neighbours": "neighbours in the kernel's table (ARP)",
    "disk": "disk (MiB, for full logs)",
}
_REMEDIES: dict[ResourceName, str] = {
    "memory": "close other programs, or take another machine",
    "cpu": "take another machine, or fewer people at a time",
    "ports": "free the ports from 20000 on, or choose another base: labctl workshop up --base",
    "subnets": "remove labs that nobody uses (labctl down --all), or set LABCTL_SUBNET_POOL",
    "processes": "raise kernel.pid_max and kernel.threads-max (sysctl)",
    "files": "raise fs.file-max (sysctl)",
    "neighbours": "raise net.ipv4.neigh.default.gc_thresh3 (sysctl)",
}


def show(plan: Capacity) -> None:
    """Print the table and what it means."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    table.add_column("")
    table.add_column(tr("what"))
    for title in ("one seat", "needed", "there is", "enough for"):
        table.add_column(tr(title), justify="right")
    for one in plan.requirements:
        enough = one.enough_for >= plan.seats_here
        soft = one.resource in NOT_REQUIRED
        sign, style = ("✓", "green") if enough else ("!", "yellow") if soft else ("✗", "bold red")
        table.add_row(
            Text(sign, style),
            tr(_NAMES[one.resource]),
            _number(one.each),
            _number(one.needed(plan.seats_here)),
            tr("not known") if one.there is None else _number(one.there),
            "" if one.enough_for == inf else f"{one.enough_for:.0f}",
        )
    out().print(table)
    _verdict(plan)


def _verdict(plan: Capacity) -> None:
    values: dict[str, object] = {"seats": plan.seats, "nodes": plan.nodes, "each": plan.seats_here}
    ends = plan.bottleneck
    if plan.fits and plan.nodes == 1:
        say("{seats} seats fit on this machine", **values)
    elif plan.fits:
        say("{seats} seats fit on {nodes} machines like this one, {each} on each", **values)
    else:
        say("{seats} seats do not fit: {each} would be on each of {nodes} machines", **values)
    if ends is not None:
        name = tr(_NAMES[ends.resource])
        say("what ends first: {name}, after {most} seats", name=name, most=f"{plan.most:.0f}")
        if not plan.fits:
            say("→ {remedy}", remedy=tr(_REMEDIES[ends.resource]))
    if plan.machines is not None and not plan.fits:
        say("it takes {machines} machines like this one", machines=plan.machines)
    _not_required(plan)
    say("until the last one greets it takes about {seconds} s", seconds=f"{plan.start_seconds:.0f}")


def _not_required(plan: Capacity) -> None:
    """What is short, and yet does not keep the seats from working."""
    short = [one for one in plan.requirements if one.enough_for < plan.seats_here]
    if any(one.resource in SLOWER_WITHOUT for one in short):
        say(
            "beyond the inotify limit, Dovecot looks for new mail every 5 seconds instead of"
            " being told: raise fs.inotify.max_user_instances (sysctl) to {needed}",
            needed=plan.seats_here + 64,
        )
    if any(one.resource == "disk" for one in short):
        say(
            "the disk may get full: while less than {left} MiB are free there, no seat takes mail",
            left=DISK_LEFT,
        )
        say("→ {remedy}", remedy="docker system prune")
    for kept in (one for one in short if one.resource == "kept-ports"):
        first, last = plan.outgoing or (0, 0)
        say(
            "from seat {seat} on, an outgoing connection of this machine may hold a seat's port"
            " first: such connections are given {first} to {last}",
            seat=int(kept.enough_for) + 1,
            first=first,
            last=last,
        )
        if plan.lower_base:
            say("→ {remedy}", remedy=f"labctl workshop up --base {plan.lower_base}")
        elif plan.last_port < LAST_PORT:
            remedy = "have net.ipv4.ip_local_port_range (sysctl) begin above {port}"
            say("→ {remedy}", remedy=tr(remedy, port=plan.last_port))


def as_json(plan: Capacity) -> dict[str, Any]:
    """The plan for scripts; ``null`` is what is not known, or does not limit."""
    ends = plan.bottleneck
    return {
        "seats": plan.seats,
        "nodes": plan.nodes,
        "seats_on_each": plan.seats_here,
        "fits": plan.fits,
        "most_on_each": None if plan.most == inf else int(plan.most),
        "machines": plan.machines,
        "bottleneck": ends.resource if ends else None,
        "start_seconds": round(plan.start_seconds, 1),
        "requirements": [
            {
                "resource": one.resource,
                "each": round(one.each, 4),
                "needed": round(one.needed(plan.seats_here), 2),
                "there": None if one.there is None else round(one.there, 2),
                "enough_for": None if one.enough_for == inf else int(one.enough_for),
                "required": one.resource not in NOT_REQUIRED,
            }
            for one in plan.requirements
        ],
    }


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 10 or value == int(value) else f"{value:.3g}"
