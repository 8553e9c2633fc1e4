"""One message's life, told by the servers' logs and by the Maildirs' files."""

from dataclasses import dataclass, replace

from labctl.engine.protocol import Engine
from labctl.errors import NotFound
from labctl.mail.postfix_log import Identified, parse_line
from labctl.model.event import Happening
from labctl.model.maildir import MaildirEntry
from labctl.verbs.labs import spec_of
from labctl.verbs.mailbox import maildir_of
from labctl.verbs.sensing import heard_so_far


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that holds the message now."""

    account: str
    folder: str
    entry: MaildirEntry


@dataclass(frozen=True, slots=True)
class Trace:
    """What became of one message, in the order of time."""

    message_id: str
    queue_ids: tuple[str, ...]
    events: tuple[Happening, ...]
    files: tuple[Kept, ...]


def trace(engine: Engine, lab: str, given: str) -> Trace:
    """The life of the message with this Message-ID (with or without ``<>``) or queue id.

    Raises:
        NoSuchLab: there is none.
        NotFound: no log tells of such a message.
    """
    spec = spec_of(engine, lab)
    events, lines = heard_so_far(engine, spec)
    known = [event for line in lines if isinstance(event := parse_line(line), Identified)]
    wanted = {given, f"<{given.strip('<>')}>"}
    names = {k.message_id for k in known if {k.queue_id, k.message_id} & wanted}
    if not names:
        raise NotFound(
            "the lab {lab} knows no message {given}",
            remedy="queue ids and Message-IDs are in: labctl logs postfix",
            lab=lab,
            given=ascii(given[:80]),
        )
    queue_ids = tuple(dict.fromkeys(k.queue_id for k in known if k.message_id in names))
    mine = [
        e for e in events if e.queue_id in queue_ids or (e.message_id and e.message_id in names)
    ]
    files = [
        Kept(account.address, folder.name, entry)
        for account in spec.accounts
        for folder in maildir_of(engine, lab, account).folders
        for entry in folder.entries
        if entry.message_id in names
    ]
    mine.sort(key=lambda event: event.at)
    life = tuple(replace(event, order=n) for n, event in enumerate(mine, start=1))
    return Trace(min(names), queue_ids, life, tuple(files))
