"""Dovecot's log, line by line, as small values. Pure.

A line may begin with a time or not; both 2.3's and 2.4's words are known.
Source: https://doc.dovecot.org/2.4.1/core/admin/logging.html and what Dovecot 2.4.1 writes.
"""

import re
from dataclasses import dataclass

_LOGIN = re.compile(r"(?:^|\s)(imap|pop3|submission)-login: (?:Info: )?(?:Login|Logged in): (.*)")
_REFUSED = re.compile(
    r"(?:^|\s)(imap|pop3|submission)-login: (?:Info: )?"
    r"(?:Login aborted|Login failed|Aborted login|Disconnected)(?:: (.*?))?: (user=<.*)"
)
_SESSION = re.compile(
    r"(?:^|\s)(imap|pop3|lmtp)\(([^)]*)\)(?:<[^>]*>)?<([^>]*)>: (?:Info: )?(.*)", re.DOTALL
)
_SAVED = re.compile(r"msgid=(.*): saved mail to (.*)", re.DOTALL)
_MAIL_LOG = re.compile(r"(?:Mailbox [^\n]*?: )?([a-z_]+)(?: from (.*?))?: (box=.*)", re.DOTALL)
_FIELD = re.compile(
    r"(?:^|, )(box|uid|msgid|size|flags)=(.*?)(?=, (?:box|uid|msgid|size|flags)=|$)"
)
_COUNTER = re.compile(r"([\w-]+)=([^\s,]+)")


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A client logged in."""

    protocol: str  # imap, pop3
    user: str
    method: str  # PLAIN, LOGIN
    tls: bool
    session: str  # Dovecot's name for the session
    remote: str  # the client's address, as the server sees it
    local_port: str  # empty unless logged
    pid: str = ""  # of the process that serves the session


@dataclass(frozen=True, slots=True)
class LoginRefused:
    """A client left without having logged in."""

    protocol: str
    user: str  # empty when it did not even try
    tls: bool
    reason: str  # e.g. "Cleartext authentication disabled"
    session: str = ""
    remote: str = ""  # the client's address
    local_port: str = ""


@dataclass(frozen=True, slots=True)
class LoggedOut:
    """A session ended: by LOGOUT or QUIT (``polite``), or with the connection."""

    protocol: str
    user: str
    session: str
    polite: bool
    counters: tuple[tuple[str, str], ...]  # e.g. ("retr", "1/477"), ("del", "1/462")


@dataclass(frozen=True, slots=True)
class Saved:
    """LMTP put a message into a mailbox."""

    user: str
    message_id: str
    mailbox: str


@dataclass(frozen=True, slots=True)
class MailEvent:
    """Something happened to a message: save, copy, flag_change, delete, undelete, expunge."""

    kind: str
    protocol: str
    user: str
    session: str
    box: str
    origin: str  # of a copy: the mailbox it came from
    uid: str
    message_id: str
    size: str  # bytes
    flags: str


DovecotEvent = LoggedIn | LoginRefused | LoggedOut | Saved | MailEvent


def parse_line(line: str) -> DovecotEvent | None:
    """What one line of the log says; ``None`` for what a lab does not need to know."""
    if found := _LOGIN.search(line):
        return _logged_in(found[1], found[2])
    if found := _REFUSED.search(line):
        return _login_refused(found[1], found[2] or "", found[3])
    if found := _SESSION.search(line):
        return _of_session(found[1], found[2], found[3], found[4])
    return None


def _logged_in(protocol: str, text: str) -> LoggedIn | None:
    words = _words(text)
    if "user" not in words:
        return None
    return LoggedIn(
        protocol=protocol,
        user=words["user"],
        method=words.get("method", ""),
        tls=", TLS" in text,
        session=words.get("session", ""),
        remote=words.get("rip", ""),
        local_port=words.get("lport", ""),
        pid=words.get("mpid", ""),
    )


def _login_refused(protocol: str, reason: str, text: str) -> LoginRefused:
    words = _words(text)
    return LoginRefused(
        protocol=protocol,
        user=words.get("user", ""),
        tls=", TLS" in text,
        reason=reason,
        session=words.get("session", ""),
        remote=words.get("rip", ""),
        local_port=words.get("lport", ""),
    )


def _of_session(protocol: str, user: str, session: str, text: str) -> DovecotEvent | None:
    if found := _MAIL_LOG.fullmatch(text):
        fields = dict(_FIELD.findall(found[3]))
        return MailEvent(
            kind=found[1],
            protocol=protocol,
            user=user,
            session=session,
            box=fields.get("box", ""),
            origin=found[2] or "",
            uid=fields.get("uid", ""),
            message_id=fields.get("msgid", ""),
            size=fields.get("size", ""),
            flags=fields.get("flags", "").strip("()"),
        )
    if found := _SAVED.fullmatch(text):
        return Saved(user, found[1].strip(), found[2].strip("'"))
    if text.startswith(("Disconnected: ", "Connection closed", "Logged out")):
        polite = "Logged out" in text.partition("=")[0]
        return LoggedOut(protocol, user, session, polite, tuple(_COUNTER.findall(text)))
    return None


def _words(text: str) -> dict[str, str]:
    """``user=<alice@alpha.test>, method=PLAIN, …`` as a dictionary, without angle brackets."""
    found = re.findall(r"(?:^|, )(\w+)=(<[^>]*>|[^,\s]*)", text)
    return {name: value.removeprefix("<").removesuffix(">") for name, value in found}
