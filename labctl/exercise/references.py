"""What the parts of an exercise say of each other must fit. Pure."""

from collections.abc import Iterator, Mapping

from labctl.exercise.actions import Capture, Forget, Imap, Pop3, Sentinel, Smtp, deed
from labctl.exercise.probes import (
    CopyProbe,
    LoginsProbe,
    MaildirProbe,
    MessageProbe,
    PolicyProbe,
    Probe,
    WireProbe,
    leaves,
)
from labctl.exercise.schema import Logic, SessionSeen, Step
from labctl.exercise.texts import Path, Texts, command_problem
from labctl.lang import Text
from labctl.model.lab import DOCUMENTED_PORT

OUTSIDE = "outside"  # a recipient in no lab's domain
STRANGER = "stranger"  # a sender in no lab's domain
UNKNOWN = "unknown"  # a recipient in the lab's domain who has no mailbox
NOBODYS = (OUTSIDE, STRANGER, UNKNOWN)
ROW = "row"  # in a table's column: the session that is called like the row

Problem = tuple[Path, Text]


def accounts(logic: Logic) -> tuple[str, ...]:
    """The accounts an exercise is about, in the order in which it first names them."""
    names = [*logic.watch, *(d.to for d in logic.fixture.deliver), *logic.fixture.empty]
    for step in logic.steps:
        for action in step.do:
            names += _people(deed(action))
    return tuple(dict.fromkeys(n for n in names if n not in NOBODYS))


def _people(act: object) -> list[str]:
    if isinstance(act, Smtp):
        said = act.message
        again = said.again.of if said.again else None
        named = [name for name in (act.login, said.author, again) if name]
        return [*named, act.sender, *act.to, *(said.to or ())]
    if isinstance(act, Imap):
        return [act.account, *([act.to] if act.to else [])]
    if isinstance(act, Pop3 | Forget):
        return [act.account]
    return [act.to] if isinstance(act, Sentinel) else []


def known_placeholders(logic: Logic) -> frozenset[str]:
    """What the texts of this exercise may name in braces."""
    ports = {f"{kind}_{name}" for kind in ("port", "documented") for name in DOCUMENTED_PORT}
    people = {name.replace("-", "_") for name in (*accounts(logic), *NOBODYS)}
    return frozenset(ports | people | {"host", "domain", "token", "ca"})


def _sessions(step: Step) -> set[str]:
    acts = (deed(action) for action in step.do)
    return {act.session for act in acts if isinstance(act, Smtp | Imap | Pop3)}


def _copies(step: Step) -> set[str]:
    acts = (deed(action) for action in step.do)
    return {act.copy_ for act in acts if isinstance(act, Pop3) and act.copy_}


class _Known:
    """What may be named at some step: all that came before it."""

    def __init__(self, logic: Logic) -> None:
        self.accounts = {*logic.watch, *(d.to for d in logic.fixture.deliver)}
        self.sessions = {ROW}
        self.copies = set[str]().union(*(_copies(step) for step in logic.steps))
        self.looks = {"start"}
        self.people = accounts(logic)
        self.listens = False

    def complaint_about(self, probe: Probe) -> Text | None:
        found = (self._complaint(leaf) for leaf in leaves(probe))
        return next((complaint for complaint in found if complaint), None)

    def _complaint(self, leaf: object) -> Text | None:
        named = (getattr(leaf, key, None) for key in ("session", "queued_by"))
        for session in (*named, *getattr(leaf, "sessions", ())):
            if session and session not in self.sessions:
                return Text("no action has opened a session {name}", {"name": session})
        if isinstance(leaf, MaildirProbe | MessageProbe):
            return self._maildir(leaf)
        if isinstance(leaf, LoginsProbe) and leaf.account not in {None, *self.accounts}:
            return Text("the account {name} is not watched", {"name": leaf.account})
        if isinstance(leaf, PolicyProbe) and leaf.of and leaf.of not in self.people:
            return Text("nobody in this exercise is called {name}", {"name": leaf.of})
        if isinstance(leaf, CopyProbe) and leaf.name not in self.copies:
            return Text("no action has made a copy {name}", {"name": leaf.name})
        return self._wire(leaf) if isinstance(leaf, WireProbe) else None

    def _wire(self, leaf: WireProbe) -> Text | None:
        if leaf.password and leaf.password not in self.people:
            return Text("nobody in this exercise is called {name}", {"name": leaf.password})
        if not self.listens:
            return Text("nobody listens on the wire: an action capture must go before")
        return None

    def _maildir(self, leaf: MaildirProbe | MessageProbe) -> Text | None:
        if leaf.account not in self.accounts:
            return Text("the account {name} is not watched", {"name": leaf.account})
        if isinstance(leaf, MessageProbe):
            return None
        if leaf.at and leaf.at not in self.looks:
            return Text("there is no earlier step {name}", {"name": leaf.at})
        return None


