"""From a LabSpec to the Plan of its client container: the tools' settings for this lab's people."""

from ipaddress import ip_address
from typing import Final

from labctl.model.lab import Account, LabSpec
from labctl.model.plan import Plan, PlanFile
from labctl.render import services
from labctl.render.plan import fill

HOME: Final = "/home/participant"
_CONFIG = "/etc/labctl"
_PERSON = 1000  # the user and group of the client's image


def _secret(account: Account) -> str:
    """Where a password lies: the tools read it from there, it stands in no command."""
    return f"{HOME}/.passwords/{account.address}"


def _quoted(word: str) -> str:
    """A word in double quotes, as fetchmail reads it (C's escapes)."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _files(lab: LabSpec) -> dict[str, tuple[str, int]]:
    """What the container holds: where, the text, and who may read it."""
    first = lab.accounts[0]
    sites = lab.sites
    home = {
        "lab-ca.pem": (lab.certificate.ca_pem, 0o644),
        ".msmtprc": (fill("client/msmtprc.j2", sites=sites, secret=_secret), 0o600),
        ".mbsyncrc": (fill("client/mbsyncrc.j2", sites=sites, secret=_secret), 0o600),
        ".fetchmailrc": (fill("client/fetchmailrc.j2", sites=sites, quoted=_quoted), 0o600),
    }
    if lab.dns:  # Docker's resolver would answer reverse questions itself, with container names
        home[".digrc"] = (f"@{lab.dns.address}\n", 0o644)
    for site in sites:
        for account in site.accounts:
            secret = _secret(account)
            text = fill("client/muttrc.j2", account=account, site=site, secret=secret)
            home[f"mutt/{account.address}"] = (text, 0o600)
            home[f".passwords/{account.address}"] = (account.password + "\n", 0o600)
            if account == first:
                home[".muttrc"] = (text, 0o600)
    found = {f"{HOME}/{name}": file for name, file in home.items()}
    found[f"{_CONFIG}/ca.pem"] = (lab.certificate.ca_pem, 0o644)
    found[f"{_CONFIG}/rinetd.conf"] = (
        fill("client/rinetd.conf.j2", forwards=_forwards(lab)),
        0o644,
    )
    return found


def _forwards(lab: LabSpec) -> list[tuple[str, int, str, int]]:
    """This machine's ports, as they are printed, to the servers behind them.

    One that is published beyond loopback is reached there, from the container too.
    """
    return [
        (e.host, e.port, getattr(site, e.service).address, e.documented)
        for site in lab.sites
        for e in lab.endpoints_of(site.domain)
        if ip_address(e.host).is_loopback
    ]


def _hosts(lab: LabSpec) -> dict[str, str]:
    """All names of all servers: a server that is stopped keeps its address."""
    found: dict[str, str] = {}
    for site in lab.sites:
        for plan in (services.postfix(lab, site), services.dovecot(lab, site)):
            for name in (plan.name, plan.host.name, *plan.aliases):
                found.setdefault(name, plan.host.address)
    return found


def _address(lab: LabSpec) -> str:
    """The last of the subnet that no server has."""
    servers = [host for site in lab.sites for host in (site.postfix, site.dovecot)]
    taken = {host.address for host in (*servers, lab.dns, lab.filter) if host is not None}
    taken |= {lab.dns.address} if lab.dns else set()
    return next(str(a) for a in reversed(list(lab.subnet.hosts())) if str(a) not in taken)


def render_client(lab: LabSpec, image: str) -> Plan:
    """The Plan of a lab's client container; the same lab gives the same bytes."""
    files, targets = [], {}
    for target, (text, mode) in _files(lab).items():
        path = f"client{target}"
        targets[path] = target
        owner = _PERSON if target.startswith(HOME) else 0
        files.append(PlanFile(path, text.encode(), mode, owner, owner))
    document = fill(
        "client.yaml.j2",
        lab=lab,
        image=image,
        address=_address(lab),
        hosts=_hosts(lab),
        ipv6=any(":" in e.host for e in lab.endpoints),
        files=files,
        targets=targets,
    )
    return Plan(lab.name, document, tuple(files))
