"""What a workshop's host prints: a page for each seat, and a sheet for the host. HTML, pure.

Persons' names and the like come from outside: everything is escaped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from typing import TYPE_CHECKING

from labctl.lang import chosen, tr
from labctl.model.lab import ENDPOINT_NAMES, PURPOSE, Account, Endpoint, EndpointName, LabSpec
from labctl.model.workshop import DEFAULT_WORKSHOP, Seat
from labctl.shipped import shipped

if TYPE_CHECKING:
    from jinja2 import Environment

# In the head of every page: by it labctl knows its own files again.
GENERATOR = "labctl workshop handout"
# What a host types most, after "labctl workshop", and what it does.
COMMANDS = {
    "status --watch": "which labs stand, and where; live",
    "begin all ID": "begin an exercise at all seats; 7 or 1-5 instead of all: at some",
    "grid --watch": "who has done what, and who waits longest; live",
    "grid --watch --judge": "the same, and judge what is done where nobody has labctl",
    "catch-up 7 ID": "bring a seat to the exercise that the room is at",
    "profile all NAME": "break all servers in one known way; default mends them",
    "reset 7": "a fresh lab at a seat: no mail, an empty queue",
    "results --csv": "who has done what as a table, when it is over",
    "down": "remove all labs of the workshop, with their mail",
}
_SECURITY = {"implicit": "SSL/TLS", "starttls": "STARTTLS"}


@dataclass(frozen=True, slots=True)
class Page:
    """One seat, as it is handed out.

    The lab's endpoints name the host as participants reach it. Fingerprints are SHA-256.
    """

    seat: Seat
    lab: LabSpec
    ca_file: str  # the name of the file with the CA's certificate, beside the pages
    ca_fingerprint: str
    server_fingerprint: str

    @property
    def host(self) -> str:
        """Where the servers are: an address or a name."""
        return self.lab.endpoints[0].host

    @property
    def here_only(self) -> bool:
        """Whether only programs on the labs' own machine reach them."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:  # a name
            return self.host == "localhost"

    @property
    def first(self) -> Account:
        """The account that the page sets up."""
        return self.lab.accounts[0]

    def endpoint(self, name: EndpointName, domain: str = "") -> Endpoint:
        """One endpoint of a site; of the first one, if none is named."""
        of = self.lab.endpoints_of(domain or self.lab.sites[0].domain)
        return next(e for e in of if e.name == name)

    @property
    def rows(self) -> tuple[tuple[Endpoint, tuple[int, ...]], ...]:
        """Each endpoint with its port at each site."""
        return tuple(
            (self.endpoint(name), tuple(self.endpoint(name, d).port for d in self.lab.domains))
            for name in ENDPOINT_NAMES
        )

    def security(self, endpoint: Endpoint) -> str:
        """How Thunderbird calls it."""
        return _SECURITY[endpoint.tls]


def seats_html(pages: Sequence[Page]) -> str:
    """One A4 page for each seat, in the reader's language."""
    from labctl.render.qr import accounts_code, picture

    codes = {}
    for page in pages:
        sites = [page.lab.endpoints_of(account.domain) for account in page.lab.accounts]
        text, count = accounts_code(page.lab.accounts, sites)
        codes[page.seat.number] = _safe(picture(text)), count
    return _fill("seats.html.j2", pages=pages, codes=codes, purposes=PURPOSE)


def host_html(workshop: str, pages: Sequence[Page]) -> str:
    """The host's own sheet: who sits where, which ports, and the commands to know."""
    of = "" if workshop == DEFAULT_WORKSHOP else f" --workshop {workshop}"
    return _fill(
        "host.html.j2",
        workshop=workshop,
        pages=pages,
        hosts=[*dict.fromkeys(page.host for page in pages)],
        names=ENDPOINT_NAMES,
        commands=[(f"labctl workshop {command}{of}", what) for command, what in COMMANDS.items()],
    )


def _safe(svg: str) -> object:
    from markupsafe import Markup

    return Markup(svg)  # noqa: S704 - made of digits by the QR library


@cache
def _templates() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(shipped("templates") / "handout"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals |= {"tr": tr, "generator": GENERATOR}
    return made


def _fill(template: str, **values: object) -> str:
    return _templates().get_template(template).render(language=chosen(), **values)
