"""The services of the Compose document: what each mounts, publishes and may use."""

from dataclasses import dataclass

from labctl.model.capacity import DISK_LEFT
from labctl.model.lab import Endpoint, Host, LabSpec, Limits, Service, Site
from labctl.model.plan import PlanFile

_MEGABYTE = 1024 * 1024
# Measured: 1,000 messages over 20 connections, 20 mail clients under TLS.
_POSTFIX_MEGABYTES = 128
_DOVECOT_MEGABYTES = 192
_DNS_MEGABYTES = 32
_RAWLOG_MEGABYTES = 8  # what clients say, while somebody listens
_FILTER_MEGABYTES = 48
_FIRST_FILTER_PORT = 8891  # as OpenDKIM's own examples have it
_LARGE = 50 * _MEGABYTE  # messages beyond this are handed over one by one


def lmtp_at_once(limits: Limits) -> int:
    """How many messages Postfix hands over at a time: each has a copy in Dovecot's ``/tmp``."""
    return 4 if limits.message_size <= _LARGE else 1


def left_free(limits: Limits) -> int:
    """Bytes of its disk below which a seat takes no more mail: Postfix wants 1.5 messages at least.

    Source: https://www.postfix.org/postconf.5.html#queue_minfree
    """
    return max(DISK_LEFT * _MEGABYTE, 2 * limits.message_size)


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """One service of the Compose document."""

    name: str  # postfix; postfix-beta for a second site
    kind: Service
    domain: str  # of its site; empty: for the whole lab
    host: Host
    aliases: tuple[str, ...]
    endpoints: tuple[Endpoint, ...]
    megabytes: int
    pids: int
    volumes: dict[str, str]  # name of a volume -> where it is mounted
    tmpfs: tuple[str, ...]
    cores: float  # the most it takes of the processors, in a workshop
    weight: int  # beside others that want them, too; 1024 is the usual
    megabytes_of_mail: int = 0  # the mail volume is memory of that size; 0: a plain volume
    files: tuple[PlanFile, ...] = ()


def _endpoints(lab: LabSpec, site: Site, kind: Service) -> tuple[Endpoint, ...]:
    return tuple(e for e in lab.endpoints_of(site.domain) if e.service == kind)


def postfix(lab: LabSpec, site: Site) -> ServicePlan:
    """The Postfix of a site: its queue is a volume, mail it does not see."""
    name = lab.service("postfix", site.domain)
    suffix = name.removeprefix("postfix")
    return ServicePlan(
        name=name,
        kind="postfix",
        domain=site.domain,
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
        cores=0.5,
        weight=512,
    )


def dovecot(lab: LabSpec, site: Site) -> ServicePlan:
    """The Dovecot of a site: the only one that mounts the mail."""
    name = lab.service("dovecot", site.domain)
    suffix = name.removeprefix("dovecot")
    limits = lab.limits
    spool = 16 + lmtp_at_once(limits) * -(-limits.message_size // _MEGABYTE)
    return ServicePlan(
        name=name,
        kind="dovecot",
        domain=site.domain,
        host=site.dovecot,
        aliases=tuple(f"{host}.{site.domain}" for host in ("imap", "pop", "mail")),
        endpoints=_endpoints(lab, site, "dovecot"),
        megabytes=_DOVECOT_MEGABYTES + _RAWLOG_MEGABYTES + spool + limits.mailbox_megabytes,
        pids=512,
        volumes={f"dovecot-config{suffix}": "/etc/labctl", f"mail{suffix}": "/srv/mail"},
        tmpfs=(
            "/run/dovecot:uid=5000,gid=5000,mode=0755,size=4m",
            f"/tmp:uid=5000,gid=5000,mode=0700,size={spool}m",  # noqa: S108 - the container's own
            f"/run/rawlog:uid=5000,gid=5000,mode=0700,size={_RAWLOG_MEGABYTES}m",
        ),
        cores=0.5,
        weight=1024,
        megabytes_of_mail=limits.mailbox_megabytes,
    )


def dns(host: Host) -> ServicePlan:
    """The lab's DNS server: the records of all sites, and nothing beyond them."""
    return ServicePlan(
        name="dns",
        kind="dns",
        domain="",
        host=host,
        aliases=(host.name,),
        endpoints=(),
        megabytes=_DNS_MEGABYTES,
        pids=16,
        volumes={"dns-config": "/etc/labctl"},
        tmpfs=(),
        cores=0.25,
        weight=512,
    )


def filter_ports(lab: LabSpec) -> tuple[int, ...]:
    """Where the filter is asked: about each site's signatures, then about SPF and DMARC."""
    return tuple(_FIRST_FILTER_PORT + number for number in range(len(lab.sites) + 1))


def filter_(host: Host) -> ServicePlan:
    """What signs and checks the mail between sites."""
    return ServicePlan(
        name="filter",
        kind="filter",
        domain="",
        host=host,
        aliases=(host.name,),
        endpoints=(),
        megabytes=_FILTER_MEGABYTES,
        pids=128,  # a thread a session
        volumes={"filter-config": "/etc/labctl"},
        tmpfs=(),
        cores=0.25,
        weight=512,
    )
