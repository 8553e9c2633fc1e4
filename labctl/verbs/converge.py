"""Make the files of a running lab what they should be, and have the servers read them."""

from concurrent.futures import ThreadPoolExecutor

from labctl.engine.protocol import Engine
from labctl.errors import NotReady
from labctl.model.lab import LabSpec
from labctl.model.plan import CONFIG_FOLDER, Plan, PlanFile
from labctl.model.policy import USUAL, Aspect, Policy
from labctl.model.progress import OnProgress, Progress, silent
from labctl.render.plan import render
from labctl.render.profiles import CATALOGUE
from labctl.verbs.dialogue import is_listeners
from labctl.verbs.labs import STATE_FILE, is_kind
from labctl.verbs.policy import ALL, measure

_WITHIN = 20.0  # seconds until what was changed shows
_PAUSE = 0.03  # seconds between two looks
_SCRIPT = ".pl"
_AT_ONCE = 4  # services


def converge(
    engine: Engine,
    spec: LabSpec,
    services: frozenset[str],
    on_progress: OnProgress = silent,
    *,
    before: LabSpec | None = None,
) -> tuple[str, ...]:
    """Put right what differs in these services, all of which run.

    The lab's state is written last: whoever is interrupted leaves a lab that says what it was, and
    the next one puts its files right again.

    Args:
        engine: where the lab is.
        spec: what it is to be.
        services: those to look at.
        on_progress: told of each that reads its configuration again.
        before: what the servers may have read so far, when that is something else.

    Returns:
        The paths of the files that were written or removed, the lab's own state not among them.
    """
    plan = render(spec)
    read = {f.path: f.content for f in render(before).files} if before else {}
    named = dict.fromkeys(file.path.partition("/")[0] for file in plan.files)

    reread: list[str] = []

    def one(service: str) -> list[PlanFile]:
        mine = (f for f in plan.files if f.path.startswith(f"{service}/"))
        other = any(read.get(f.path, f.content) != f.content for f in mine if not _is_state(f))
        differ = _converge_one(engine, plan, service, on_progress, anew=other)
        if other or any(not _is_state(file) for file in differ):
            reread.append(service)
        return differ

    # The engine answers each of many small questions late: several servers are asked at a time.
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = list(pool.map(one, [service for service in named if service in services]))
    _reread_postfix(engine, spec, frozenset(reread))
    differ = [file for files in found for file in files]
    for state in filter(_is_state, differ):
        engine.put_files(plan.name, state.path.partition("/")[0], [state])
    return tuple(file.path for file in differ if not _is_state(file))


def _reread_postfix(engine: Engine, spec: LabSpec, others: frozenset[str]) -> None:
    """After Dovecot: an idle smtpd would hold on to a connection for passwords that is gone."""
    for name, kind, domain in spec.services:
        if kind == "postfix" and others & {name, spec.service("dovecot", domain)}:
            engine.reload(spec.name, name)


def _is_state(file: PlanFile) -> bool:
    return file.target == STATE_FILE


def _converge_one(
    engine: Engine, plan: Plan, service: str, on_progress: OnProgress, *, anew: bool
) -> list[PlanFile]:
    """Write what differs, but for the lab's state, and have it read; what differed."""
    mine = [f for f in plan.files if f.path.startswith(f"{service}/")]
    there = {
        f"{CONFIG_FOLDER}/{f.path}": f.content
        for f in engine.read_tree(plan.name, service, CONFIG_FOLDER)
    }
    differ = [file for file in mine if _there(engine, plan, file, there) != file.content]
    targets = {file.target for file in mine}
    stale = [path for path in there if path.endswith(_SCRIPT) and path not in targets]
    written = [file for file in differ if not _is_state(file)]
    if written:
        engine.put_files(plan.name, service, written)
    if written or stale or anew:
        on_progress(
            Progress(
                f"service:{service}",
                "{service} reads its configuration again",
                "done",
                values={"service": service},
            )
        )
        _reread(engine, plan.name, service)
    if stale:  # after the servers have left it
        engine.exec(plan.name, service, ["rm", "-f", "--", *stale], user="0")
    return differ


def _there(engine: Engine, plan: Plan, file: PlanFile, there: dict[str, bytes]) -> bytes | None:
    if is_listeners(file) and file.target in there:
        return file.content
    if not file.elsewhere:
        return there.get(file.target)
    return _read(engine, plan.name, file.path.partition("/")[0], file.elsewhere)


def _read(engine: Engine, lab: str, service: str, path: str) -> bytes | None:
    try:
        return engine.read_file(lab, service, path)
    except FileNotFoundError:
        return None


def _reread(engine: Engine, lab: str, service: str) -> None:
    if service in ("dns", "filter"):  # they read what they are told only when they start
        engine.stop(lab, service)
        engine.start(lab, service)
    elif is_kind(service, "dovecot"):
        engine.reload(lab, service)


def expected(spec: LabSpec, domain: str) -> Policy:
    """How the servers of a site behave in the profile that is in force there."""
    return CATALOGUE[spec.profile.at(domain)].policy


def await_policy(
    engine: Engine, spec: LabSpec, aspects: dict[str, frozenset[Aspect]] | None = None
) -> None:
    """Wait until the servers behave as the lab's profile says.

    Args:
        engine: where the lab is.
        spec: the lab.
        aspects: what to look at, by site; without it, everything everywhere.

    Raises:
        NotReady: they do not, in time.
    """
    from threading import Event
    from time import monotonic

    nothing = Event()  # nobody sets it: a wait that a signal can end
    deadline = monotonic() + _WITHIN
    for site in spec.sites:
        left = ALL if aspects is None else aspects.get(site.domain, frozenset())
        wanted = expected(spec, site.domain)
        while left:
            found = measure(engine, spec, site, left)
            left = found.differing(wanted.only(left))
            if left and monotonic() > deadline:
                raise NotReady(
                    "the servers of {domain} do not behave as they should yet: {what}",
                    remedy="their logs say more: labctl logs; then again: labctl up",
                    domain=site.domain,
                    what=", ".join(f"{name} {getattr(found, name)}" for name in sorted(left)),
                )
            if left:
                nothing.wait(_PAUSE)


def in_question(before: LabSpec, after: LabSpec, domain: str) -> frozenset[Aspect]:
    """In what the servers of a site may behave otherwise after a switch."""
    ways = (expected(before, domain), expected(after, domain))
    return frozenset[Aspect]().union(*(USUAL.differing(way) for way in ways))
