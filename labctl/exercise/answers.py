"""One answer for each kind of probe, from what was observed. Pure; ``judge`` puts them together."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from labctl.exercise import probes as p
from labctl.lang import Text
from labctl.model.dialogue import Line
from labctl.model.observation import Answer, Observation, Session
from labctl.model.stored import Stored

CLOSED = "closed"  # the code of an answer that never came because the connection ended
NOTHING = Text("nothing")


def plain(words: object) -> Text:
    """What is the same in every language."""
    return Text("{words}", {"words": words})


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether it holds, what was expected, what was observed, and the bare measure of it."""

    holds: bool
    expected: Text
    observed: Text
    measure: Text


def _counted(probe: p.Counted, found: int, what: Text, detail: Iterable[object] = ()) -> Finding:
    """A finding about a number of things."""
    wanted = probe.count if probe.count is not None else probe.at_least
    template = "{what}: at least {n}" if probe.count is None else "{what}: {n}"
    exact = probe.count is None or found == probe.count
    listed = "; ".join(str(item) for item in detail)
    seen = "{what}: {n} ({listed})" if listed else "{what}: {n}"
    return Finding(
        holds=exact and found >= (probe.at_least or 0),
        expected=Text(template, {"what": what, "n": wanted or 0}),
        observed=Text(seen, {"what": what, "n": found, "listed": listed}),
        measure=plain(str(found)),
    )


def _maildir(probe: p.MaildirProbe, seen: Observation) -> Finding:
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
    return _counted(probe, len(entries), what, (f"{e.part}/{e.file}" for e in entries))


def _flagged(flags: str, wanted: str | None) -> bool:
    if wanted is None:
        return True
    return set(wanted) <= set(flags) if wanted else not flags


def _flags_said(flags: str | None) -> Text | str:
    if flags is None:
        return ""
    return Text(" with flag {flags}", {"flags": flags}) if flags else Text(" without flags")


def _message(probe: p.MessageProbe, seen: Observation) -> Finding:
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
    quoted = (value for one in stored for value in _places(probe, one) if probe.header)
    return _counted(_at_least_one(probe), len(found), what, (value[:160] for value in quoted))


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


def _reply(probe: p.ReplyProbe, seen: Observation) -> Finding:
    session = seen.sessions.get(probe.session)
    answers = [
        answer
        for answer in (session.answers if session else ())
        if _is_to(answer.to, probe.to) and probe.tls in (None, answer.tls)
    ]
    answer = answers[-1] if answers else Answer(probe.to, "")
    code = answer.code or (CLOSED if answers else "")
    command = _COMMANDS.get(probe.to, probe.to)
    return Finding(
        holds=bool(answers)
        and (probe.code is None or code in probe.code)
        and probe.enhanced in (None, answer.enhanced),
        expected=Text("{command}: {answer}", {"command": command, "answer": _wanted(probe)}),
        observed=Text("{command}: {answer}", {"command": command, "answer": _said(code, answer)}),
        measure=_cell(code, answer.enhanced),
    )


# Words for what is no command.
_COMMANDS = {"greeting": Text("the greeting"), ".": Text("the message")}


def _wanted(probe: p.ReplyProbe) -> Text:
    if probe.code == (CLOSED,):
        return Text("the connection is closed")
    words = " / ".join(probe.code or ())
    return plain(f"{words} {probe.enhanced or ''}".strip() or "–")


def _said(code: str, answer: Answer) -> Text:
    if code == CLOSED:
        return Text("the connection was closed")
    rest = answer.text.removeprefix(answer.enhanced).strip()
    words = " ".join(f"{code} {answer.enhanced} {rest}".split())
    return plain(words) if code else Text("not said")


def _cell(code: str, enhanced: str) -> Text:
    if code == CLOSED:
        return Text("closed")
    return plain(f"{code} {enhanced}".strip() or "–")


def _is_to(said: str, asked: str) -> bool:
    said, asked = said.upper(), asked.upper()
    return said == asked or said.startswith(f"{asked} ")


def _capability(probe: p.CapabilityProbe, seen: Observation) -> Finding:
    session = seen.sessions.get(probe.session)
    lists = [c.names for c in (session.capabilities if session else ()) if c.tls == probe.tls]
    names = {name.upper() for name in (lists[-1] if lists else ())}
    has = [n for n in probe.has or () if n.upper() in names]
    lacks = [n for n in probe.lacks or () if n.upper() not in names]
    when = Text("under TLS") if probe.tls else Text("in the clear")
    return Finding(
        holds=bool(lists) and len(has + lacks) == len((probe.has or ()) + (probe.lacks or ())),
        expected=Text("{when}: {offers}", {"when": when, "offers": _offers(probe)}),
        observed=Text("{when}: {names}", {"when": when, "names": _names(sorted(names))}),
        measure=plain(_names(has)),
    )


