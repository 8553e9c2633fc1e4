"""How a step can be done by hand: made from the demo's own actions, for this lab."""

from dataclasses import dataclass

from labctl.exercise.actions import Imap, Pop3, Smtp, Switch, deed
from labctl.exercise.schema import Step
from labctl.lang import Text
from labctl.mail.recipes.typed import connection, typed_imap, typed_pop3, typed_smtp
from labctl.model.lab import Endpoint
from labctl.verbs.exercise_world import World
from labctl.verbs.labs import CA_FILE


@dataclass(frozen=True, slots=True)
class Solution:
    """One session: the command that opens it, what is then typed, and the login it needs."""

    title: Text
    command: tuple[str, ...]
    typed: tuple[str, ...]
    login: str = ""  # an address; empty: nobody logs in
    drop: bool = False  # the connection is broken at the end, with Ctrl-C


def solution(world: World, step: Step) -> tuple[Solution, ...]:
    """Every session of a step; what mends the servers, where that is the participant's part."""
    acts = [deed(action) for action in step.do]
    sessions = [_one(world, act) for act in acts if isinstance(act, Smtp | Imap | Pop3)]
    mending = [act for act in acts if step.mended and isinstance(act, Switch)]
    title = Text("labctl writes its own configuration again, and shows what was other than it")
    return (
        *(Solution(title, (f"labctl profile {act.name}",), ()) for act in mending),
        *sessions,
    )


def _one(world: World, act: Smtp | Imap | Pop3) -> Solution:
    who = act.login if isinstance(act, Smtp) else act.account
    at = world.target(act.endpoint, world.people[who].domain if who else "").endpoint
    title = Text("{endpoint}, port {port}", {"endpoint": at.name, "port": at.port})
    drop = "drop" in act.commands
    if isinstance(act, Smtp):
        return _smtp(world, act, at, title)
    account = world.people[act.account].address
    words = [_filled(world, act.account, line) for line in act.commands]
    typed = typed_imap if isinstance(act, Imap) else typed_pop3
    opened = _opened(at, clear=at.tls == "starttls" and not {"STARTTLS", "STLS"} & {*act.commands})
    return Solution(title, opened, typed(account, words), account, drop)


def _opened(at: Endpoint, *, clear: bool) -> tuple[str, ...]:
    return (f"telnet {at.host} {at.port}",) if clear else connection(at, CA_FILE)


def _smtp(world: World, act: Smtp, at: Endpoint, title: Text) -> Solution:
    sender = world.address(act.sender)
    to = [world.address(each) for each in act.to]
    clear = at.tls == "starttls" and "STARTTLS" not in act.commands
    opened = _opened(at, clear=clear or bool(act.tls))
    lines = typed_smtp(sender, to, act.commands, tls=not clear)
    login = world.address(act.login) if act.login else ""
    return Solution(title, opened, lines, login, "drop" in act.commands)


def _filled(world: World, who: str, line: str) -> str:
    """Message numbers: this run's own are the last ones of the inbox."""
    box = world.inbox(who)
    first = box.messages - box.ours
    numbers = {f"m{n}": str(first + n) for n in range(1, 100)}
    return line.format(**world.names, **numbers)
