"""What happens in a lab, a line each, or as JSON lines."""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from labctl.cli.console import out
from labctl.lang import tr
from labctl.mail.recorder import visible
from labctl.model.event import EventKind, Happening

# English; the screen translates.
_WORDS: dict[EventKind, str] = {
    "login": "login",
    "command": "command",
    "refused": "refused",
    "queued": "in the queue",
    "delivery": "delivery",
    "removed": "left the queue",
    "stored": "stored",
    "mailbox": "mailbox",
    "ended": "session ended",
    "said": "dialogue",
    "file": "file",
}


def show_events(events: Iterable[Happening], *, as_json: bool) -> None:
    """Each as it comes."""
    for event in events:
        if as_json:
            sys.stdout.write(json.dumps(asdict(event), ensure_ascii=False) + "\n")
            sys.stdout.flush()
        else:
            _show(event)


def _show(event: Happening) -> None:
    from rich.text import Text

    clock = datetime.fromtimestamp(event.at / 1e9).astimezone()
    mark = " " if event.ok else "✗"
    where = event.endpoint or event.service
    out().print(
        Text.assemble(
            (f"{clock:%H:%M:%S}.{clock.microsecond // 1000:03} ", "dim"),
            (f"{where:<12}", "cyan"),
            (f"{mark} ", "bold red"),
            (f"{tr(_WORDS[event.kind]):<18} ", "bold"),
            (f"{event.account} " if event.account else "", "magenta"),
            (f"{event.queue_id} " if event.queue_id else "", "dim"),
            visible(event.text),
        ),
        soft_wrap=True,
    )
    out().file.flush()
