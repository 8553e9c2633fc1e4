"""From a LabSpec to its Plan: the Compose document and the files of the containers."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from ipaddress import ip_address
from typing import TYPE_CHECKING

from labctl.model.lab import Account, Endpoint, LabSpec, Service, Site
from labctl.model.plan import Plan, PlanFile
from labctl.render import services
from labctl.render.passwords import hashed
from labctl.render.profile import Change
from labctl.render.profiles import CATALOGUE
from labctl.render.settings import CONFIGURATION, write_setting
from labctl.render.state import dump_state
from labctl.shipped import shipped

if TYPE_CHECKING:
    from jinja2 import Environment

_VMAIL = 5000  # the user and group of Dovecot's image
_FILTER = 5004  # and of the filter's
DOCUMENT = "compose.yaml"


@cache
def _templates() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader([shipped("templates"), shipped("compose")]),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - Postfix's and Dovecot's files are no HTML
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def fill(template: str, **values: object) -> str:
    """A template of ours, filled in; a value that is not there is an error."""
    return _templates().get_template(template).render(**values)


def _postfix_files(lab: LabSpec, site: Site, folder: str) -> list[PlanFile]:
    values = {
        "lab": lab,
        "site": site,
        "lmtp_at_once": services.lmtp_at_once(lab.limits),
        "left_free": services.left_free(lab.limits),
        "milters": _milters(lab, site),
    }
    files = [
        PlanFile(f"{folder}/{name}", fill(f"postfix/{name}.j2", **values).encode())
        for name in ("main.cf", "master.cf", "accounts", "aliases", "debug_peers")
    ]
    if lab.dns:
        files += [
            PlanFile(f"{folder}/transport", fill("postfix/transport.j2", **values).encode()),
            PlanFile(
                f"{folder}/resolv.conf",
                fill("postfix/resolv.conf.j2", **values).encode(),
                elsewhere="/var/spool/postfix/etc/resolv.conf",
            ),
        ]
    chain = lab.certificate.key_pem + chain_shown(lab, site.domain)
    files.append(PlanFile(f"{folder}/tls.pem", chain.encode(), 0o600))
    if site is lab.sites[0]:
        files.append(PlanFile(f"{folder}/lab.json", dump_state(lab), 0o600, live=True))
    return files


def _dovecot_files(
    lab: LabSpec, site: Site, folder: str, reader_group: int | None
) -> list[PlanFile]:
    def hash_of(account: Account) -> str:
        return hashed(account, lab.certificate.ca_key_pem)

    loopback = ip_address(lab.bind).is_loopback
    secret = 0o600 if reader_group is None else 0o640
    group = _VMAIL if reader_group is None else reader_group
    conf = fill("dovecot/dovecot.conf.j2", lab=lab, site=site, loopback=loopback)
    users = fill("dovecot/users.j2", site=site, hashed=hash_of)
    return [
        PlanFile(f"{folder}/dovecot.conf", conf.encode()),
        PlanFile(f"{folder}/login.sh", fill("dovecot/login.sh.j2").encode()),
        PlanFile(f"{folder}/users", users.encode(), secret, _VMAIL, group),
        PlanFile(f"{folder}/tls.crt", chain_shown(lab, site.domain).encode()),
        PlanFile(f"{folder}/tls.key", lab.certificate.key_pem.encode(), secret, _VMAIL, group),
    ]


def _milters(lab: LabSpec, site: Site) -> tuple[str, ...]:
    """Whom a site's Postfix asks about each message: about its signature, then about the rest."""
    if not lab.filter:
        return ()
    *of_sites, last = services.filter_ports(lab)
    ports = (of_sites[lab.sites.index(site)], last)
    return tuple(f"inet:{lab.filter.address}:{port}" for port in ports)


def _filter_files(lab: LabSpec, reader_group: int | None) -> tuple[PlanFile, ...]:
    secret = 0o600 if reader_group is None else 0o640
    group = _FILTER if reader_group is None else reader_group
    *of_sites, last = services.filter_ports(lab)
    files = [
        PlanFile("filter/unbound.conf", fill("filter/unbound.conf.j2", lab=lab).encode()),
        PlanFile("filter/opendmarc.conf", fill("filter/opendmarc.conf.j2", port=last).encode()),
    ]
    for site, port in zip(lab.sites, of_sites, strict=True):
        conf = fill("filter/opendkim.conf.j2", site=site, port=port)
        pem = site.dkim.private_pem if site.dkim else ""
        files += [
            PlanFile(f"filter/opendkim-{site.domain}.conf", conf.encode()),
            PlanFile(f"filter/{site.domain}.pem", pem.encode(), secret, _FILTER, group),
        ]
    return tuple(files)


def chain_shown(lab: LabSpec, domain: str) -> str:
    """The certificate that a site's servers show."""
    expired = lab.profile.at(domain) == "expired-certificate"
    return lab.certificate.expired_pem if expired else lab.certificate.chain_pem


def _in_profile(spec: LabSpec, site: Site, kind: Service, files: list[PlanFile]) -> list[PlanFile]:
    """The files with what the site's profile changes in them, and the script that it needs."""
    profile = CATALOGUE[spec.profile.at(site.domain)]
    changed = [_changed(file, profile.changes(spec, site)) for file in files]
    if script := profile.script(kind):
        folder = files[0].path.partition("/")[0]
        content = shipped("templates") / "profiles" / script
        changed.append(PlanFile(f"{folder}/{script}", content.read_bytes()))
    return changed


def _changed(file: PlanFile, changes: Iterable[Change]) -> PlanFile:
    name = file.path.rpartition("/")[2]
    text = file.content.decode()
    for change in changes:
        if change.file == name and name in CONFIGURATION:
            text = write_setting(name, text, change.setting, change.value)
    return replace(file, content=text.encode())


def render(spec: LabSpec, *, reader_group: int | None = None) -> Plan:
    """The Plan of a lab; the same spec gives the same bytes.

    Args:
        spec: the lab.
        reader_group: for files that plain Compose mounts from a directory whose owner is not root:
            a group of theirs, by which Dovecot may read its key and its users. Without it the files
            belong to the users that the servers need; labctl puts them into volumes so.
    """
    planned: list[services.ServicePlan] = []
    if spec.dns:  # first, so that it starts first: the others ask it
        conf = fill("dns/dnsmasq.conf.j2", lab=spec)
        files = [PlanFile("dns/dnsmasq.conf", conf.encode())]
        for site in spec.sites:
            files = _in_profile(spec, site, "dns", files)
        planned.append(replace(services.dns(spec.dns), files=tuple(files)))
    if spec.filter:
        planned.append(
            replace(services.filter_(spec.filter), files=_filter_files(spec, reader_group))
        )
    for site in spec.sites:
        mta = services.postfix(spec, site)
        mda = services.dovecot(spec, site)
        for plan, files in (
            (mta, _postfix_files(spec, site, mta.name)),
            (mda, _dovecot_files(spec, site, mda.name, reader_group)),
        ):
            in_force = _in_profile(spec, site, plan.kind, files)
            planned.append(replace(plan, files=tuple(in_force)))
    document = fill(
        "lab.yaml.j2",
        lab=spec,
        services=planned,
        gateway=spec.subnet[1],
        published=lambda endpoint: _published(spec.bind, endpoint),
        reader_group=reader_group,
    )
    return Plan(spec.name, document, tuple(file for service in planned for file in service.files))


def _published(bind: str, endpoint: Endpoint) -> str:
    host = f"[{bind}]" if ":" in bind else bind
    return f"{host}:{endpoint.port}:{endpoint.documented}"
