"""Answers about what lies somewhere: Maildirs, messages, the queue, files, local copies. Pure."""

from collections.abc import Mapping

from labctl.exercise import probes as p
from labctl.exercise.finding import Finding, at_least_one, counted
from labctl.lang import Text
from labctl.model.observation import Observation
from labctl.model.shown import legible
from labctl.model.stored import Stored


def maildir(probe: p.MaildirProbe, seen: Observation) -> Finding:
    """How many files lie in a folder of a Maildir, in ``new/`` or ``cur/``, with what flags."""
    box = seen.maildir(probe.account, probe.at or "")
    entries = [
        entry
        for entry in box.folder(probe.folder).entries
        if probe.part in (None, entry.part) and _flagged(entry.flags, probe.flags)
    ]
    where = f"{probe.folder}/{probe.part}/" if probe.part else probe.folder
    what = Text(
        "messages in {where} of {address}{flags}{at}",
        {
            "where": where,
            "address": box.address,
            "flags": _flags_said(probe.flags),
            "at": Text(" at {look}", {"look": probe.at}) if probe.at else "",
        },
    )
    return counted(probe, len(entries), what, (f"{e.part}/{e.file}" for e in entries))


def _flagged(flags: str, wanted: str | None) -> bool:
    if wanted is None:
        return True
    return set(wanted) <= set(flags) if wanted else not flags


def _flags_said(flags: str | None) -> Text | str:
    if flags is None:
        return ""
    return Text(" with flag {flags}", {"flags": flags}) if flags else Text(" without flags")


def message(probe: p.MessageProbe, seen: Observation) -> Finding:
    """How many stored messages have the words in a header field or in the body."""
    address = seen.accounts.get(probe.account, probe.account)
    words = [filled(word, seen.accounts) for word in probe.says]
    stored = [one for one in seen.stored.get(address, ()) if one.folder == probe.folder]
    found = [one for one in stored if _holds(probe, words, one)]
    place = probe.header or Text("the body")
    template = "messages in {folder} of {address}: {place} {words}"
    if probe.times is not None:
        template = "messages in {folder} of {address}: {times} × {place} {words}"
    what = Text(
        template,
        {
            "folder": probe.folder,
            "address": address,
            "times": probe.times,
            "place": place,
            "words": " … ".join(words),
        },
    )
    quoted = (legible(value) for one in stored for value in _places(probe, one) if probe.header)
    return counted(at_least_one(probe), len(found), what, (value[:160] for value in quoted))


def filled(words: str, accounts: Mapping[str, str]) -> str:
    """Words in which ``{carol}`` stands for her address."""
    for who, address in accounts.items():
        words = words.replace(f"{{{who}}}", address)
    return words


def _places(probe: p.MessageProbe, one: Stored) -> list[str]:
    if not probe.header:
        return [one.text if probe.shown else one.body]
    fields = one.shown if probe.shown else one.fields
    return [value for name, value in fields if name.lower() == probe.header.lower()]


def _holds(probe: p.MessageProbe, words: list[str], one: Stored) -> bool:
    places = _places(probe, one)
    if probe.times == 0:
        return not places
    return probe.times in (None, len(places)) and any(
        all(word in place for word in words) for place in places
    )


def queue(probe: p.QueueProbe, seen: Observation) -> Finding:
    """How many messages Postfix still holds."""
    return counted(probe, len(seen.queue), Text("this run's messages in the queue"), seen.queue)


def files(probe: p.FilesProbe, seen: Observation) -> Finding:
    """How many files of a server's container hold this run's message."""
    files = seen.files.get(probe.service, ())
    what = Text(
        "files with this run's message where {service} can write", {"service": probe.service}
    )
    return counted(probe, len(files), what, files[:3])


def copy(probe: p.CopyProbe, seen: Observation) -> Finding:
    """How many messages a POP3 client saved."""
    what = Text("messages in the local mbox {name}", {"name": probe.name})
    return counted(probe, seen.copies.get(probe.name, 0), what)
