"""Read what an expectation asks about, and no more than that."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from labctl.exercise.probes import (
    CopyProbe,
    FilesProbe,
    LoginsProbe,
    LogProbe,
    MaildirProbe,
    MessageProbe,
    PolicyProbe,
    PortProbe,
    Probe,
    QueueProbe,
    WireProbe,
    leaves,
)
from labctl.model.maildir import Maildir
from labctl.model.observation import Observation
from labctl.verbs.exercise_policy import measured
from labctl.verbs.exercise_world import World, logins

Need = tuple[str, str]  # which sensor, and of what: ("log", "postfix")


def needs(probe: Probe) -> frozenset[Need]:
    """The sensors that answer a probe; what was said is known anyway."""
    wanted = {need for leaf in leaves(probe) if (need := _read_of(leaf) or _need(leaf))}
    for leaf in leaves(probe):
        if isinstance(leaf, PolicyProbe):
            wanted |= {("policy", leaf.key(aspect)) for aspect in leaf.asked}
    return frozenset(wanted)


def _read_of(leaf: object) -> Need | None:
    """Messages have to be read: of whom; and the wire."""
    if isinstance(leaf, WireProbe):
        return "wire", ""
    return ("message", leaf.account) if isinstance(leaf, MessageProbe) else None


def _need(leaf: object) -> Need | None:
    match leaf:
        case MaildirProbe(at=None):
            return "maildir", ""
        case LogProbe() as log:
            return "log", log.source
        case LoginsProbe():
            return "log", "dovecot"
        case QueueProbe():
            return "queue", ""
        case FilesProbe(service=service):
            return "files", service
        case CopyProbe(name=name):
            return "copy", name
        case PortProbe(endpoint=endpoint):
            return "port", endpoint
    return None


class Sensors:
    """The observation so far, brought up to date where it is asked for."""

    def __init__(self, world: World, watch: tuple[str, ...]) -> None:
        self._world = world
        self._watch = watch
        self._seen = Observation(accounts=world.accounts)
        self._since = 0
        self._last: frozenset[Need] = frozenset()
        self.latest_look: tuple[Maildir, ...] = ()

    def mark(self) -> None:
        """A step begins: of the logs, only what comes now counts."""
        with self._world.waiting():
            self._since = self._world.engine.now()
        self._last = frozenset()

    def resume(self, since: int, looks: Mapping[str, tuple[Maildir, ...]]) -> None:
        """Go on where another process left off: the step's mark, and the earlier looks."""
        self._since = since
        self._seen = replace(self._seen, looks=dict(looks), wire={})
        self.latest_look = [*looks.values()][-1] if looks else ()

    def keep_look(self, name: str) -> tuple[Maildir, ...]:
        """Look at the watched Maildirs now, and remember it under a name."""
        self.latest_look = self._look()
        looks = {**self._seen.looks, name: self.latest_look}
        self._seen = replace(self._seen, maildirs=self.latest_look, looks=looks)
        return self.latest_look

    def observe(self, wanted: frozenset[Need], *, fresh: bool) -> Observation:
        """What is seen now.

        Without ``fresh``, a reading that settled the expectation just before is good for this one,
        too: what it proved to be over is over in the same reading.
        """
        anew = wanted if fresh else wanted - self._last
        for sensor, of in anew:
            if sensor != "policy":
                self._read(sensor, of)
        self._measure([of for sensor, of in anew if sensor == "policy"])
        self._last = wanted
        talks = self._world.talks
        sessions = {name: talk.session() for name, talk in talks.items()}
        self._seen = replace(self._seen, sessions=sessions)
        return self._seen

    def _measure(self, keys: Sequence[str]) -> None:
        """What the servers do, site by site, in the respects that are asked about."""
        if keys:
            found = measured(self._world, keys)
            self._seen = replace(self._seen, policy={**self._seen.policy, **found})

    def _look(self) -> tuple[Maildir, ...]:
        return tuple(self._world.maildir(who) for who in self._watch)

    def _read(self, sensor: str, of: str) -> None:
        world, seen = self._world, self._seen
        if sensor == "maildir":
            self._seen = replace(seen, maildirs=self._look())
        elif sensor == "log":
            kind, _, who = of.partition(" of ")
            lines = world.log(world.server(kind, who), self._since)
            told = logins(lines) if of == "dovecot" else seen.logins
            self._seen = replace(seen, logs={**seen.logs, of: lines}, logins=told)
        elif sensor == "message":
            stored = {**seen.stored, world.address(of): world.stored(of)}
            self._seen = replace(seen, stored=stored)
        elif sensor == "queue":
            self._seen = replace(seen, queue=world.queue())
        elif sensor == "files":
            self._seen = replace(seen, files={**seen.files, of: world.files(of)})
        elif sensor == "wire":
            with world.waiting():
                self._seen = replace(seen, wire=world.ear.heard(self._since))
        elif sensor == "port":
            self._seen = replace(seen, ports={**seen.ports, of: world.listens(of)})
        else:
            self._seen = replace(seen, copies={**seen.copies, of: world.mboxes.copies(of)})
