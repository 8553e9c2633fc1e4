"""What `send`, `read` and `queue` show."""

from collections.abc import Sequence
from dataclasses import asdict

from labctl.cli.console import note, out, show_json
from labctl.cli.lab_screen import plain_table
from labctl.cli.transcript_screen import show_transcript
from labctl.lang import tr
from labctl.mail.queue import QueueEntry
from labctl.mail.recorder import visible
from labctl.model.dialogue import transcript_json
from labctl.verbs.read import Fetched
from labctl.verbs.send import Sent


def show_sent(sent: Sent, *, verbose: bool, as_json: bool) -> None:
    """`labctl send`."""
    if as_json:
        show_json(
            {
                "accepted": sent.accepted,
                "reply": sent.reply,
                "queue_id": sent.queue_id,
                "message_id": sent.message_id,
                "transcript": transcript_json(sent.transcript),
            }
        )
        return
    if verbose:
        show_transcript(sent.transcript)
    from rich.text import Text

    sign = Text("✓ ", "green") if sent.accepted else Text("✗ ", "bold red")
    said = tr("accepted: {reply}") if sent.accepted else tr("refused: {reply}")
    out().print(sign + Text(said.format(reply=sent.reply)), soft_wrap=True)


def show_fetched(fetched: Fetched, *, verbose: bool, as_json: bool) -> None:
    """`labctl read`."""
    if as_json:
        letters = [{**asdict(letter)} for letter in fetched.letters]
        for letter in letters:
            letter["from"] = letter.pop("from_")
        show_json(
            {
                "address": fetched.address,
                "via": fetched.via,
                "messages": letters,
                "deleted": fetched.deleted,
                "transcript": transcript_json(fetched.transcript),
            }
        )
        return
    if verbose:
        show_transcript(fetched.transcript)
    _show_letters(fetched)


def _show_letters(fetched: Fetched) -> None:
    from rich.text import Text

    for letter in fetched.letters:
        subject = Text(visible(f"{letter.number}  {letter.subject}"))
        out().rule(subject, align="left", style="dim")
        out().print(Text(visible(f"{letter.from_} → {letter.to}   {letter.date}"), "dim"))
        for line in letter.text.rstrip().splitlines():
            out().print(Text(visible(line)))
    if not fetched.letters:
        out().print(tr("no mail in the INBOX of {address}", address=fetched.address), markup=False)
    elif fetched.deleted:
        note("removed from the server; see: labctl maildir {address}", address=fetched.address)
    else:
        note("still on the server; see: labctl maildir {address}", address=fetched.address)


def show_queue(entries: Sequence[QueueEntry], *, as_json: bool) -> None:
    """`labctl queue`."""
    if as_json:
        show_json(
            {
                "messages": [
                    {
                        "service": e.service,
                        "queue_id": e.queue_id,
                        "queue_name": e.queue_name,
                        "sender": e.sender,
                        "arrival": e.arrival.isoformat(),
                        "size": e.size,
                        "recipients": [
                            {"address": r.address, "reason": r.reason} for r in e.recipients
                        ],
                    }
                    for e in entries
                ]
            }
        )
        return
    if not entries:
        out().print(tr("the queue is empty: nothing waits"), markup=False)
        return
    from rich.text import Text

    several = any(e.service != "postfix" for e in entries)
    table = plain_table(
        *(["service"] if several else []), "queue id", "queue", "from", "to", "why it waits"
    )
    for e in entries:
        to = "\n".join(r.address for r in e.recipients)
        why = "\n".join(dict.fromkeys(r.reason for r in e.recipients if r.reason))
        whose = (e.service,) if several else ()
        table.add_row(*map(Text, (*whose, e.queue_id, e.queue_name, e.sender or "<>", to, why)))
    out().print(table)
