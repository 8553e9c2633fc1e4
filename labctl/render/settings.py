"""One setting of a configuration file, found and replaced in its text. Pure.

The names are the servers' own: ``mydestination`` of main.cf, ``submission/inet`` and
``submission/inet/smtpd_tls_security_level`` of master.cf (as ``postconf -M`` and ``-P`` say it),
``ssl`` of dovecot.conf, where a name with spaces is a block (``service lmtp``), added at the end.

Sources: postconf(1), postconf(5), master(5); https://doc.dovecot.org/2.4.1/core/settings/syntax.html
"""

import re
from collections.abc import Callable

_CONTINUED = r"(?:\n[ \t]+\S[^\n]*)*"


def read_setting(file: str, text: str, setting: str) -> str | None:
    """Its value in the text of a file of that name; ``None`` when it does not stand there."""
    found = _pattern(file, setting).search(text)
    return found["value"].strip() if found else None


def write_setting(file: str, text: str, setting: str, value: str | None) -> str:
    """The text with another value of the setting; ``None`` removes it."""
    found = _pattern(file, setting).search(text)
    if found is None:
        return text if value is None else f"{text}{_added(file, setting, value)}\n"
    if value is None:
        return text[: found.start()] + text[found.end() + 1 :]
    before = text[: found.start("value")]
    space = " " if before.endswith(" =") else ""
    return before + space + value + text[found.end("value") :]


def _pattern(file: str, setting: str) -> re.Pattern[str]:
    return _PATTERNS[file](setting)


def _main_cf(setting: str) -> re.Pattern[str]:
    return re.compile(rf"(?m)^{re.escape(setting)} =[ ]?(?P<value>[^\n]*{_CONTINUED})$")


def _master_cf(setting: str) -> re.Pattern[str]:
    name, _, rest = setting.partition("/")
    kind, _, option = rest.partition("/")
    entry = rf"{re.escape(name)}[ \t]+{re.escape(kind)}"
    if not option:
        return re.compile(rf"(?m)^(?P<value>{entry}[ \t][^\n]*{_CONTINUED})$")
    before = r"(?:\n[ \t]+\S[^\n]*)*?"
    wanted = re.escape(option)
    return re.compile(rf"(?m)^{entry}[ \t][^\n]*{before}\n[ \t]+-o {wanted}=(?P<value>[^\n]*)$")


def _dovecot_conf(setting: str) -> re.Pattern[str]:
    if " " in setting or setting.endswith("plugins"):
        return re.compile(r"(?P<value>\b\B)")  # a block is added, and never found
    return re.compile(rf"(?m)^{re.escape(setting)} =[ ]?(?P<value>[^\n]*)$")


def _dnsmasq_conf(setting: str) -> re.Pattern[str]:
    name, _, domain = setting.partition(" ")
    return re.compile(rf"(?m)^{re.escape(name)} = {re.escape(domain)},(?P<value>[^\n]*)$")


_PATTERNS: dict[str, Callable[[str], re.Pattern[str]]] = {
    "main.cf": _main_cf,
    "master.cf": _master_cf,
    "dovecot.conf": _dovecot_conf,
    "dnsmasq.conf": _dnsmasq_conf,
}
CONFIGURATION = frozenset(_PATTERNS)  # the names of files whose settings are known here


def _added(file: str, setting: str, value: str) -> str:
    if file == "master.cf":
        return value
    return f"{setting} {value}" if value.startswith("{") else f"{setting} = {value}"
