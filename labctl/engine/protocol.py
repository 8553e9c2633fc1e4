"""What verbs may ask of a container engine. Docker is the first; Podman and Swarm speak it too.

What it promises of its images, of its machine, of what is inside a lab and of what it tells as it
goes is in the files beside this one; here are the labs themselves.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from threading import Event
from typing import Protocol

from labctl.engine.protocol_hearing import Hears
from labctl.engine.protocol_images import HasImages
from labctl.engine.protocol_inside import HasInside
from labctl.engine.protocol_places import HasPlaces
from labctl.engine.values import Availability, FoundLab, Resource
from labctl.model.lab import Endpoint
from labctl.model.plan import Plan
from labctl.model.progress import OnProgress, silent


class Engine(HasImages, HasPlaces, HasInside, Hears, Protocol):
    """A container engine, by what a lab needs of it.

    ``lab`` is a lab's name, ``service`` one of its service names (``postfix``, ``dovecot``).
    Each raises ``NoEngine`` when the engine does not answer.
    """

    def labs(self) -> list[FoundLab]:
        """All labs on this engine, by name."""
        ...

    def find(self, lab: str) -> FoundLab | None:
        """One lab; ``None`` when the engine has nothing of that name."""
        ...

    def locked(self, lab: str) -> AbstractContextManager[None]:
        """Hold the lab against another labctl on this machine while it is changed."""
        ...

    def apply(
        self,
        plan: Plan,
        *,
        created: list[Resource],
        started: Callable[[str, Event], None],
        on_progress: OnProgress = silent,
        cancelled: Event | None = None,
    ) -> None:
        """Make the plan true; what is right already stays as it is.

        ``created`` is filled with what this call makes, as it makes it, so that an interrupted
        caller can take it back. ``started`` is called, in a thread, with each service that runs and
        an event that is set when this run is over before its time. Another thread may end it by
        setting ``cancelled``: what has not begun yet is then left out, without a word.
        """
        ...

    def filled(self, lab: str) -> None:
        """The lab has all the mail that it will get back: it is not ``unfilled`` any more."""
        ...

    def admit(self, gateway: str, lab: str, address: str) -> None:
        """Let a workshop's gateway into a lab's network; it is started, had it been stopped.

        Raises:
            NoSuchLab: the gateway is not there.
        """
        ...

    def is_made(self, plan: Plan, there: FoundLab) -> bool:
        """Whether all the plan's containers run, and none would be made anew.

        The engine is asked for nothing but, once, whether it is Podman (``GET /version``).
        """
        ...

    def wait_ready(
        self,
        lab: str,
        service: str,
        endpoints: Sequence[Endpoint],
        *,
        ca_pem: str,
        deadline: float,
        cancelled: Event | None = None,
        on_progress: OnProgress = silent,
    ) -> None:
        """Wait until the endpoints of one service greet; ``NotReady`` at the monotonic deadline.

        Returns early, and without a word, once ``cancelled`` is set.
        """
        ...

    def resources(self, lab: str) -> list[Resource]:
        """Everything on the engine that carries the lab's label."""
        ...

    def resources_of_seats(self, workshop: str) -> dict[str, list[Resource]]:
        """Everything of a workshop's seats, by lab; three calls, however many seats there are."""
        ...

    def traces(self) -> list[str]:
        """The names of all labs of which anything is on the engine, were it only a volume."""
        ...

    def remove(self, resources: Sequence[Resource], on_progress: OnProgress = silent) -> None:
        """Remove containers, then networks and volumes; what is gone already is no error."""
        ...

    def start(self, lab: str, service: str) -> None:
        """Start one stopped service."""
        ...

    def stop(self, lab: str, service: str) -> None:
        """Stop one service as its administrator would (TERM, then KILL after its grace period)."""
        ...

    def reload(self, lab: str, service: str) -> None:
        """Have a running service read its configuration again (HUP); sessions go on."""
        ...

    def addresses(self, lab: str) -> dict[str, str]:
        """The IPv4 address on the lab's network of each service that runs."""
        ...

    def now(self) -> int:
        """The engine's clock, nanoseconds since the epoch: a mark for ``logs(since=…)``."""
        ...

    def version(self) -> str:
        """The engine's own version, such as ``20.10.24``."""
        ...


class Spread(Engine, Protocol):
    """An engine of several machines: a Docker Swarm, each lab of which is whole on one node."""

    def set_node(self, node: str, availability: Availability) -> str:
        """What a node does: takes labs, only keeps those that it has, or gives all tasks up.

        Args:
            node: its name or its id.
            availability: what it is to do.

        Returns:
            Its name.

        Raises:
            NotFound: there is no such node.
            EnvironmentProblem: it does not answer.
        """
        ...
