"""A capture on the terminal: a line a group of packets; or as JSON lines."""

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from itertools import groupby

from labctl.cli.console import out
from labctl.lang import tr
from labctl.mail.wiretap import Heard, Where

_SHOWN = 12  # lines of clear text of one group
_STYLE = {"text": "yellow", "tls": "green", "open": "dim", "close": "dim", "bytes": ""}


def _side(names: Mapping[str, str], where: Where) -> dict[str, object]:
    return {"name": names.get(where[0], ""), "address": where[0], "port": where[1]}


def show_heard(heard: Heard, names: Mapping[str, str], *, as_json: bool) -> None:
    """One group of packets, at once."""
    if as_json:
        value = {
            "time": heard.time,
            "from": _side(names, heard.source),
            "to": _side(names, heard.target),
            "kind": heard.kind,
            "bytes": heard.size,
            "lines": list(heard.lines),
            "records": [asdict(record) for record in heard.records],
        }
        sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    else:
        _show(heard, names)


def _who(names: Mapping[str, str], here: Where, other: Where) -> str:
    """A name; a server's port with it, a client's says nothing."""
    name = names.get(here[0], here[0])
    name = tr("outside") if name == "outside" else name
    return f"{name}:{here[1]}" if here[1] < other[1] else name


def _words(heard: Heard) -> tuple[str, ...]:
    if heard.kind == "text":
        more = len(heard.lines) - _SHOWN
        rest = (tr("… and {count} more lines", count=more),) if more > 0 else ()
        return (*heard.lines[:_SHOWN], *rest)
    if heard.kind == "tls":
        parts = []
        for kind, group in groupby(heard.records, key=lambda record: record.kind):
            same = list(group)
            times = f" × {len(same)}" if len(same) > 1 else ""
            parts.append(f"{kind}{times}")
        said = ", ".join(parts) or tr("more of the record before")
        return (tr("TLS record: {said}, {size} bytes", said=said, size=heard.size),)
    if heard.kind == "bytes":
        return (tr("{size} bytes that cannot be read", size=heard.size),)
    return (tr("connects") if heard.kind == "open" else tr("closes"),)


def _widest(names: Mapping[str, str]) -> int:
    """Cells of the longest ``postfix-beta → dovecot-beta:24``, so that all lines begin alike."""
    longest = sorted((len(name) for name in names.values()), reverse=True)[:2]
    return max(25, sum(longest) + len(" → :143"))


def _show(heard: Heard, names: Mapping[str, str]) -> None:
    from rich.table import Table
    from rich.text import Text

    clock = datetime.fromtimestamp(heard.time / 1e9).astimezone()
    who = _who(names, heard.source, heard.target)
    whom = _who(names, heard.target, heard.source)
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True, min_width=_widest(names))
    grid.add_column(overflow="fold")
    grid.add_row(
        Text(f"{clock:%H:%M:%S}.{clock.microsecond // 1000:03}", "dim"),
        Text(f"{who} → {whom}", "bold" if heard.kind == "text" else "dim"),
        Text("\n".join(_words(heard)), _STYLE[heard.kind]),
    )
    out().print(grid)
