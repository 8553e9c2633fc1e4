"""What this machine's apt knows: which Debian archive it uses, and how it gets through to it."""

import os
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

DEFAULT_MIRROR = "http://deb.debian.org/debian"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")

# How apt fetches, as far as it matters inside an image too. Proxies go another way (see `proxies`):
# they may hold a password, which belongs neither into an image nor onto a command line.
_KEPT = re.compile(r"Acquire::(Check-Valid-Until|Check-Date|Retries|ForceIPv[46]|https?::Timeout)$")
_PROXY = re.compile(r"Acquire::(https?)::proxy$", re.IGNORECASE)
_SETTING = re.compile(r'(?P<name>[^" ]+) "(?P<value>[^"]*)";')


@dataclass(frozen=True, slots=True)
class Target:
    """One index that apt reads: ``http://deb.debian.org/debian/ bookworm main``."""

    uri: str
    suite: str
    component: str


@dataclass(frozen=True, slots=True)
class Archive:
    """The Debian archive as this machine reaches it."""

    mirror: str = DEFAULT_MIRROR
    security: str = ""  # empty: the machine does not use one
    options: tuple[str, ...] = ()  # apt.conf lines, without secrets
    proxies: tuple[tuple[str, str], ...] = ()  # (http_proxy, URL): for the environment only

    def sources(self, suite: str, keyring: Path = KEYRING) -> str:
        """The sources.list of a system of that suite."""
        signed = f"[signed-by={keyring}] " if keyring.exists() else ""
        lines = [f"deb {signed}{self.mirror} {suite} main"]
        if self.security:
            lines.append(f"deb {signed}{self.security} {suite}-security main")
        return "\n".join(lines) + "\n"


def parse_targets(text: str) -> tuple[Target, ...]:
    """Read ``apt-get indextargets``' lines of three words; others are skipped.

    Source: apt-get(8), indextargets; it understands sources.list and deb822 alike.
    """
    words = [line.split() for line in text.splitlines()]
    return tuple(Target(*found) for found in words if len(found) == 3)


def choose_archive(targets: Iterable[Target], codename: str, settings: str = "") -> Archive:
    """The archive behind ``targets``, for a machine that runs Debian ``codename`` (else empty).

    A private mirror need not be called ``debian``: on Debian, the codename tells which one it is.
    Addresses with a password in them are passed over.
    """
    usable = [
        (target.uri.rstrip("/"), target.suite)
        for target in targets
        if target.component == "main" and _usable(target.uri)
    ]
    mirror = next(
        (uri for uri, suite in usable if suite == codename or uri.endswith("/debian")),
        DEFAULT_MIRROR,
    )
    security = next(
        (
            uri
            for uri, suite in usable
            if suite == f"{codename}-security"
            or (uri.endswith("/debian-security") and "security" in suite)
        ),
        "",
    )
    options, proxies = parse_settings(settings)
    return Archive(mirror, security, options, proxies)


def parse_settings(text: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Read ``apt-config dump``: the options worth keeping, and the proxies as (variable, URL)."""
    options: list[str] = []
    proxies: list[tuple[str, str]] = []
    for line in text.splitlines():
        setting = _SETTING.fullmatch(line.strip())
        if setting is None or not setting["value"]:
            continue
        if _KEPT.match(setting["name"]):
            options.append(setting[0])
        elif (proxy := _PROXY.match(setting["name"])) and setting["value"] != "DIRECT":
            proxies.append((f"{proxy[1].lower()}_proxy", setting["value"]))
    return tuple(options), tuple(proxies)


def this_machine() -> Archive:
    """The archive that this machine's apt uses; Debian's own where there is no apt or no Debian."""
    targets = _ask(
        "apt-get",
        "indextargets",
        "--no-release-info",
        "--format",
        "$(REPO_URI) $(RELEASE) $(COMPONENT)",
        "Created-By: Packages",
    )
    release = os_release()
    codename = release.get("VERSION_CODENAME", "") if release.get("ID") == "debian" else ""
    return choose_archive(parse_targets(targets), codename, _ask("apt-config", "dump", "Acquire"))


def os_release(path: Path = Path("/etc/os-release")) -> dict[str, str]:
    """The keys of os-release(5); empty where there is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    pairs = (line.partition("=") for line in lines if "=" in line)
    return {key: value.strip("\"'") for key, _, value in pairs}


def is_debian_like() -> bool:
    """Whether this machine installs packages as Debian and Ubuntu do."""
    release = os_release()
    return bool({"debian", "ubuntu"} & {release.get("ID"), *release.get("ID_LIKE", "").split()})


def _usable(uri: str) -> bool:
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and "@" not in parts.netloc


def _ask(*command: str) -> str:
    """A command's output; empty when it is not there, fails or takes over ten seconds."""
    environ = {**os.environ, "LC_ALL": "C"}
    try:
        return subprocess.run(
            command, capture_output=True, text=True, timeout=10, check=True, env=environ
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
