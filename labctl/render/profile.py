"""What a profile is made of: the settings that it changes, and how it shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from labctl.lang import Text
from labctl.model.lab import EndpointName, LabSpec, Service, Site
from labctl.model.policy import Policy

SCRIPTS = "/etc/labctl"  # where a profile's script stands in a container


@dataclass(frozen=True, slots=True)
class Change:
    """One setting that a profile sets: for ``labctl.render.settings``."""

    file: str  # main.cf
    setting: str
    value: str | None  # None: taken away
    why: Text  # what the new value does
    back: Text  # what the lab's usual value does


@dataclass(frozen=True, slots=True)
class Profile:
    """A known way to be wrong, or to be right."""

    summary: Text  # one sentence
    changes: Callable[[LabSpec, Site], tuple[Change, ...]]
    policy: Policy  # how it shows
    scripts: Mapping[Service, str] = field(default_factory=dict)  # of templates/profiles
    shut: frozenset[EndpointName] = frozenset()  # what does not greet as readiness asks
    several_sites: bool = False  # makes sense only where there are several

    def script(self, kind: Service) -> str:
        """The name of the script that a service runs; empty: none."""
        return self.scripts.get(kind, "")
