"""What is done inside a lab's services on a Swarm: asked of the engine of the lab's node."""

import contextlib
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from labctl.engine import inside
from labctl.engine.dockerengine import DockerEngine
from labctl.engine.explain import explained
from labctl.engine.swarmfollow import Merged, Roll
from labctl.engine.swarmkept import applied_files, marks_of
from labctl.engine.swarmreached import Swarm
from labctl.engine.swarmtask import ended
from labctl.engine.values import ExecResult, Following, LogLine, Tapped, TreeFile
from labctl.errors import NoEngine, NoSuchLab, NotFound
from labctl.model.plan import CONFIG_FOLDER, PlanFile

if TYPE_CHECKING:
    from labctl.engine.following import Lines


class SwarmInside:
    """See ``labctl.engine.protocol.Engine`` for what each method promises."""

    swarm: Swarm

    def _at(self, lab: str) -> DockerEngine:
        return self.swarm.engine_of(self.swarm.node_of(lab))

    # -- files -------------------------------------------------------------------------------------

    def write_file(self, lab: str, service: str, path: str, content: bytes, mode: int) -> None:
        """Put one file into a volume."""
        self._at(lab).write_file(lab, service, path, content, mode)

    def put_files(self, lab: str, service: str, files: Sequence[PlanFile]) -> None:
        """Put a plan's files into a service."""
        self._at(lab).put_files(lab, service, files)

    def reload(self, lab: str, service: str) -> None:
        """Have a service read its configuration again."""
        self._at(lab).reload(lab, service)

    def read_file(self, lab: str, service: str, path: str) -> bytes:
        """One file; of a node that does not answer, as it was applied."""
        node = self.swarm.node_of(lab)
        if not node.alive:
            applied = applied_files(self.swarm, lab, service)
            if path not in applied:
                raise FileNotFoundError(path)
            return applied[path]
        engine = self.swarm.engine_of(node)
        try:
            return engine.read_file(lab, service, path)
        except NotFound:  # a node that was drained has removed the container, not the volume
            kept = engine.kept_file(lab, service, path)
        if kept is None:
            raise FileNotFoundError(path)
        return kept

    def read_tree(self, lab: str, service: str, path: str) -> list[TreeFile]:
        """All files below a folder; of a node that does not answer, as they were applied."""
        node = self.swarm.node_of(lab)
        if node.alive:
            return self.swarm.engine_of(node).read_tree(lab, service, path)
        return self._applied(lab, service, path)

    def _applied(self, lab: str, service: str, path: str) -> list[TreeFile]:
        below = f"{path}/"
        return [
            TreeFile(target.removeprefix(below), content, 0.0)
            for target, content in applied_files(self.swarm, lab, service).items()
            if target.startswith(below)
        ]

    def read_archive(self, lab: str, service: str, path: str) -> bytes:
        """A tar of a folder."""
        return self._at(lab).read_archive(lab, service, path)

    def write_archive(self, lab: str, service: str, path: str, archive: bytes) -> None:
        """Unpack a tar below a folder."""
        self._at(lab).write_archive(lab, service, path, archive)

    # -- volumes whose container is gone -----------------------------------------------------------

    def kept_file(self, lab: str, service: str, path: str) -> bytes | None:
        """A file of a volume whose container is gone."""
        for node, engine in self.swarm.reached():
            if node.name == self._keeper(lab):
                self.swarm.bring([self.swarm.manager.images()["postfix"]], engine)
                return engine.kept_file(lab, service, path)
        return None

    def kept_trees(self, labs: Collection[str], service: str) -> dict[str, list[TreeFile]]:
        """The configuration volumes of several labs, node by node."""
        at = {found.name: found.node for found in self.swarm.labs() if found.name in labs}
        trees: dict[str, list[TreeFile]] = {}
        for node in self.swarm.nodes():
            mine = [lab for lab, name in at.items() if name == node.name]
            if not node.alive:
                trees |= {lab: self._applied(lab, service, CONFIG_FOLDER) for lab in mine}
            elif mine:
                engine = self.swarm.engine_of(node)
                images = self.swarm.manager.images()
                self.swarm.bring([images["postfix"], images["dovecot"]], engine)
                trees |= engine.kept_trees(mine, service)
        return trees

    def _keeper(self, lab: str) -> str:
        """The name of the node that has volumes of a lab which runs nowhere."""
        left = marks_of(self.swarm, lab).left
        nodes = [r.node for r in self.swarm.resources(lab) if r.kind == "volume"]
        return min(nodes, key=lambda node: node in left, default="")

    # -- processes and logs ------------------------------------------------------------------------

    def exec(self, lab: str, service: str, argv: Sequence[str], *, user: str = "") -> ExecResult:
        """Run a command inside a service."""
        return self._at(lab).exec(lab, service, argv, user=user)

    def logs(
        self, lab: str, service: str, *, since: int = 0, follow: bool = False, tail: int = 0
    ) -> Iterator[LogLine]:
        """The service's log: what its ended containers said, and what the last one says."""
        engine = self._at(lab)
        with explained():
            before = [] if tail else ended(engine, lab, service)
            for container in before:
                yield from inside.logs(engine.api, container, since=since, follow=False, tail=0)
        yield from engine.logs(lab, service, since=since, follow=follow, tail=tail)

    def addresses(self, lab: str) -> dict[str, str]:
        """The services' addresses."""
        return self._at(lab).addresses(lab)

    @contextlib.contextmanager
    def capture(self, lab: str, service: str, image: str, expression: str) -> Iterator[Tapped]:
        """Listen on a service's wire."""
        with self._with(lab, image).capture(lab, service, image, expression) as tap:
            yield tap

    def listen(self, lab: str, service: str, image: str, name: str, expression: str) -> None:
        """Listen on a service's wire until told otherwise."""
        self._with(lab, image).listen(lab, service, image, name, expression)

    def overheard(self, lab: str, name: str) -> list[bytes]:
        """What was heard by now on the lab's node."""
        return self._at(lab).overheard(lab, name)

    def end_listening(self, lab: str, name: str) -> None:
        """Remove what listens on the lab's node; of a lab that is gone or lost, so is that."""
        with contextlib.suppress(NoSuchLab, NoEngine):
            self._at(lab).end_listening(lab, name)

    def follow(self, lab: str, service: str, *, since: int) -> "Lines":
        """The service's log as it comes."""
        return self._at(lab).follow(lab, service, since=since)

    def follow_changes(self, workshop: str, *, since: int) -> Following:
        """The labs of a workshop as they change, on whichever node."""
        with contextlib.ExitStack() as taken_back:
            followed: list[Following] = [Roll(self._answering)]
            for _, engine in self.swarm.reached():
                followed.append(engine.follow_changes(workshop, since=since))
                taken_back.callback(followed[-1].close)
            taken_back.pop_all()
        return Merged(followed)

    def _answering(self) -> frozenset[str]:
        return frozenset(node.id for node in self.swarm.nodes() if node.alive)

    def follow_command(
        self, lab: str, service: str, argv: Sequence[str], *, user: str = ""
    ) -> "Lines":
        """A command's lines as they come."""
        return self._at(lab).follow_command(lab, service, argv, user=user)

    def shell(self, lab: str, service: str, argv: Sequence[str], *, user: str = "") -> int:
        """Give this terminal to a command inside a service."""
        return self._at(lab).shell(lab, service, argv, user=user)

    def _with(self, lab: str, image: str) -> DockerEngine:
        """The lab's node, where the image is now, too."""
        engine = self._at(lab)
        self.swarm.bring([image], engine)
        return engine
