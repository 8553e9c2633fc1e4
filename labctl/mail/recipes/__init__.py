"""Ready-to-paste settings and commands for other mail clients, with a lab's real ports. Pure."""

from collections.abc import Callable, Mapping

from labctl.mail.recipes.apps import outlook, thunderbird
from labctl.mail.recipes.base import CLIENTS, Client, Part, Recipe, Situation
from labctl.mail.recipes.curl import curl
from labctl.mail.recipes.mutt import mutt
from labctl.mail.recipes.openssl import openssl
from labctl.mail.recipes.swaks import swaks

__all__ = ["CLIENTS", "Client", "Part", "Recipe", "Situation", "recipe"]

_MAKERS: Mapping[Client, Callable[[Situation], Recipe]] = {
    "swaks": swaks,
    "curl": curl,
    "openssl": openssl,
    "mutt": mutt,
    "thunderbird": thunderbird,
    "outlook": outlook,
}


def recipe(client: Client, situation: Situation) -> Recipe:
    """How to use ``client`` with the lab: the first account writes to the second."""
    return _MAKERS[client](situation)
