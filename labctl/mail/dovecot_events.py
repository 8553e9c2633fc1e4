"""Dovecot's exported events: one JSON object a line of its log, as small values. Pure.

Source: https://doc.dovecot.org/2.4.1/core/admin/event_export.html and what Dovecot 2.4.1 writes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from labctl.model.shown import legible

_MARK = 'stats: Info: {"event":'
_SECRET = frozenset({"LOGIN", "AUTHENTICATE", "PASS", "APOP", "AUTH", "USER"})


@dataclass(frozen=True, slots=True)
class CommandDone:
    """One IMAP or POP3 command of a client that has logged in."""

    protocol: str  # imap, pop3
    session: str  # Dovecot's name for it; POP3's events do not tell it
    remote: str  # address and port of the client: 10.0.0.1:5000
    local_port: str
    user: str
    at: int  # nanoseconds since the epoch: when it was done
    name: str  # in capitals: FETCH, UID FETCH, RETR
    arguments: str
    reply: str  # OK, NO, BAD; of POP3: OK, FAIL
    tag: str = ""  # IMAP's


@dataclass(frozen=True, slots=True)
class LoginTried:
    """Somebody gave a name and a password, right or wrong."""

    protocol: str  # imap, pop3, smtp
    session: str
    remote: str  # address and port of the client
    local_port: str
    user: str
    tls: bool
    at: int  # nanoseconds since the epoch
    ok: bool
    mechanism: str = ""  # PLAIN, LOGIN


def parse_event(line: str) -> CommandDone | LoginTried | None:
    """What an exported event says; ``None`` for every other line."""
    start = line.find(_MARK)
    if start < 0:
        return None
    try:
        data = json.loads(line[start + len("stats: Info: ") :])
    except (ValueError, RecursionError):
        return None
    fields = data.get("fields")
    if not isinstance(fields, dict):
        return None
    name, at = data.get("event"), _nanoseconds(data.get("end_time"))
    if name in ("imap_command_finished", "pop3_command_finished"):
        return _command(name[:4], fields, at)
    return _login(fields, at) if name == "auth_request_finished" else None


def _command(protocol: str, fields: Mapping[str, object], at: int) -> CommandDone:
    name = _text(fields, "cmd_name").upper()
    typed = _text(fields, "cmd_input_name").upper()
    if name in ("", "UNKNOWN"):
        name = typed
    return CommandDone(
        protocol=protocol.removesuffix("_"),
        session=_text(fields, "session"),
        remote=_remote(fields),
        local_port=_text(fields, "local_port"),
        user=_text(fields, "user"),
        at=at,
        name=name,
        arguments="***" if _SECRET & {name, typed} else _text(fields, "cmd_args"),
        reply=_text(fields, "tagged_reply_state") or _text(fields, "reply_state"),
        tag=_text(fields, "cmd_tag"),
    )


def _login(fields: Mapping[str, object], at: int) -> LoginTried:
    return LoginTried(
        protocol=_text(fields, "protocol"),
        session=_text(fields, "session"),
        remote=_remote(fields),
        local_port=_text(fields, "local_port"),
        user=_text(fields, "user") or _text(fields, "original_user").strip(),
        tls=_text(fields, "transport") == "TLS",
        at=at,
        ok=_text(fields, "success") == "yes",
        mechanism=_text(fields, "mechanism"),
    )


def _remote(fields: Mapping[str, object]) -> str:
    return f"{_text(fields, 'remote_ip')}:{_text(fields, 'remote_port')}"


def _text(fields: Mapping[str, object], key: str) -> str:
    value = fields.get(key)
    return legible(str(value)) if isinstance(value, str | int) else ""


def _nanoseconds(seconds: object) -> int:
    if not isinstance(seconds, int | float) or not 0 <= seconds < 1e10:
        return 0
    return round(seconds * 1e6) * 1000