def _unknown_word(logic: Logic, step: Step) -> Problem | None:
    """The first command that names something no lab can fill in."""
    known = known_placeholders(logic)
    for index, action in enumerate(step.do):
        act = deed(action)
        for command in getattr(act, "commands", ()):
            if bad := command_problem(command, known):
                return ("do", index), bad
    return None


def broken_reference(logic: Logic) -> Problem | None:
    """The first thing that a step asks about and that is not there by then."""
    known = _Known(logic)
    for index, step in enumerate(logic.steps):
        if problem := _broken_in(logic, step, known):
            return ("steps", index, *problem[0]), problem[1]
        known.looks.add(step.id)
    known.listens = any(isinstance(deed(a), Capture) for step in logic.steps for a in step.do)
    asked: list[tuple[Path, Probe]] = [
        (("columns", name), probe) for name, probe in logic.columns.items()
    ]
    steps = {step.id for step in logic.steps}
    for index, prediction in enumerate(logic.predict):
        if prediction.after and prediction.after not in steps:
            what = Text("there is no step {name}", {"name": prediction.after})
            return ("predict", index, "after"), what
        asked += [(("predict", index, "truth", o), p) for o, p in prediction.truth.items()]
    for path, probe in asked:
        if complaint := known.complaint_about(probe):
            return path, complaint
    return None


def _broken_in(logic: Logic, step: Step, known: _Known) -> Problem | None:
    """The first such thing of one step, whose sessions are known from here on."""
    if unknown := _unknown_word(logic, step) or _unrecognisable(logic, step):
        return unknown
    known.sessions |= _sessions(step)
    # In each step anew, so that hands-on it is found again if it has ended in the meantime.
    known.listens = any(isinstance(deed(action), Capture) for action in step.do)
    if step.mended and (complaint := known.complaint_about(step.mended)):
        return ("mended",), complaint
    for number, expectation in enumerate(step.expect):
        if complaint := known.complaint_about(expectation):
            return ("expect", number), complaint
    return None


def _unrecognisable(logic: Logic, step: Step) -> Problem | None:
    """What a participant's session is recognised by and that nothing else speaks of."""
    people = {*accounts(logic), *NOBODYS}
    places: list[tuple[Path, SessionSeen]] = [
        (("recognise", n), seen) for n, seen in enumerate(step.recognise or ())
    ]
    for n, miss in enumerate(step.near_misses):
        places += [(("near_misses", n, "when", m), seen) for m, seen in enumerate(miss.when)]
    for path, seen in places:
        for who in (seen.account, seen.sender, seen.to, seen.rejected):
            if who and who not in people:
                return path, Text("nobody in this exercise is called {name}", {"name": who})
        if path[0] == "recognise" and seen.session and seen.session not in _sessions(step):
            return path, Text("no action has opened a session {name}", {"name": seen.session})
    return None


def _wanted(logic: Logic) -> Iterator[tuple[Path, set[str]]]:
    yield ("steps",), {step.id for step in logic.steps}
    yield ("expect",), {e.id for step in logic.steps for e in step.expect}
    yield ("predict",), {prediction.id for prediction in logic.predict}
    for prediction in logic.predict:
        yield ("predict", prediction.id, "options"), set(prediction.truth)
    yield ("hints",), {*logic.hints, *(hint for step in logic.steps for hint in step.hints)}
    yield ("near_misses",), {miss.id for step in logic.steps for miss in step.near_misses}
    yield ("recipes",), {recipe for step in logic.steps for recipe in step.recipes}
    if logic.columns:
        yield ("table", "columns"), set(logic.columns)
        yield ("table", "rows"), {row for step in logic.steps for row in step.rows}


def _at(texts: Texts, path: Path) -> Mapping[str, object] | None:
    found: object = texts
    for part in path:
        found = found.get(part) if isinstance(found, Mapping) else getattr(found, str(part), None)
    return found if isinstance(found, Mapping) else None


def missing_text(logic: Logic, texts: Texts) -> Problem | None:
    """The first key that the texts lack, or that the logic does not have."""
    if texts.table is not None and not logic.columns:
        return ("table",), Text("this exercise has no table")
    for path, names in _wanted(logic):
        have = set(_at(texts, path) or ())
        for name in sorted(names - have):
            return path, Text("a text for {name} is missing", {"name": name})
        for name in sorted(have - names):
            return (*path, name), Text("exercise.yaml has nothing called {name}", {"name": name})
    return None
