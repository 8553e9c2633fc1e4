"""Who plays whom in a lab, and what the placeholders of an exercise's texts stand for."""

from labctl.errors import NoSuchAccount
from labctl.exercise.references import OUTSIDE, STRANGER, UNKNOWN
from labctl.model.lab import DOCUMENTED_PORT, Account
from labctl.model.status import LabStatus
from labctl.verbs.labs import CA_FILE

# Addresses in domains that are reserved for examples (RFC 2606): nobody's, and in no lab.
NOBODYS = {OUTSIDE: "someone@example.org", STRANGER: "stranger@example.net"}
_NO_SUCH_USER = "no-such-user"


def cast(people: tuple[str, ...], accounts: tuple[Account, ...]) -> dict[str, Account]:
    """Who plays whom: the account of that name if there is one, else the next that is free.

    Raises:
        NoSuchAccount: the lab has too few accounts.
    """
    by_name = {account.local_part: account for account in reversed(accounts)}
    named = {who: by_name[who] for who in people if who in by_name}
    free = [account for account in accounts if account not in named.values()]
    for who in people:
        if who not in named:
            if not free:
                raise NoSuchAccount(who, ", ".join(a.address for a in accounts))
            named[who] = free.pop(0)
    return named


def names(status: LabStatus, people: dict[str, Account]) -> dict[str, str]:
    """What placeholders in texts and commands stand for in this lab."""
    found = {**NOBODYS, "ca": CA_FILE}
    for name, port in DOCUMENTED_PORT.items():
        found[f"documented_{name}"] = found[f"port_{name}"] = str(port)
    for endpoint in status.endpoints:
        found[f"port_{endpoint.name}"] = str(endpoint.port)
        found.setdefault("host", endpoint.host)
    for who, account in people.items():
        found[who.replace("-", "_")] = account.address
        found.setdefault("domain", account.domain)
        found.setdefault(UNKNOWN, f"{_NO_SUCH_USER}@{account.domain}")
    return found


def names_without_a_run(status: LabStatus, people: tuple[str, ...]) -> dict[str, str]:
    """The same for somebody who only reads about an exercise; a lab need not be there."""
    try:
        found = names(status, cast(people, status.accounts))
    except NoSuchAccount:
        found = {**names(status, {}), **{who.replace("-", "_"): who for who in people}}
    return {
        "host": "localhost",
        "domain": "alpha.test",
        "token": "…",
        UNKNOWN: f"{_NO_SUCH_USER}@alpha.test",
        **found,
    }