def _offers(probe: p.CapabilityProbe) -> Text:
    words = {"has": _names(probe.has), "lacks": _names(probe.lacks)}
    if probe.has and probe.lacks:
        return Text("{has}, not {lacks}", words)
    return Text("not {lacks}", words) if probe.lacks else plain(words["has"])


def _names(names: Iterable[str] | None) -> Text | str:
    return ", ".join(names or ()) or NOTHING


def _line(probe: p.LineProbe, seen: Observation) -> Finding:
    sender = "C" if probe.by == "client" else "S"
    found = [
        line.text
        for line in _lines(seen.sessions.get(probe.session))
        if line.sender == sender
        and probe.tls in (None, line.tls)
        and all(word in line.text for word in probe.says)
    ]
    who = Text("the client's") if probe.by == "client" else Text("the server's")
    what = Text("{who} lines with {words}", {"who": who, "words": " … ".join(probe.says)})
    return _counted(_at_least_one(probe), len(found), what, found[:3])


def _lines(session: Session | None) -> tuple[Line, ...]:
    return session.lines if session else ()


def _at_least_one(probe: p.LineProbe | p.LogProbe | p.MessageProbe) -> p.Counted:
    """Lines, words: without a number, one is meant."""
    silent = probe.count is None and probe.at_least is None
    return p.Counted(at_least=1) if silent else probe


def _order(probe: p.OrderProbe, seen: Observation) -> Finding:
    left = list(probe.lines)
    for line in _lines(seen.sessions.get(probe.session)):
        if left and left[0] in line.text:
            left.pop(0)
    came = probe.lines[: len(probe.lines) - len(left)]
    return Finding(
        holds=not left,
        expected=Text("in this order: {lines}", {"lines": " → ".join(probe.lines)}),
        observed=Text("in this order: {lines}", {"lines": " → ".join(came) or NOTHING}),
        measure=plain(" → ".join(came) or NOTHING),
    )


def _log(probe: p.LogProbe, seen: Observation) -> Finding:
    session = seen.sessions.get(probe.queued_by or "")
    ids = session.queue_ids if session else ()
    found = [
        line
        for line in seen.logs.get(probe.source, ())
        if all(word in line for word in probe.says)
        and (probe.queued_by is None or any(f" {each}:" in line for each in ids))
    ]
    what = Text(
        "lines of {service}'s log with {words}{about}",
        {
            "service": probe.service,
            "words": " … ".join(probe.says),
            "about": Text(" about {ids}", {"ids": ", ".join(ids)}) if ids else "",
        },
    )
    return _counted(_at_least_one(probe), len(found), what, (line[:200] for line in found[:2]))


def _logins(probe: p.LoginsProbe, seen: Observation) -> Finding:
    what = Text("client sessions at Dovecot in this step")
    return _counted(probe, len(seen.logins), what, seen.logins[:3])


def _queue(probe: p.QueueProbe, seen: Observation) -> Finding:
    return _counted(probe, len(seen.queue), Text("this run's messages in the queue"), seen.queue)


def _files(probe: p.FilesProbe, seen: Observation) -> Finding:
    files = seen.files.get(probe.service, ())
    what = Text(
        "files with this run's message where {service} can write", {"service": probe.service}
    )
    return _counted(probe, len(files), what, files[:3])


def _copy(probe: p.CopyProbe, seen: Observation) -> Finding:
    what = Text("messages in the local mbox {name}", {"name": probe.name})
    return _counted(probe, seen.copies.get(probe.name, 0), what)


# mypy cannot tie each key to its function's argument; the schema does.
ANSWERS: dict[type, Callable[..., Finding]] = {
    p.MaildirProbe: _maildir,
    p.MessageProbe: _message,
    p.ReplyProbe: _reply,
    p.CapabilityProbe: _capability,
    p.LineProbe: _line,
    p.OrderProbe: _order,
    p.LogProbe: _log,
    p.LoginsProbe: _logins,
    p.QueueProbe: _queue,
    p.FilesProbe: _files,
    p.CopyProbe: _copy,
}
