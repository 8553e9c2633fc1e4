"""What verbs may ask of a container engine. Docker is the first; Podman and Swarm speak it too."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from ipaddress import IPv4Network
from threading import Event
from typing import TYPE_CHECKING, Protocol

from labctl.engine.values import (
    Availability,
    ExecResult,
    Following,
    FoundLab,
    LogLine,
    Resource,
    Tapped,
    TreeFile,
)
from labctl.errors import PortBusy
from labctl.model.lab import Endpoint, Service
from labctl.model.plan import Plan, PlanFile
from labctl.model.progress import OnProgress, silent

if TYPE_CHECKING:
    from labctl.engine.images import ImageStatus
    from labctl.engine.machine import LabUse, Machine


class Engine(Protocol):
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

    def images(
        self, on_progress: OnProgress = silent, *, several_sites: bool = False
    ) -> dict[Service, str]:
        """The reference of each service's image; gets or builds what is missing.

        ``several_sites``: also of what a lab of one site does without: the DNS server, the filter.
        """
        ...

    def build_images(
        self, names: Sequence[str], on_progress: OnProgress = silent, *, afresh: bool = False
    ) -> None:
        """Build those of these images that are missing; none named: all that labctl has.

        ``afresh``: also what is there, and nothing taken from the engine's build cache.

        Raises:
            NotFound: labctl has no such image.
        """
        ...

    def client_image(self, on_progress: OnProgress = silent) -> str:
        """The reference of the mail clients' image; builds it when it is missing."""
        ...

    def list_images(self) -> "tuple[ImageStatus, ...]":
        """The images that this labctl uses, present or missing."""
        ...

    def image_platform(self) -> str:
        """What machine the lab's images on this engine are for: ``linux/amd64``."""
        ...

    def platform(self) -> str:
        """What machine this engine runs images of: ``linux/amd64``."""
        ...

    def save_images(self, references: Sequence[str]) -> Iterator[bytes]:
        """These images as one tar, piece by piece; what they share is in it once."""
        ...

    def load_images(self, pieces: Iterable[bytes]) -> None:
        """Take the images of such a tar."""
        ...

    def free_subnet(self, lab: str) -> IPv4Network:
        """A /28 that neither this machine's routes nor another network uses."""
        ...

    def free_subnets(self, labs: Sequence[str]) -> list[IPv4Network]:
        """The same for several labs at once, in their order; nothing is listed more than once."""
        ...

    def usual_bind(self, wished: str | None, before: str | None = None) -> str:
        """The address to publish on: the wished one, or the lab's so far, or the usual one.

        Raises:
            BadUsage: this engine cannot publish there alone.
        """
        ...

    def own_addresses(self) -> Sequence[str]:
        """The IPv4 addresses at which others reach what is published on all of them."""
        ...

    def own_names(self) -> Sequence[str]:
        """The names, beside those, by which others are told to reach it."""
        ...

    def check_ports(self, lab: str, endpoints: Sequence[Endpoint]) -> None:
        """Raise ``PortBusy`` for the first endpoint whose port something else holds."""
        ...

    def busy_ports(self, wanted: Mapping[str, Sequence[Endpoint]]) -> dict[str, list[PortBusy]]:
        """Of each lab, by name, the ports that something else holds; one look for all labs."""
        ...

    def free_base(self, bind: str, sites: int = 1) -> int:
        """A base from 20000 on, in steps of 100, where all seven shifted ports are free.

        With several ``sites``, those at the next bases are free, too.
        """
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

    def machine(self) -> "Machine | None":
        """What the engine's machine has and uses; ``None``: it is not this one."""
        ...

    def used(self, lab: str) -> "LabUse":
        """What a lab's running containers use."""
        ...

    def free_seats(self, base: int, sites: int) -> int:
        """How many seats find their ports free, from a base on; each takes 100 a site."""
        ...

    def subnets_left(self) -> int:
        """How many more labs find a subnet."""
        ...

    def filled(self, lab: str) -> None:
        """The lab has all the mail that it will get back: it is not ``unfilled`` any more."""
        ...

    def can_have_gateway(self) -> bool:
        """Whether a container here may stand at the machine's own ports.

        Not in Docker Desktop's machine, nor rootless: there nobody would reach it.
        """
        ...

    def admit(self, gateway: str, lab: str, address: str) -> None:
        """Let a workshop's gateway into a lab's network; it is started, had it been stopped.

        Raises:
            NoSuchLab: the gateway is not there.
        """
        ...

    def gateway_image(self, on_progress: OnProgress = silent) -> str:
        """The reference of the gateway's image; builds it when it is missing."""
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

    def kept_file(self, lab: str, service: str, path: str) -> bytes | None:
        """One file below ``/etc/labctl`` of a service whose container is gone, from its volume."""
        ...

    def kept_trees(self, labs: Collection[str], service: str) -> dict[str, list[TreeFile]]:
        """All files below ``/etc/labctl`` of a service of several labs, by lab, in one reading.

        Much quicker than one lab after the other. A lab without such a volume is left out.
        """
        ...

    def write_file(self, lab: str, service: str, path: str, content: bytes, mode: int) -> None:
        """Put one file, owned by root, into a volume of a service, running or not."""
        ...

    def put_files(self, lab: str, service: str, files: Sequence[PlanFile]) -> None:
        """Put a plan's files where they belong in a service, over those that are there."""
        ...

    def reload(self, lab: str, service: str) -> None:
        """Have a running service read its configuration again (HUP); sessions go on."""
        ...

    def read_file(self, lab: str, service: str, path: str) -> bytes:
        """One file of a service, running or not.

        Raises:
            FileNotFoundError: the container has no such file.
        """
        ...

    def read_tree(self, lab: str, service: str, path: str) -> list[TreeFile]:
        """All regular files below ``path``, running or not; empty when there is none such."""
        ...

    def read_archive(self, lab: str, service: str, path: str) -> bytes:
        """A tar of a folder of a service, running or not; its one root is the folder's name."""
        ...

    def write_archive(self, lab: str, service: str, path: str, archive: bytes) -> None:
        """Unpack a tar below a folder in a volume of a service, owners and times as it has them."""
        ...

    def run_once(self, plan: Plan, service: str, argv: Sequence[str]) -> ExecResult:
        """Run a command in a container of its own, as the plan's service but without a network."""
        ...

    def exec(self, lab: str, service: str, argv: Sequence[str], *, user: str = "") -> ExecResult:
        """Run a command inside a running service and wait for it."""
        ...

    def logs(
        self, lab: str, service: str, *, since: int = 0, follow: bool = False, tail: int = 0
    ) -> Iterator[LogLine]:
        """The service's log from ``since`` (nanoseconds) on; ``tail`` > 0: only the last lines."""
        ...

    def addresses(self, lab: str) -> dict[str, str]:
        """The IPv4 address on the lab's network of each service that runs."""
        ...

    def capture(
        self, lab: str, service: str, image: str, expression: str
    ) -> AbstractContextManager[Tapped]:
        """Listen on the wire of a running service; ``expression`` is one of pcap-filter(7).

        It hears from the block's first line on; what listened is removed at its end.
        """
        ...

    def listen(self, lab: str, service: str, image: str, name: str, expression: str) -> None:
        """Have a container ``name`` listen as ``capture`` does, also when this process has ended.

        One of that name that listens already goes on. It keeps the last 16 MB of six hours.
        """
        ...

    def overheard(self, lab: str, name: str) -> list[bytes]:
        """What ``listen`` has heard by now, as pcap files; empty when it does not listen any more.

        All that was on the wire before is in it.
        """
        ...

    def end_listening(self, lab: str, name: str) -> None:
        """Remove what ``listen`` made; that there is none such is fine."""
        ...

    def follow(self, lab: str, service: str, *, since: int) -> Following:
        """The service's log from ``since`` (nanoseconds) on, as it comes, until it stops."""
        ...

    def follow_changes(self, workshop: str, *, since: int) -> Following:
        """The names of a workshop's labs as they change, from ``since`` (nanoseconds) on.

        A lab changes when a file is put into a service of its, and when one starts or ends. Engines
        that speak Docker's API but do not tell of files tell of the rest.
        """
        ...

    def follow_command(
        self, lab: str, service: str, argv: Sequence[str], *, user: str = ""
    ) -> Following:
        """What a command inside a running service writes, as it comes.

        Its input ends with ``close``, or with labctl: by this it knows that nobody listens any
        more. One that does not read its input may go on.
        """
        ...

    def shell(self, lab: str, service: str, argv: Sequence[str], *, user: str = "") -> int:
        """Give this terminal to a command inside a running service; its exit code."""
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
