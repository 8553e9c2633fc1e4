"""The profiles of a lab: its usual configuration, and those that are wrong in one known way."""

from dataclasses import dataclass
from typing import Literal, get_args

from labctl.lang import Text

ProfileName = Literal[
    "default",
    "open-relay",
    "no-tls",
    "stripping-proxy",
    "expired-certificate",
    "small-quota",
    "greylist",
    "broken-mx",
    "lmtp-down",
    "wrong-mydestination",
]
PROFILES: tuple[ProfileName, ...] = get_args(ProfileName)


@dataclass(frozen=True, slots=True)
class InForce:
    """Which profile a lab runs with, and where."""

    name: ProfileName = "default"
    site: str = ""  # the domain of the only site it is in force at; empty: all sites
    exercise: str = ""  # the id of the one that switched it on
    concealed: bool = False  # and to find out which it is, is that exercise

    def at(self, domain: str) -> ProfileName:
        """The profile of one site."""
        return self.name if self.site in ("", domain) else "default"


DEFAULT = InForce()


@dataclass(frozen=True, slots=True)
class Explained:
    """One setting that a switch changed, and what it does."""

    file: str  # postfix/main.cf
    setting: str
    was: str | None  # None: it was not there
    value: str | None  # None: it is not there any more
    why: Text
