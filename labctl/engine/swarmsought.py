"""Whether seats are on a Swarm, asked of an engine that may manage none."""

from labctl.engine.api import Api
from labctl.engine.explain import explained, status_code
from labctl.engine.labels import LAB_LABEL, WORKSHOP_LABEL

# A manager that cannot ask the others does not know; another engine says that it is no manager.
_WITHOUT_QUORUM = ("does not have a leader", "deadline exceeded")


def has_seats(api: Api, workshop: str, seat: str = "") -> bool:
    """Whether the Swarm that an engine manages keeps this seat of a workshop, or any of it.

    Raises:
        NoEngine: it does not answer.
        EnvironmentProblem: it manages a Swarm, and too few of its managers answer.
    """
    with explained():
        try:
            configs = api.configs(filters={"name": f"{workshop}-{seat}"})
        except Exception as error:
            words = str(error).lower()
            if status_code(error) and not any(part in words for part in _WITHOUT_QUORUM):
                return False  # it manages no Swarm, or does not know what that is
            raise
    labels = [config["Spec"]["Labels"] or {} for config in configs]
    mine = [each for each in labels if each.get(WORKSHOP_LABEL) == workshop]
    return any(not seat or each.get(LAB_LABEL) == f"{workshop}-{seat}" for each in mine)
