"""What happens in a lab, a line each, or as JSON lines."""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from labctl.cli.console import out, say
from labctl.lang import tr
from labctl.mail.recorder import visible
from labctl.model.event import EventKind, Happening
from labctl.verbs.tracing import Trace

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


def show_trace(trace: Trace, *, as_json: bool) -> None:
    """One message's life, and the files that hold it now."""
    if as_json:
        from labctl.cli.console import show_json

        show_json(asdict(trace))
        return
    say("message {message_id}, queue id {ids}", message_id=visible(trace.message_id),
        ids=", ".join(trace.queue_ids))  # fmt: skip
    for event in trace.events:
        _show(event)
    for kept in trace.files:
        entry = kept.entry
        say("now: {account} {folder} {file}", account=kept.account, folder=visible(kept.folder),
            file=f"{entry.part}/{visible(entry.file)}")  # fmt: skip
    if not trace.files:
        say("no Maildir holds it now")


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
