"""The servers' logs on the terminal, or as JSON lines."""

import json
import sys
from collections.abc import Iterable
from datetime import datetime

from labctl.cli.console import out
from labctl.verbs.service import ServiceLine

_STYLE = {"postfix": "cyan", "dovecot": "magenta", "dns": "yellow", "filter": "green"}


def show_logs(lines: Iterable[ServiceLine], *, as_json: bool) -> None:
    """One line each, as it comes."""
    for entry in lines:
        if as_json:
            value = {"service": entry.service, "time": entry.line.time, "line": entry.line.text}
            sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
            sys.stdout.flush()
        else:
            _show(entry)


def _show(entry: ServiceLine) -> None:
    from rich.text import Text

    clock = datetime.fromtimestamp(entry.line.time / 1e9).astimezone()
    out().print(
        Text.assemble(
            (f"{clock:%H:%M:%S}.{clock.microsecond // 1000:03} ", "dim"),
            (f"{entry.service:<8} ", _STYLE.get(entry.service.partition("-")[0], "")),
            entry.line.text,
        ),
        soft_wrap=True,
    )
