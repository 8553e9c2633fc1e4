"""Make the files of a running lab what they should be, and have the servers read them."""

from labctl.engine.protocol import Engine
from labctl.errors import NotReady
from labctl.model.lab import LabSpec
from labctl.model.plan import CONFIG_FOLDER, Plan, PlanFile
from labctl.model.policy import USUAL, Aspect, Policy
from labctl.model.progress import OnProgress, Progress, silent
from labctl.render.plan import render
from labctl.render.profiles import CATALOGUE
from labctl.verbs.labs import STATE_FILE
from labctl.verbs.policy import ALL, measure

_WITHIN = 20.0  # seconds until what was changed shows
_PAUSE = 0.03  # seconds between two looks
_SCRIPT = ".pl"


def converge(
    engine: Engine, spec: LabSpec, services: frozenset[str], on_progress: OnProgress = silent
) -> tuple[str, ...]:
    """Put right what differs in these services, all of which run.

    Returns:
        The paths of the files that were written or removed, the lab's own state not among them.
    """
    plan = render(spec)
    changed: list[str] = []
    for service in dict.fromkeys(file.path.partition("/")[0] for file in plan.files):
        if service in services:
            changed += _converge_one(engine, plan, service, on_progress)
    # An idle smtpd holds on to a password service that has ended: its next AUTH would get a 454.
    for service in {path.partition("/")[0] for path in changed} & services:
        postfix = service.replace("dovecot", "postfix")
        if postfix != service and postfix in services:
            _reread(engine, plan.name, postfix)
    return tuple(changed)


def _converge_one(engine: Engine, plan: Plan, service: str, on_progress: OnProgress) -> list[str]:
    mine = [file for file in plan.files if file.path.startswith(f"{service}/")]
    there = {
        f"{CONFIG_FOLDER}/{f.path}": f.content
        for f in engine.read_tree(plan.name, service, CONFIG_FOLDER)
    }
    differ = [file for file in mine if _there(engine, plan, file, there) != file.content]
    targets = {file.target for file in mine}
    stale = [path for path in there if path.endswith(_SCRIPT) and path not in targets]
    if differ:
        engine.put_files(plan.name, service, differ)
    changed = [f.path for f in differ if f.target != STATE_FILE]
    if changed or stale:
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
    return [*changed, *(f"{service}/{path.rpartition('/')[2]}" for path in stale)]


def _there(engine: Engine, plan: Plan, file: PlanFile, there: dict[str, bytes]) -> bytes | None:
    if not file.elsewhere:
        return there.get(file.target)
    try:
        return engine.read_file(plan.name, file.path.partition("/")[0], file.elsewhere)
    except FileNotFoundError:
        return None


def _reread(engine: Engine, lab: str, service: str) -> None:
    if service in ("dns", "filter"):  # they read what they are told only when they start
        engine.stop(lab, service)
        engine.start(lab, service)
    else:
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
