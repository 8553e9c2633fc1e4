"""Each profile switched on and back, as whole processes: until the new ways are in force."""

from labctl.model.profile import PROFILES
from tests.bench.measure import Figure, labctl

_AIM = 2.0  # seconds


def profiles(name: str, runs: int) -> list[Figure]:
    """All profiles that a lab of one site can have, there and back, turn by turn."""
    known = [profile for profile in PROFILES if profile not in ("default", "broken-mx")]
    there: dict[str, list[float]] = {profile: [] for profile in known}
    back: dict[str, list[float]] = {profile: [] for profile in known}
    for _ in range(runs):
        for profile in known:
            there[profile].append(labctl("profile", profile, "--lab", name))
            back[profile].append(labctl("profile", "default", "--lab", name))
    return [
        Figure("profiles", f"profile {profile}{way}", seconds, reference=[_AIM], at_most=1,
               beside="the longest that is allowed")
        for profile in known
        for way, seconds in (("", there[profile]), (", and back", back[profile]))
    ]  # fmt: skip
