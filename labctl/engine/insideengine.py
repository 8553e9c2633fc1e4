"""What an engine does inside a lab's services: their files, commands, logs and wires."""

import contextlib
import sys
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from labctl.engine import inside
from labctl.engine.clock import read_time
from labctl.engine.explain import explained
from labctl.engine.labels import LAB_LABEL, SERVICE_LABEL
from labctl.engine.reached import ReachedEngine
from labctl.engine.values import ExecResult, LogLine, Tapped, TreeFile
from labctl.model.plan import Plan, PlanFile

if TYPE_CHECKING:
    from labctl.engine.following import Lines


class InsideEngine(ReachedEngine):
    """See ``labctl.engine.protocol.Engine`` for what each method promises."""

    # -- files -------------------------------------------------------------------------------------

    def write_file(self, lab: str, service: str, path: str, content: bytes, mode: int) -> None:
        """Put one file into a volume."""
        with explained():
            inside.write_file(self.api, self._container(lab, service), path, content, mode)

    def put_files(self, lab: str, service: str, files: Sequence[PlanFile]) -> None:
        """Put a plan's files into a service."""
        with explained():
            inside.put_files(self.api, self._container(lab, service), files)

    def reload(self, lab: str, service: str) -> None:
        """Have a service read its configuration again."""
        with explained():
            self.api.kill(self._container(lab, service), "HUP")

    def read_file(self, lab: str, service: str, path: str) -> bytes:
        """One file."""
        with explained():
            return inside.read_file(self.api, self._container(lab, service), path)

    def read_tree(self, lab: str, service: str, path: str) -> list[TreeFile]:
        """All files below a folder."""
        with explained():
            return inside.read_tree(self.api, self._container(lab, service), path)

    def read_archive(self, lab: str, service: str, path: str) -> bytes:
        """A tar of a folder."""
        with explained():
            chunks, _ = self.api.get_archive(self._container(lab, service), path)
            return b"".join(chunks)

    def write_archive(self, lab: str, service: str, path: str, archive: bytes) -> None:
        """Unpack a tar below a folder."""
        with explained():
            self.api.put_archive(self._container(lab, service), path, archive)

    # -- processes and logs ------------------------------------------------------------------------

    def run_once(self, plan: Plan, service: str, argv: Sequence[str]) -> ExecResult:
        """Run a command in a container of its own."""
        from labctl.engine.compose import read_plan
        from labctl.engine.oneoff import run_once

        wanted = next(c for c in read_plan(plan).containers if c.service == service)
        with explained():
            return run_once(self.api, wanted, argv)

    def exec(self, lab: str, service: str, argv: Sequence[str], *, user: str = "") -> ExecResult:
        """Run a command inside a service."""
        with explained():
            return inside.execute(self.api, self._container(lab, service), argv, user)

    def logs(
        self, lab: str, service: str, *, since: int = 0, follow: bool = False, tail: int = 0
    ) -> Iterator[LogLine]:
        """The service's log."""
        with explained():
            container = self._container(lab, service)
            yield from inside.logs(self.api, container, since=since, follow=follow, tail=tail)

    def addresses(self, lab: str) -> dict[str, str]:
        """The services' addresses."""
        mine = {"label": [f"{LAB_LABEL}={lab}", SERVICE_LABEL]}
        with explained():
            there = self.api.containers(filters=mine)
        found = {
            one["Labels"][SERVICE_LABEL]: net["IPAddress"]
            for one in there
            for net in one["NetworkSettings"]["Networks"].values()
        }
        return {service: address for service, address in found.items() if address}

    @contextlib.contextmanager
    def capture(self, lab: str, service: str, image: str, expression: str) -> Iterator[Tapped]:
        """Listen on a service's wire."""
        from labctl.engine.capture import tapped

        with explained():
            beside = self._container(lab, service)
            with tapped(self.api, lab, beside, image, expression) as tap:
                yield tap

    def listen(self, lab: str, service: str, image: str, name: str, expression: str) -> None:
        """Listen on a service's wire until told otherwise."""
        from labctl.engine.overhear import listen

        with explained():
            beside = self._container(lab, service)
            listen(self.api, lab, beside, image, name, expression)

    def overheard(self, lab: str, name: str) -> list[bytes]:
        """What was heard by now."""
        del lab
        from labctl.engine.overhear import overheard

        with explained():
            return overheard(self.api, name)

    def end_listening(self, lab: str, name: str) -> None:
        """Remove what listens."""
        del lab
        from labctl.engine.remove import remove_container

        with explained():
            remove_container(self.api, name)

    def follow(self, lab: str, service: str, *, since: int) -> "Lines":
        """The service's log as it comes."""
        from labctl.engine.following import follow_log

        with explained():
            return follow_log(self.api, self._container(lab, service), since)

    def follow_changes(self, workshop: str, *, since: int) -> "Lines":
        """The labs of a workshop as they change."""
        from labctl.engine.following import follow_changes

        with explained():
            return follow_changes(self.api, workshop, since)

    def follow_command(
        self, lab: str, service: str, argv: Sequence[str], *, user: str = ""
    ) -> "Lines":
        """A command's lines as they come."""
        from labctl.engine.following import follow_command

        with explained():
            return follow_command(self.api, self._container(lab, service), list(argv), user)

    def shell(self, lab: str, service: str, argv: Sequence[str], *, user: str = "") -> int:
        """Give this terminal to a command inside a service."""
        from labctl.engine.terminal import attach

        with explained():
            return attach(self.api, self._container(lab, service), argv, user)

    def now(self) -> int:
        """The engine's clock; this machine's where the engine runs on it.

        On macOS and Windows the engine is in a machine of its own, whose clock may differ. So is
        Docker Desktop's on Linux, which is not told apart: this machine's clock is taken for its.
        """
        if self.address.local and sys.platform == "linux":
            return time.time_ns()
        with explained():
            there = read_time(str(self.api.info()["SystemTime"]))
        return int(there.timestamp() * 1e9) if there else time.time_ns()

    def version(self) -> str:
        """The engine's version."""
        with explained():
            return str(self.api.version()["Version"])
