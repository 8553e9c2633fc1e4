"""Switch a running lab to a profile, and back: what is in force, what a switch changed and why."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from labctl.engine.protocol import Engine
from labctl.errors import BadUsage, EnvironmentProblem, NotFound
from labctl.lang import Text
from labctl.model.lab import LabSpec, Site
from labctl.model.profile import DEFAULT, PROFILES, Explained, InForce, ProfileName
from labctl.model.progress import OnProgress, silent
from labctl.render.plan import chain_shown, render
from labctl.render.profile import Change
from labctl.render.profiles import CATALOGUE
from labctl.render.settings import CONFIGURATION, read_setting
from labctl.verbs.converge import await_policy, converge, in_question
from labctl.verbs.labs import CLIENT, found, spec_of


@dataclass(frozen=True, slots=True)
class Listed:
    """The profiles, and which of them a lab runs with."""

    lab: str
    in_force: InForce
    profiles: tuple[tuple[ProfileName, Text], ...]


@dataclass(frozen=True, slots=True)
class Switched:
    """What a switch did."""

    lab: str
    before: InForce
    after: InForce
    changes: tuple[Explained, ...]
    by_hand: tuple[str, ...]  # files that were other than labctl had written them
    seconds: float


def profiles(engine: Engine, lab: str) -> Listed:
    """All profiles with a sentence each, and the one in force."""
    known = tuple((name, CATALOGUE[name].summary) for name in PROFILES)
    return Listed(lab, spec_of(engine, lab).profile, known)


def switch(
    engine: Engine,
    lab: str,
    name: str,
    *,
    site: str = "",
    exercise: str = "",
    concealed: bool = False,
    on_progress: OnProgress = silent,
) -> Switched:
    """Change the servers' configuration to that of a profile; sessions and mail stay.

    What an interrupted switch left, and what somebody edited by hand, is put right, too.

    Args:
        engine: where the lab is.
        lab: its name.
        name: of the profile; ``default`` goes back.
        site: the domain of the only site that it is for; empty: all sites.
        exercise: the id of the one that asks for it, if one does.
        concealed: its name is not told.
        on_progress: told of each step.

    Raises:
        NotFound: there is no such profile, or no such site.
        BadUsage: the profile needs a lab of several sites.
        EnvironmentProblem: a server does not run, or does not do as it should in time.
    """
    begun = time.monotonic()
    profile = _known(name)
    with engine.locked(lab):
        before = spec_of(engine, lab)
        services = _all_running(engine, lab)
        wanted = InForce(profile, site, exercise, concealed) if profile != "default" else DEFAULT
        _refuse(before, wanted)
        after = _with(engine, before, wanted)
        written = converge(engine, after.as_kept, services, on_progress, before=before.as_kept)
        mending = before.profile == after.profile and bool(written)
        await_policy(
            engine,
            after,
            None
            if mending
            else {s.domain: in_question(before, after, s.domain) for s in after.sites},
        )
    changes = tuple(sorted(_explained(before, after), key=lambda each: each.file))
    explained = {change.file for change in changes} | {
        file.path for file in render(after).files if file.path.endswith(".pl")
    }
    return Switched(
        lab,
        before.profile,
        after.profile,
        changes,
        tuple(p for p in written if p not in explained and not p.endswith(".pl")),
        time.monotonic() - begun,
    )


def _known(name: str) -> ProfileName:
    for one in PROFILES:
        if one == name:
            return one
    raise NotFound(
        "there is no profile {name}",
        remedy="the profiles are: {known}",
        name=ascii(name[:60]),
        known=", ".join(PROFILES),
    )


def _refuse(spec: LabSpec, wanted: InForce) -> None:
    if wanted.site and wanted.site not in spec.domains:
        raise NotFound(
            "the lab {lab} has no site {site}",
            remedy="its sites are: {known}",
            lab=spec.name,
            site=ascii(wanted.site[:80]),
            known=", ".join(spec.domains),
        )
    if CATALOGUE[wanted.name].several_sites and spec.dns is None:
        raise BadUsage(
            "the profile {name} needs a lab of two sites: this one asks no DNS",
            remedy="make it one: labctl up duo --lab {lab}",
            name=wanted.name,
            lab=spec.name,
        )


def _all_running(engine: Engine, lab: str) -> frozenset[str]:
    there = [s for s in found(engine, lab).services if s.name != CLIENT]
    if stopped := [s.name for s in there if s.state != "running"]:
        raise EnvironmentProblem(
            "{service} of the lab {name} does not run",
            remedy="make it right first: labctl up --lab {name}",
            service=stopped[0],
            name=lab,
        )
    return frozenset(s.name for s in there)


def _with(engine: Engine, spec: LabSpec, wanted: InForce) -> LabSpec:
    """The lab with that profile in force."""
    if wanted.name != "expired-certificate":
        return replace(spec.usual, profile=wanted)
    from labctl.render.certificate import expired
    from labctl.verbs.wished import certified_for

    if spec.certificate.expired_pem:
        return replace(spec, profile=wanted)
    over = expired(spec.certificate, *certified_for(engine, spec))
    return replace(spec, profile=wanted, certificate=replace(spec.certificate, expired_pem=over))


# -- the explained diff ----------------------------------------------------------------------------


def _explained(before: LabSpec, after: LabSpec) -> Iterator[Explained]:
    """Each setting that is other than before, with what it does now."""
    was, now = _texts(before), _texts(after)
    for site in after.sites:
        old = {(c.file, c.setting): c for c in _changes(before, site)}
        new = {(c.file, c.setting): c for c in _changes(after, site)}
        for key in {**old, **new}:
            change = new.get(key) or old[key]
            path = f"{_folder(after, site, change.file)}/{change.file}"
            values = (
                _value(before, site, change, was[path], old.get(key)),
                _value(after, site, change, now[path], new.get(key)),
            )
            if values[0] != values[1]:
                why = change.why if key in new else change.back
                yield Explained(path, change.setting, *values, why)


def _changes(spec: LabSpec, site: Site) -> tuple[Change, ...]:
    return CATALOGUE[spec.profile.at(site.domain)].changes(spec, site)


def _texts(spec: LabSpec) -> dict[str, str]:
    return {file.path: file.content.decode() for file in render(spec).files}


def _folder(spec: LabSpec, site: Site, file: str) -> str:
    if file == "dnsmasq.conf":
        return "dns"
    ours = file in ("dovecot.conf", "tls.crt")
    return spec.service("dovecot" if ours else "postfix", site.domain)


def _value(spec: LabSpec, site: Site, change: Change, text: str, made: Change | None) -> str | None:
    if change.file not in CONFIGURATION:
        from labctl.render.certificate import good_until

        return good_until(chain_shown(spec, site.domain))
    read = read_setting(change.file, text, change.setting)
    return made.value if read is None and made else read
