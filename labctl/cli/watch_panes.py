"""What each pane of the microscope shows: out of its state, for a width, at a moment. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from labctl.cli.watch_lines import Part, Row, clean
from labctl.lang import tr
from labctl.mail.excerpt import ESSENTIAL
from labctl.mail.microscope import FRESH, concerns, row_concerns
from labctl.model.microscope import QueueRow, Scope, Spoken, Talk, Towards

_FOLDED = 14  # lines that one side says without a pause are shown in full up to here
_HEAD = 10  # of more, so many
# IMAP's literal and POP3's answer to RETR (RFC 9051, section 4.3; RFC 1939, section 5)
_MESSAGE_BEGINS = re.compile(r"^\+OK [0-9]+ octets|\{[0-9]+\}$")
_MESSAGE_ENDS = (")", ".")
_REST = "… ("  # how the sensors say how long a message is that they do not tell in full
_LONGEST = 3  # lines that one line of the server takes
_STATUS = {  # English; the screen translates
    "sent": ("✓", "green", "sent"),
    "deferred": ("…", "yellow", "deferred"),
    "bounced": ("✗", "bold red", "bounced"),
    "expired": ("✗", "bold red", "expired"),
}


@dataclass(frozen=True, slots=True)
class View:
    """How the state is looked at."""

    focus: str  # the account in focus; empty: all
    now: float  # seconds of the screen's clock
    sites: dict[str, str]  # service -> domain, in a lab of several sites
    full: bool = False  # long answers in full

    def fresh(self, seen: float) -> bool:
        """Whether what happened then still stands out."""
        return self.now - seen < FRESH


def dialogue(scope: Scope, lines: Sequence[Spoken], view: View) -> list[Row]:
    """The sessions of one pane, in the order of time; each has a heading where it speaks."""
    rows: list[Row] = []
    shown = (s for s in lines if concerns(scope.talks[s.session], view.focus))
    for session, spoken in groupby(shown, key=lambda s: s.session):
        block = list(spoken)
        if rows:
            rows.append(Row(()))
        rows.append(_heading(session, scope.talks[session], block[0], view))
        for _, run in groupby(block, key=lambda s: (s.kind, s.sender)):
            rows += _run(list(run), view)
    return rows


def queue(scope: Scope, view: View) -> list[Row]:
    """The messages in the queues, and those that have just left; the youngest first."""
    rows: list[Row] = []
    shown = [row for row in scope.queue if row_concerns(row, view.focus)]
    for row in reversed(shown):
        fresh = view.fresh(row.changed)
        dim = "dim" if row.gone and not fresh else ""
        site = view.sites.get(row.service, "")
        heading = (
            Part(row.queue_id, f"bold {dim}".strip()),
            Part(f" {site}" if site else "", dim or "cyan"),
            Part(f"  {_state(row, view)}", "dim"),
        )
        rows.append(Row(heading, fresh=fresh, hang=2))
        sender = clean(row.sender) or "<>"
        for towards in row.towards:
            rows += _towards(sender, towards, fresh=fresh, dim=dim)
        if not row.towards:
            rows.append(Row((Part(f"  {sender} → …", dim),), fresh=fresh, hang=4))
    return rows


def _state(row: QueueRow, view: View) -> str:
    if row.gone:
        return tr("left the queue")
    return tr("in the queue for {seconds} s", seconds=int(view.now - row.since))


def _towards(sender: str, towards: Towards, *, fresh: bool, dim: str) -> Iterator[Row]:
    """From whom to whom, and how far it got."""
    yield Row((Part(f"  {sender} → {clean(towards.address)}", dim),), fresh=fresh, hang=4)
    sign, style, word = _STATUS.get(towards.status, ("…", "", "on its way"))
    detail = f"  {clean(towards.detail)}" if towards.detail else ""
    parts = (Part(f"    {sign} {tr(word)}", dim or style), Part(detail, "dim"))
    yield Row(parts, fresh=fresh, hang=6, most=1 if towards.status == "sent" else 4)


def _heading(session: str, talk: Talk, first: Spoken, view: View) -> Row:
    # Postfix's own deliveries have no endpoint; their names begin with the client: lmtp-40
    place = talk.endpoint or session.partition("-")[0]
    site = view.sites.get(talk.service, "")
    before = tr("before the login") if "-login-" in session else ""
    return Row(
        (
            Part(f"#{talk.number} ", "bold magenta"),
            Part(place, "bold"),
            Part(f" {before}" if before else "", "italic"),
            Part(f" {site}" if site else "", "cyan"),
            Part(f"  {talk.account}" if talk.account else "", "magenta"),
            Part("  TLS" if first.tls else "", "green"),
        ),
        hang=3,
    )


def _run(run: list[Spoken], view: View) -> Iterator[Row]:
    """What one side says without a pause; of much, the beginning and the last line."""
    if view.full:
        yield from (_line(spoken, view) for spoken in run)
        return
    rows = list(_messages_folded(run, view))
    if len(rows) <= _FOLDED:
        yield from rows
        return
    yield from rows[:_HEAD]
    yield _more(len(rows) - _HEAD - 1)
    yield rows[-1]


def _messages_folded(run: list[Spoken], view: View) -> Iterator[Row]:
    """Of a message that is fetched, only whom it is from, to whom, about what."""
    inside, left_out = False, 0
    for spoken in run:
        inside = inside and spoken.text not in _MESSAGE_ENDS
        if inside and not spoken.text.lower().startswith((*ESSENTIAL, _REST)):
            left_out += 1
            continue
        if left_out:
            yield _more(left_out)
            left_out = 0
        yield _line(spoken, view)
        inside = inside or bool(_MESSAGE_BEGINS.search(spoken.text))
    if left_out:
        yield _more(left_out)


def _more(count: int) -> Row:
    return Row((Part(f"   {tr('… and {count} more lines', count=count)}", "dim italic"),))


def _line(spoken: Spoken, view: View) -> Row:
    fresh = view.fresh(spoken.seen)
    if spoken.sender:
        style = "bold cyan" if spoken.sender == "C" else "" if spoken.ok else "red"
        if not spoken.ok and spoken.sender == "C":
            style = "bold red"
        parts = (Part(f"{spoken.sender}: ", f"dim {style}"), Part(clean(spoken.text), style))
        most = _LONGEST if spoken.sender == "S" and spoken.ok and not view.full else 0
        return Row(parts, fresh=fresh, hang=3, most=most)
    return Row((Part(f"— {_told(spoken)}", "italic" if fresh else "italic dim"),), fresh, hang=2)


def _told(spoken: Spoken) -> str:
    """What happened to the connection, in the reader's language."""
    text = clean(spoken.text)
    match spoken.kind:
        case "login" if spoken.ok:
            return tr("logged in: {account}", account=text)
        case "login":
            return tr("login refused: {account}", account=text)
        case "queued":
            return tr("in the queue as {queue_id}", queue_id=text)
        case "tls":
            return tr("TLS begins: what follows is encrypted on the wire")
        case "ended" if not spoken.ok:
            return tr("the connection broke off: {why}", why=text)
        case _:
            return tr("session ended") + (f": {text}" if text else "")
