"""Measure what a site's servers do: by short sessions of labctl's own, and by asking inside."""

import secrets
from collections.abc import Callable
from dataclasses import replace

from labctl.engine.protocol import Engine
from labctl.errors import LabError
from labctl.mail.imap import ImapClient
from labctl.mail.problem import MailProblem, NotReachable, TlsProblem
from labctl.mail.smtp import SmtpClient
from labctl.model.lab import EndpointName, LabSpec, Site
from labctl.model.policy import ASPECTS, USUAL, Aspect, Policy
from labctl.verbs.targets import target_of

_OUTSIDE = "someone@example.org"  # RFC 2606: in no lab
_PATIENCE = 3.0  # seconds for each line of an answer
_OVER = "has expired"  # OpenSSL's words
_NOT_HERE = "closed"
_COLUMNS = 4  # type, value, limit, percent, behind the name, which may have several words
_AMPLE = {"STORAGE": 1024, "MESSAGE": 100}  # kilobytes, messages
_LMTP = "exec 3<>/dev/tcp/127.0.0.1/24"

ALL = frozenset(ASPECTS)


def measure(engine: Engine, spec: LabSpec, site: Site, aspects: frozenset[Aspect] = ALL) -> Policy:
    """What one site's servers do, in these respects."""
    measured: dict[str, str] = {}
    for names, ask in _QUESTIONS:
        if aspects & names:
            measured |= ask(engine, spec, site)
    return replace(USUAL.only(frozenset()), **measured).only(aspects)


def _smtp(_engine: Engine, spec: LabSpec, site: Site) -> dict[str, str]:
    """What port 25 says to a stranger; each time another one, whom no greylist knows."""
    sender = f"probe-{secrets.token_hex(6)}@example.net"
    try:
        with SmtpClient(target_of(spec, "smtp", site.domain), timeout=_PATIENCE) as smtp:
            smtp.connect()
            smtp.ehlo()
            smtp.mail(sender)
            found = {
                "outside": str(smtp.rcpt(_OUTSIDE).code),
                "local": str(smtp.rcpt(site.accounts[0].address).code),
            }
            _labctls_own(smtp)
    except MailProblem:
        return {"outside": _NOT_HERE, "local": _NOT_HERE}
    return found


def _labctls_own(smtp: SmtpClient) -> None:
    """By three NOOPs Postfix's log tells that this was no client."""
    for _ in range(3):
        smtp.noop()
    smtp.quit()


def _starttls(_engine: Engine, spec: LabSpec, site: Site) -> dict[str, str]:
    try:
        with SmtpClient(target_of(spec, "submission", site.domain), timeout=_PATIENCE) as smtp:
            smtp.connect()
            offered = {"STARTTLS" in smtp.ehlo().extensions}
            _labctls_own(smtp)
        with ImapClient(target_of(spec, "imap", site.domain), timeout=_PATIENCE) as imap:
            imap.connect()
            offered.add("STARTTLS" in imap.capability().capabilities)
            imap.logout()
    except MailProblem:
        return {"starttls": _NOT_HERE}
    return {"starttls": _together({"offered" if one else "missing" for one in offered})}


def _together(said: set[str]) -> str:
    return said.pop() if len(said) == 1 else "mixed"


def _under_tls(_engine: Engine, spec: LabSpec, site: Site) -> dict[str, str]:
    answers = {_handshake(spec, site, name) for name in ("submissions", "imaps")}
    shown = answers - {_NOT_HERE}
    return {
        "implicit": _together({"open" if a != _NOT_HERE else _NOT_HERE for a in answers}),
        "certificate": _together(shown) if shown else "none",
    }


def _handshake(spec: LabSpec, site: Site, name: EndpointName) -> str:
    target = target_of(spec, name, site.domain)
    try:
        if name == "imaps":
            with ImapClient(target, timeout=_PATIENCE) as imap:
                imap.connect()
                imap.logout()
        else:
            with SmtpClient(target, timeout=_PATIENCE) as smtp:
                smtp.connect()
                _labctls_own(smtp)
    except NotReachable:
        return _NOT_HERE
    except TlsProblem as problem:
        # Docker's own proxy takes the connection for a port on which nobody listens.
        return "expired" if _OVER in str(problem) else _NOT_HERE
    except MailProblem:
        return _NOT_HERE
    return "valid"


def _quota(engine: Engine, spec: LabSpec, site: Site) -> dict[str, str]:
    dovecot = spec.service("dovecot", site.domain)
    who = site.accounts[0].address
    said = _inside(engine, spec, dovecot, "doveadm", "quota", "get", "-u", who)
    return {"quota": "tight" if any(map(_is_tight, said.splitlines())) else "ample"}


def _is_tight(line: str) -> bool:
    """Of ``mailbox MESSAGE 3 5 60``: whether the limit (kilobytes, or messages) is small."""
    columns = line.split()
    if len(columns) <= _COLUMNS or not columns[-2].isdecimal():
        return False
    return int(columns[-2]) < _AMPLE.get(columns[-4], 0)


def _delivery(engine: Engine, spec: LabSpec, site: Site) -> dict[str, str]:
    dovecot = spec.service("dovecot", site.domain)
    said = _inside(engine, spec, dovecot, "bash", "-c", f"{_LMTP} && echo open")
    return {"delivery": "open" if "open" in said.split() else _NOT_HERE}


def _mx(engine: Engine, spec: LabSpec, site: Site) -> dict[str, str]:
    if spec.dns is None:
        return {"mx": "right"}  # nobody needs one
    said = _inside(engine, spec, "dns", "drill", "-Q", "MX", site.domain, "@127.0.0.1")
    return {"mx": "right" if f" {site.postfix.name}." in said else "wrong"}


def _inside(engine: Engine, spec: LabSpec, service: str, *argv: str) -> str:
    """What a command inside a service says; nothing, where it does not run."""
    try:
        return engine.exec(spec.name, service, argv).stdout
    except LabError:
        return ""


_Question = Callable[[Engine, LabSpec, Site], dict[str, str]]
_QUESTIONS: tuple[tuple[frozenset[Aspect], _Question], ...] = (
    (frozenset({"mx"}), _mx),
    (frozenset({"delivery"}), _delivery),
    (frozenset({"quota"}), _quota),
    (frozenset({"starttls"}), _starttls),
    (frozenset({"implicit", "certificate"}), _under_tls),
    (frozenset({"outside", "local"}), _smtp),
)
