"""Settings and commands for a participant's own mail client, with this lab's real ports."""

from typing import get_args

from labctl.engine.protocol import Engine
from labctl.mail.recipes import Client, Recipe, Situation, recipe
from labctl.verbs.labs import CA_FILE, account_of, spec_of


def recipes(
    engine: Engine, lab: str, client: str | None, given: str | None = None
) -> tuple[Recipe, ...]:
    """The recipe of one client, or of all; for an account, or for the lab's first one.

    Raises:
        NoSuchLab, NoSuchAccount: there is none.
    """
    spec = spec_of(engine, lab)
    first = account_of(spec, given) if given else spec.accounts[0]
    site = next(s for s in spec.sites if s.domain == first.domain)
    others = tuple(account for account in site.accounts if account != first)
    situation = Situation(spec.endpoints_of(site.domain), (first, *others), CA_FILE)
    wanted: tuple[Client, ...] = tuple(c for c in get_args(Client) if client in (None, c))
    return tuple(recipe(one, situation) for one in wanted)
