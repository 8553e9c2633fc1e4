"""What a lab definition may say. pydantic refuses everything else.

A site's address space is reserved for testing (RFC 2606, RFC 6761), so that a lab's mail could
never be meant for a real person.
"""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from labctl.model.lab import (
    DOCUMENTED_PORT,
    LAB_NAME,
    SHORTEST_PASSWORD,
    TOO_WEAK,
    EndpointName,
    weak_beyond_loopback,
)

# Top-level and second-level names that no registry will ever delegate to anybody.
RESERVED_SUFFIXES = (
    "test",
    "example",
    "invalid",
    "localhost",
    "example.com",
    "example.net",
    "example.org",
)
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(\.{_LABEL})+", re.ASCII)
_LOCAL_PART = re.compile(r"[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?", re.ASCII)


class Complaint(ValueError):
    """What is wrong with a value: an English template and what it names (see ``labctl.lang``)."""

    def __init__(self, template: str, **values: object) -> None:
        self.template, self.values = template, values
        super().__init__(template.format(**values))


def _domain(value: str) -> str:
    if len(value) > 200 or not _DOMAIN.fullmatch(value):
        raise Complaint("a domain is lower-case ASCII labels with dots, such as alpha.test")
    return value


def _local_part(value: str) -> str:
    if not _LOCAL_PART.fullmatch(value) or ".." in value:
        raise Complaint(
            "an account is 1 to 64 of a-z 0-9 . _ - and begins and ends with a letter or digit"
        )
    return value


def _password(value: str) -> str:
    if not 1 <= len(value) <= 128 or not value.isprintable() or not value.isascii():
        raise Complaint("a password is 1 to 128 printable ASCII characters")
    return value


def _lab_name(value: str) -> str:
    if not LAB_NAME.fullmatch(value):
        raise Complaint("a lab's name is 1 to 40 of a-z 0-9 _ - and begins with a letter or digit")
    return value


def _bind(value: str) -> str:
    try:
        return str(ip_address(value))
    except ValueError:
        raise Complaint("bind is an IP address of this machine, such as 127.0.0.1") from None


def reserved(domain: str) -> bool:
    """Whether nobody on the Internet can own ``domain``."""
    return any(domain == s or domain.endswith(f".{s}") for s in RESERVED_SUFFIXES)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class AccountDefinition(_Strict):
    """A mailbox; without a password one is made for each lab."""

    name: Annotated[str, AfterValidator(_local_part)]
    password: Annotated[str, AfterValidator(_password)] | None = None


def _account(value: Any) -> Any:  # noqa: ANN401 - whatever stood in the file
    return {"name": value} if isinstance(value, str) else value


class SiteDefinition(_Strict):
    """One mail domain and its accounts; an account is a name, or a table with a password."""

    domain: Annotated[str, AfterValidator(_domain)]
    accounts: Annotated[
        list[
            Annotated[
                AccountDefinition,
                BeforeValidator(_account, json_schema_input_type=str | AccountDefinition),
            ]
        ],
        Field(min_length=1, max_length=500),
    ]

    @field_validator("domain")
    @classmethod
    def _is_reserved(cls, value: str, info: ValidationInfo) -> str:
        owned = bool(info.context and info.context.get("own_domain"))
        if not owned and not reserved(value):
            raise Complaint(
                "{value} could belong to somebody: use a name under .test or .example,"
                " or say --i-own-this-domain",
                value=value,
            )
        return value

    @model_validator(mode="after")
    def _names_are_unique(self) -> "SiteDefinition":
        names = [a.name for a in self.accounts]
        if twice := sorted({n for n in names if names.count(n) > 1}):
            raise Complaint("the account {name} stands twice", name=twice[0])
        return self


Port = Annotated[int, Field(ge=1, le=65535)]
Base = Annotated[int, Field(ge=1024, le=65435)]
PORTS_SAY = (
    "ports is documented, free, a base from 1024 to 65435, or a table with a port for each endpoint"
)


def _every_endpoint_has_its_own(value: Mapping[object, object]) -> Mapping[object, object]:
    if missing := [n for n in DOCUMENTED_PORT if n not in value]:
        raise Complaint("ports names no port for {endpoint}", endpoint=missing[0])
    if len(value) > len(DOCUMENTED_PORT):
        raise Complaint("ports names more than the seven endpoints")
    for endpoint, port in value.items():
        if type(port) is not int or not 1 <= port <= 65535:
            raise Complaint("the port of {endpoint} is not one of 1 to 65535", endpoint=endpoint)
    if len(set(value.values())) < len(value):
        raise Complaint("two endpoints have the same port")
    return value


class Definition(_Strict):
    """A lab: its sites, what the servers allow, and where the endpoints are published."""

    name: Annotated[str, AfterValidator(_lab_name)] = "mail"
    sites: Annotated[list[SiteDefinition], Field(min_length=1, max_length=2)]
    ports: Literal["documented", "free"] | Base | dict[EndpointName, Port] | None = None
    bind: Annotated[str, AfterValidator(_bind)] | None = None
    message_size: Annotated[int, Field(ge=10_000, le=1_000_000_000)] = 10_485_760
    retry_seconds: Annotated[int, Field(ge=1, le=3600)] = 10
    mailbox_megabytes: Annotated[int, Field(ge=0, le=100_000)] = 0

    @field_validator("ports", mode="before")
    @classmethod
    def _ports(cls, value: object) -> object:
        if isinstance(value, Mapping):
            return _every_endpoint_has_its_own(value)
        if value in ("documented", "free", None):
            return value
        if isinstance(value, int) and not isinstance(value, bool) and 1024 <= value <= 65435:
            return value
        raise Complaint(PORTS_SAY)

    @field_validator("sites")
    @classmethod
    def _sites_differ(cls, value: list[SiteDefinition]) -> list[SiteDefinition]:
        domains = [site.domain for site in value]
        if twice := sorted({d for d in domains if domains.count(d) > 1}):
            raise Complaint("the domain {domain} stands twice", domain=twice[0])
        return value

    @model_validator(mode="after")
    def _nothing_weak_beyond_loopback(self) -> "Definition":
        set_passwords = ((a.name, a.password) for s in self.sites for a in s.accounts)
        weak = weak_beyond_loopback(
            ((n, p) for n, p in set_passwords if p is not None),
            self.bind or "127.0.0.1",
        )
        if weak is not None:
            raise Complaint(TOO_WEAK, account=weak, least=SHORTEST_PASSWORD, bind=self.bind)
        return self
