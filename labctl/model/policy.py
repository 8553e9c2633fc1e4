"""What a site's servers do, as clients and other servers find it: measured, not read in a file."""

from dataclasses import dataclass, fields, replace
from typing import Literal

Aspect = Literal[
    "outside", "local", "starttls", "implicit", "certificate", "quota", "delivery", "mx"
]


@dataclass(frozen=True, slots=True)
class Policy:
    """A lab as labctl makes it; another value is what somebody, or a profile, changed.

    Empty: it was not measured.
    """

    outside: str = "554"  # port 25's answer to RCPT for somebody in no domain of the lab
    local: str = "250"  # and for a user of the site, from a stranger
    starttls: str = "offered"  # at 587 and 143: offered, missing, mixed
    implicit: str = "open"  # 465 and 993: open, closed, mixed
    certificate: str = "valid"  # valid, expired, mixed; none where no TLS port answers
    quota: str = "ample"  # whether a mailbox holds no more than a few messages: ample, tight
    delivery: str = "open"  # Dovecot's LMTP port: open, closed
    mx: str = "right"  # whether the DNS names the site's Postfix: right, wrong

    def only(self, aspects: frozenset[Aspect]) -> "Policy":
        """The same, with nothing said of the other aspects."""
        return replace(self, **{name: "" for name in ASPECTS if name not in aspects})

    def differing(self, other: "Policy") -> frozenset[Aspect]:
        """In what two policies differ."""
        return frozenset(n for n in ASPECTS if getattr(self, n) != getattr(other, n))


# A field's name is one of the literals, which its type does not say to mypy.
ASPECTS: tuple[Aspect, ...] = tuple(field.name for field in fields(Policy))  # type: ignore[misc]
USUAL = Policy()
