"""What is in a lab's containers and volumes: files, and commands that run there."""

from collections.abc import Collection, Sequence
from typing import Protocol

from labctl.engine.values import ExecResult, TreeFile
from labctl.model.plan import Plan, PlanFile


class HasInside(Protocol):
    """See ``labctl.engine.protocol.Engine``."""

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

    def shell(self, lab: str, service: str, argv: Sequence[str], *, user: str = "") -> int:
        """Give this terminal to a command inside a running service; its exit code."""
        ...
