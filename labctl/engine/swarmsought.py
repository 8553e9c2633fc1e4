"""Whether seats are on a Swarm, asked of an engine that may manage none."""

import re

from labctl.engine.api import Api
from labctl.engine.explain import explained, status_code
from labctl.engine.swarmkept import PART


def has_seats(api: Api, workshop: str, seat: str = "") -> bool:
    """Whether the Swarm that an engine manages keeps this seat of a workshop, or any of it.

    Raises:
        NoEngine: it does not answer.
    """
    number = seat or "[0-9]{3,}"
    kept = re.compile(rf"{re.escape(workshop)}-{number}[.]{PART}[.].*")
    with explained():
        try:
            configs = api.configs(filters={"name": f"{workshop}-{seat}"})
        except Exception as error:
            if status_code(error):  # it manages no Swarm, or does not know what that is
                return False
            raise
    return any(kept.fullmatch(config["Spec"]["Name"]) for config in configs)
