"""The services of the Compose document: what each mounts, publishes and may use."""

from dataclasses import dataclass

from labctl.model.lab import Endpoint, Host, LabSpec, Limits, Service, Site
from labctl.model.plan import PlanFile

_MEGABYTE = 1024 * 1024
# Measured: 1,000 messages over 20 connections, 20 mail clients under TLS.
_POSTFIX_MEGABYTES = 128
_DOVECOT_MEGABYTES = 192
_LARGE = 50 * _MEGABYTE  # messages beyond this are handed over one by one


def lmtp_at_once(limits: Limits) -> int:
    """How many messages Postfix hands over at a time: each has a copy in Dovecot's ``/tmp``."""
    return 4 if limits.message_size <= _LARGE else 1


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """One service of the Compose document."""

    name: str  # postfix; postfix-beta for a second site
    kind: Service
    site: Site
    host: Host
    aliases: tuple[str, ...]
    endpoints: tuple[Endpoint, ...]
    megabytes: int
    pids: int
    volumes: dict[str, str]  # name of a volume -> where it is mounted
    tmpfs: tuple[str, ...]
    megabytes_of_mail: int = 0  # the mail volume is memory of that size; 0: a plain volume
    files: tuple[PlanFile, ...] = ()


def _suffix(lab: LabSpec, site: Site) -> str:
    return "" if site is lab.sites[0] else f"-{site.domain.partition('.')[0]}"


def _endpoints(lab: LabSpec, site: Site, kind: Service) -> tuple[Endpoint, ...]:
    return tuple(e for e in lab.endpoints if e.service == kind) if site is lab.sites[0] else ()


def postfix(lab: LabSpec, site: Site) -> ServicePlan:
    """The Postfix of a site: its queue is a volume, mail it does not see."""
    suffix = _suffix(lab, site)
    return ServicePlan(
        name=f"postfix{suffix}",
        kind="postfix",
        site=site,
        host=site.postfix,
        aliases=(site.postfix.name, f"smtp.{site.domain}"),
        endpoints=_endpoints(lab, site, "postfix"),
        megabytes=_POSTFIX_MEGABYTES,
        pids=256,
        volumes={
            f"postfix-config{suffix}": "/etc/labctl",
            f"queue{suffix}": "/var/spool/postfix",
        },
        tmpfs=("/var/lib/postfix:uid=5001,gid=5001,mode=0700,size=1m",),
    )


def dovecot(lab: LabSpec, site: Site) -> ServicePlan:
    """The Dovecot of a site: the only one that mounts the mail."""
    suffix = _suffix(lab, site)
    limits = lab.limits
    spool = 16 + lmtp_at_once(limits) * -(-limits.message_size // _MEGABYTE)
    return ServicePlan(
        name=f"dovecot{suffix}",
        kind="dovecot",
        site=site,
        host=site.dovecot,
        aliases=tuple(f"{host}.{site.domain}" for host in ("imap", "pop", "mail")),
        endpoints=_endpoints(lab, site, "dovecot"),
        megabytes=_DOVECOT_MEGABYTES + spool + limits.mailbox_megabytes,
        pids=512,
        volumes={f"dovecot-config{suffix}": "/etc/labctl", f"mail{suffix}": "/srv/mail"},
        tmpfs=(
            "/run/dovecot:uid=5000,gid=5000,mode=0755,size=4m",
            f"/tmp:uid=5000,gid=5000,mode=0700,size={spool}m",  # noqa: S108 - the container's own
        ),
        megabytes_of_mail=limits.mailbox_megabytes,
    )
