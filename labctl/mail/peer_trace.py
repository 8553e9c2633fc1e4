"""Postfix's trace of what a client says: its lines of dialogue, and the noise around them. Pure.

With a peer in ``debug_peer_list`` each smtpd and lmtp logs ``>`` what it says and ``<`` what it
hears, among some 300 lines about itself; in ``lmtp`` Postfix is the client.
Source: https://www.postfix.org/DEBUG_README.html#debug_peer and what Postfix 3.10 writes.
"""

import re
from collections import deque
from dataclasses import dataclass
from typing import Literal

from labctl.mail.mask import HIDDEN, Mask
from labctl.mail.spoken import spoken_line
from labctl.model.clientsession import Command
from labctl.model.dialogue import Line

_DAEMON = r"(?:^|\s)postfix(?:/(submissions?))?/(smtpd|lmtp|smtp)\[([0-9]+)\]: "
_SPOKEN = re.compile(_DAEMON + r"([<>]) (\S*)\[([^\]]*)\](?::[0-9]+)?: (.*)", re.DOTALL)
_DAEMONS = ("smtpd[", "lmtp[", "smtp[")
# What these daemons say of themselves begins with the name of a function, most of the time.
_NOISE = (
    *(
        ">>> ",
        "send attr ",
        "input attribute ",
        "connect to subsystem ",
        "trying... ",
        "name_mask: ",
    ),
    *("before input_transp_cleanup: ", "after input_transp_cleanup: ", "server features: "),
    *("Using LMTP PIPELINING", "Using ESMTP PIPELINING", "match_", "smtp_", "smtpd_", "lmtp_"),
    *("xsasl_", "sasl_mech_filter", "extract_addr", "rewrite_clnt", "resolve_clnt", "ctable_"),
    *("permit_", "reject_", "check_", "generic_checks", "maps_", "mail_addr_", "fsspace", "dict_"),
    *("auto_clnt_", "attr_clnt_", "event_", "watchdog_", "vstream_", "anvil_clnt", "tls_", "dns_"),
    *("cleanup_", "been_here", "deliver_", "mime_", "quote_", "tok822", "inet_", "sock_", "cidr_"),
    *("valid_", "domain_", "own_inet", "debug_peer", "master_notify", "policy_client", "verify_"),
)
_LOGGED_IN = re.compile(
    r"xsasl_dovecot_handle_reply: auth reply: OK\?[0-9]+\?user=([^\s?]+)(?:\?|$)"
)
_WANTED = ": wanted attribute: "
_REPLY = re.compile(r"([0-9]{3})([ -]?)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line of dialogue."""

    daemon: str  # smtpd, lmtp, smtp
    service: str  # submission, submissions; empty: smtp
    pid: str
    sender: Literal["C", "S"]
    text: str


def parse_spoken(line: str) -> Spoken | None:
    """What a line of the log quotes; ``None`` for every other one."""
    if "]: > " not in line and "]: < " not in line:
        return None
    if not (found := _SPOKEN.search(line)):
        return None
    heard = (found[4] == "<") == (found[2] == "smtpd")
    return Spoken(found[2], found[1] or "", found[3], "C" if heard else "S", found[7])


def is_noise(line: str) -> bool:
    """Whether Postfix speaks of itself, because it was asked to: no word of a dialogue."""
    begins = line.find("]: ")
    if begins < 0 or "postfix" not in line[:begins]:
        return False
    if not line[:begins].rpartition("/")[2].startswith(_DAEMONS):
        return False
    return line.startswith(_NOISE, begins + 3) or line.find(_WANTED, begins, begins + 80) >= 0


def tells_login(line: str) -> str:
    """Who has just logged in; empty for every other line. Without it the first message tells."""
    if "auth reply: OK" not in line:
        return ""
    found = _LOGGED_IN.search(line)
    return found[1] if found else ""


def is_trace(line: str) -> bool:
    """Whether a line of Postfix's log is there only because somebody listens; some hold secrets."""
    return is_noise(line) or parse_spoken(line) is not None


class SmtpTalk:
    """The dialogue of one SMTP session: its lines, and the commands with their replies."""

    def __init__(self) -> None:
        self._mask = Mask("smtp")
        self._login = False  # until the server has said how it ended, every word may be a secret
        self._open: deque[tuple[str, str]] = deque(maxlen=100)  # asked, and not answered yet

    def feed(self, at: int, spoken: Spoken, *, tls: bool) -> tuple[Line, Command | None]:
        """One line as it may be shown, and the command that it answers, if it does."""
        if spoken.sender == "C":
            return spoken_line("C", self._client(spoken.text), tls=tls), None
        done = self._server(at, spoken.text)
        return spoken_line("S", self._mask.server(spoken.text), tls=tls), done

    def _client(self, text: str) -> str:
        if self._login:
            return text if text in ("*", "") else HIDDEN
        masked = self._mask.client(text)
        name, _, arguments = masked.strip().partition(" ")
        self._open.append((name.upper()[:40], _capital(arguments)))
        self._login = name.upper() == "AUTH"
        return masked

    def _server(self, at: int, text: str) -> Command | None:
        found = _REPLY.match(text)
        if not found or found[2] == "-" or not self._open:
            return None
        code = found[1]
        if code in ("334", "354"):  # it waits for more
            return None
        name, arguments = self._open.popleft()
        if name == "AUTH":
            self._login = False
        return Command(at, name, arguments, code[0] in "23", code)


def _capital(arguments: str) -> str:
    """``from:<a@b>`` as ``FROM:<a@b>``."""
    word, colon, rest = arguments.partition(":")
    return f"{word.upper()}:{rest}" if colon and word.upper() in ("FROM", "TO") else arguments
