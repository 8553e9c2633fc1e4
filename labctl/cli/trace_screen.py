"""One message's life as a picture: a stage a line, and where it stopped."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from labctl.cli.console import out, say, show_json
from labctl.lang import tr
from labctl.mail.maildir import flag_words
from labctl.mail.recorder import visible
from labctl.model.lab import DOCUMENTED_PORT
from labctl.model.life import Stage, StageName, Stopped
from labctl.verbs.tracing import Kept, Trace

if TYPE_CHECKING:
    from rich.text import Text

_SIGN = {"done": ("✔", "green"), "waiting": ("•", "bold yellow"), "stopped": ("✖", "bold red")}
_WORDS: dict[StageName, str] = {  # English; the screen translates
    "offered": "a mail program wants to hand it over",
    "submitted": "handed over by a mail program",
    "received": "received from another server",
    "refused": "refused in the dialogue",
    "queued": "in the queue",
    "deferred": "put off: Postfix tries again",
    "bounced": "failed for good",
    "reported": "the sender is told",
    "relayed": "handed to the other server",
    "delivered": "Dovecot has confirmed it by LMTP",
    "new": "a file in new/",
    "fetched": "fetched by a mail program",
    "flagged": "flags changed: a file in cur/",
    "copied": "a copy in another mailbox",
    "gone": "the file is removed",
}
_NEXT: dict[StageName, str] = {
    "refused": "the mail program was told at once: no server has the message",
    "queued": "nothing was tried yet; see: labctl queue",
    "deferred": "it waits in the queue, and nothing is lost; see: labctl queue",
    "bounced": "the sender gets a report, from <>; the message itself is nowhere any more",
}


def show_trace(trace: Trace, *, as_json: bool) -> None:
    """All stages, the files that hold the message now, and why it went no further."""
    if as_json:
        first = trace.stopped[0] if trace.stopped else None
        value = asdict(trace) | {"stopped": asdict(first) if first else None}
        show_json(value | {"all_stopped": [asdict(stopped) for stopped in trace.stopped]})
        return
    if trace.message_id:
        say("message {message_id}, queue id {ids}", message_id=visible(trace.message_id),
            ids=", ".join(trace.queue_ids))  # fmt: skip
    else:
        say("the newest message was refused before it had a queue id")
    out().print(_way(trace))
    _show_stages(trace)
    for kept in trace.files:
        _show_kept(kept)
    if trace.message_id and not trace.files:
        say("no Maildir holds it now")
    for stopped in trace.stopped:
        _show_stopped(stopped)


def _way(trace: Trace) -> "Text":
    from rich.text import Text

    to = ", ".join(visible(address) for address in trace.recipients) or "…"
    return Text.assemble(
        (visible(trace.sender) or "<>", "bold magenta"), " → ", (to, "bold magenta"), "\n"
    )


def _show_stages(trace: Trace) -> None:
    """Each stage under the one before, what belongs to it beside the line that joins them."""
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    before = 0
    for stage in trace.stages:
        sign, style = _SIGN[stage.state]
        later = _later(stage.at - before) if before else ""
        site = trace.sites.get(stage.service, "")
        title = Text.assemble(
            (_clock(stage.at), "dim"),
            (f"  {later:>9}  ", "dim"),
            (tr(_WORDS[stage.name]), "bold" if stage.state == "done" else style),
            (f"  {site}" if site else "", "cyan"),
        )
        grid.add_row(Text(f" {sign}", style), title)
        last = stage is trace.stages[-1]
        grid.add_row(Text("" if last else " │", "dim"), Padding(_detail(stage), (0, 0, 0, 2)))
        before = stage.at
    out().print(grid)
    out().print("")


def _clock(at: int) -> str:
    clock = datetime.fromtimestamp(at / 1e9).astimezone()
    return f"{clock:%H:%M:%S}.{clock.microsecond // 1000:03}"


def _later(nanoseconds: int) -> str:
    """How long after the stage before."""
    seconds = nanoseconds / 1e9
    return f"+{seconds:.3f} s" if seconds < 60 else f"+{int(seconds) // 60} min"


def _detail(stage: Stage) -> "Text":
    from rich.text import Text

    parts: list[str | tuple[str, str]] = [(visible(stage.account), "magenta")]
    if stage.endpoint:
        tls = "TLS" if stage.tls else tr("in the clear")
        parts.append(f"{stage.endpoint} {DOCUMENTED_PORT[stage.endpoint]}, {tls}")
    if stage.queue_id and stage.name in ("queued", "submitted", "received", "reported"):
        parts.append((stage.queue_id, "bold"))
    if stage.relay and stage.relay != "none":
        name, _, rest = visible(stage.relay).partition("[")
        parts.append(f"{name}:{rest.rpartition(':')[2]}")
    if stage.attempts > 1:
        parts.append(tr("{count} attempts", count=stage.attempts))
    if stage.text and stage.name != "reported":
        parts.append((visible(stage.text), "" if stage.state == "done" else "red"))
    shown = [part for part in parts if part not in ("", ("", "magenta"))]
    return Text(" · ").join(p if isinstance(p, Text) else _piece(p) for p in shown)


def _piece(part: str | tuple[str, str]) -> "Text":
    from rich.text import Text

    return Text(part) if isinstance(part, str) else Text(*part)


def _show_kept(kept: Kept) -> None:
    entry = kept.entry
    words = ", ".join(
        f"{flag} = {tr(word)}"
        for flag, word in zip(entry.flags, flag_words(entry.flags), strict=True)
    )
    meaning = words or (tr("nobody has opened this mailbox since") if entry.part == "new" else "")
    file = f"{entry.part}/{visible(entry.file)}" + (f"  ({meaning})" if meaning else "")
    say("now: {account} {folder} {file}", account=kept.account, folder=visible(kept.folder),
        file=file)  # fmt: skip


def _show_stopped(stopped: Stopped) -> None:
    from rich.text import Text

    console = out()
    whom = visible(stopped.account)
    stage = tr(_WORDS[stopped.stage])
    words = tr("it stopped here: {stage}", stage=stage)
    if whom:
        words = tr("it stopped here, for {account}: {stage}", account=whom, stage=stage)
    console.print(Text(f"\n✖ {words}", "bold red"), soft_wrap=True)
    for text, style in ((stopped.why, ""), (stopped.log, "dim")):
        if text:
            console.print(Text(f"  {visible(text)}", style), soft_wrap=True)
    if stopped.stage in _NEXT:
        console.print(Text(f"  → {tr(_NEXT[stopped.stage])}"), soft_wrap=True)
