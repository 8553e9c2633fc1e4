"""The lab as one run of an exercise sees it: its own messages, and what the servers say of them."""

import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from labctl.engine.protocol import Engine
from labctl.engine.values import ExecResult
from labctl.errors import NotReady
from labctl.exercise.references import UNKNOWN
from labctl.mail.dovecot_log import LoggedIn, parse_line
from labctl.mail.maildir import read_maildir
from labctl.mail.message import TOKEN_HEADER
from labctl.mail.peer_trace import is_trace
from labctl.mail.postfix_log import on_the_way, reports
from labctl.mail.queue import read_queue
from labctl.mail.stored import read_stored
from labctl.mail.wire import Target
from labctl.model.lab import EndpointName
from labctl.model.maildir import Folder, Maildir, MaildirEntry
from labctl.model.plan import CONFIG_FOLDER
from labctl.model.status import LabStatus
from labctl.model.stored import Stored
from labctl.verbs.exercise_mbox import Mboxes
from labctl.verbs.exercise_names import NOBODYS, cast, names
from labctl.verbs.exercise_pop3 import Box
from labctl.verbs.exercise_talk import Talk
from labctl.verbs.exercise_wire import Ear
from labctl.verbs.labs import is_kind
from labctl.verbs.wipe import MAIL

# Every place a container can write to is a mount of its own, for its root file system is read-only.
# $1: words, one a line; then names of files: Postfix's queue files are called like their messages,
# which is the only way to know one that somebody typed without a Message-ID.
_SEARCH = r"""
words=$1; shift
while read -r _ place kind options _; do
  case $kind in proc|sysfs|cgroup*|mqueue|devpts) continue;; esac
  case ,$options, in *,rw,*) ;; *) continue;; esac
  find "$place" -xdev -type f -exec grep -lsF -D skip -e "$words" -- {} +
  for name; do find "$place" -xdev -type f -name "$name"; done
done </proc/mounts
"""


_PATIENCE = 20  # seconds that a command inside a service may take
_KNOCK = 2  # seconds in which a server on this machine takes a connection
_TOO_LATE = 124  # how timeout(1) says that it had to end a command


class World:
    """Engine, accounts and endpoints of one lab, with the token by which a run knows its mail."""

    def __init__(
        self,
        engine: Engine,
        status: LabStatus,
        people: tuple[str, ...],
        *,
        token: str = "",
        begun: int = 0,
    ) -> None:
        self.engine = engine
        self.lab = status.name
        self.token = token or new_token()
        # Hands-on, a participant's own message carries no token: what was there before the run is
        # known by file name and Message-ID, and everything else counts. None: only the token does.
        self.theirs: frozenset[str] | None = None
        self.message_ids: tuple[str, ...] = ()  # of messages of this run without its token
        self.sentinels: list[str] = []  # tokens of the messages that only prove that time passed
        self.waited = 0.0  # seconds spent waiting for servers and engine
        self.people = cast(people, status.accounts)
        self.names = {**names(status, self.people), "token": self.token}
        self.talks: dict[str, Talk] = {}
        self.queue_ids: list[str] = []
        self.memories: dict[str, set[str]] = {}  # unique ids that POP3 clients remember, by name
        self.sent = b""  # the message that this run sent last
        self._begun = begun or engine.now()  # of the log, this run needs what comes from now on
        self._services = status.services
        self._endpoints = {e.name: e for e in status.endpoints}
        self._further = {(e.site, e.name): e for e in status.further}
        self._ca_pem = status.ca_pem
        self.mboxes = Mboxes(self.token)
        passwords = {account.address: account.password for account in status.accounts}
        self.ear = Ear(engine, self.lab, self.token, passwords)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """What happens in here is the servers' time, not labctl's; inside itself it counts once."""
        begun, before = monotonic(), self.waited
        try:
            yield
        finally:
            self.waited = before + monotonic() - begun

    # -- names ------------------------------------------------------------------------------------

    def server(self, kind: str, who: str = "") -> str:
        """The service of that kind at an account's site; without one, of the lab's first."""
        domain = self.address(who).rpartition("@")[2] if who else ""
        mine = (s.name for s in self._services if s.site == domain and is_kind(s.name, kind))
        return next(mine, kind)

    def target(self, name: EndpointName, domain: str = "") -> Target:
        """Where an endpoint of a site is, and the CA to trust.

        Raises:
            NotReady: the lab does not publish it.
        """
        if name not in self._endpoints:
            raise NotReady("the lab {lab} has no endpoint {name}", lab=self.lab, name=name)
        return Target(self._further.get((domain, name)) or self._endpoints[name], self._ca_pem)

    def address(self, who: str) -> str:
        """The address of one of the exercise's people."""
        if who == UNKNOWN:
            return self.names[UNKNOWN]
        return NOBODYS.get(who) or self.people[who].address

    @property
    def accounts(self) -> dict[str, str]:
        """The exercise's names for accounts, and their addresses."""
        return {who: account.address for who, account in self.people.items()}

    # -- what is seen -----------------------------------------------------------------------------

    def ask(self, service: str, *command: str) -> ExecResult:
        """Run a command inside a service.

        Raises:
            NotReady: it does not come to an end, as when the server it asks is stuck.
        """
        with self.waiting():
            said = self.engine.exec(self.lab, service, ["timeout", str(_PATIENCE), *command])
        if said.exit_code == _TOO_LATE:
            raise NotReady(
                "{service} did not answer within {seconds} s",
                remedy="what it says: labctl logs {service}; then: labctl restart {service}",
                service=service,
                seconds=_PATIENCE,
            )
        return said

    def maildir(self, who: str) -> Maildir:
        """An account's Maildir: the messages of this run, nothing else."""
        box = self.everything(who)
        return Maildir(box.address, tuple(self._ours(folder) for folder in box.folders))

    def inbox(self, who: str) -> Box:
        """How many messages an account's inbox holds, and how many of them are this run's."""
        inbox = self.everything(who).inbox
        return Box(len(inbox.entries), len(self._ours(inbox).entries))

    def everything(self, who: str) -> Maildir:
        """An account's Maildir: all messages, the participant's own among them."""
        address = self.people[who].address
        with self.waiting():
            files = self.engine.read_tree(self.lab, self.server("dovecot", who), home(address))
        return read_maildir(address, ((file.path, file.content) for file in files))

    def _ours(self, folder: Folder) -> Folder:
        return Folder(folder.name, tuple(e for e in folder.entries if self._is_ours(e)))

    def _is_ours(self, entry: MaildirEntry) -> bool:
        if entry.token or self.theirs is None:
            return entry.token == self.token
        return not self.theirs & {entry.unique, entry.message_id}

    def stored(self, who: str) -> tuple[Stored, ...]:
        """This run's messages in all folders of an account, read."""
        address = self.people[who].address
        with self.waiting():
            files = self.engine.read_tree(self.lab, self.server("dovecot", who), home(address))
        return tuple(
            read_stored(file.content, folder.name)
            for file in files
            for folder in read_maildir(address, [(file.path, file.content)]).folders
            if self._ours(folder).entries
        )

    def first(self, who: str) -> bytes:
        """This run's first message in an account's inbox, as it lies there.

        Raises:
            NotReady: there is none.
        """
        address = self.people[who].address
        with self.waiting():
            files = self.engine.read_tree(self.lab, self.server("dovecot", who), home(address))
        ours = [
            (entry.filed, file.content)
            for file in files
            for entry in self._ours(
                read_maildir(address, [(file.path, file.content)]).inbox
            ).entries
        ]
        if not ours:
            raise NotReady("there is no message for {address} yet", address=address)
        return min(ours)[1]

    def reported(self) -> bool:
        """Whether Postfix has reported failures of this run's messages: the reports are ours."""
        ours = self._all_queue_ids()
        found = reports(self.log("postfix", self._begun), ours)
        self.queue_ids += found - ours
        return bool(found)

    def log(self, service: str, since: int) -> tuple[str, ...]:
        """A service's log from a mark on."""
        with self.waiting():
            lines = self.engine.logs(self.lab, service, since=since)
            return tuple(line.text for line in lines if not is_trace(line.text))

    def queue(self) -> tuple[str, ...]:
        """The queue ids of this run's messages that Postfix still holds."""
        said = self.ask("postfix", "postqueue", "-j")
        ours = self._all_queue_ids()
        return tuple(e.queue_id for e in read_queue(said.stdout) if e.queue_id in ours)

    def settled(self) -> bool:
        """Whether every message of this run is delivered, returned or told to wait."""
        ours = self._all_queue_ids()
        return not ours or not on_the_way(self.log("postfix", self._begun), ours)

    def _all_queue_ids(self) -> set[str]:
        return {*self.queue_ids, *(i for talk in self.talks.values() for i in talk.queue_ids)}

    def files(self, service: str) -> tuple[str, ...]:
        """Files with this run's token, in all places that a service's container can write to.

        But for the folder of its configuration, where labctl keeps its own record of the run.
        """
        words = (f"{TOKEN_HEADER}: {self.token}", *self.message_ids)
        named = sorted(self._all_queue_ids()) if is_kind(service, "postfix") else []
        said = self.ask(service, "sh", "-c", _SEARCH, "sh", "\n".join(words), *named)
        found = set(said.stdout.split("\n")) - {""}
        return tuple(sorted(path for path in found if not path.startswith(f"{CONFIG_FOLDER}/")))

    def listens(self, endpoint: str) -> bool:
        """Whether an endpoint takes connections."""
        at = next((each for name, each in self._endpoints.items() if name == endpoint), None)
        if at is None:
            return False
        try:
            with self.waiting(), socket.create_connection((at.host, at.port), _KNOCK):
                return True
        except OSError:
            return False

    def close(self) -> None:
        """End every session that is still open, and forget the local copies."""
        for talk in self.talks.values():
            talk.wire.close()
        self.mboxes.forget()


def new_token() -> str:
    """By which a run's messages are known."""
    return f"labctl-{secrets.token_hex(6)}"


def home(address: str) -> str:
    """Where Dovecot keeps an account's Maildir."""
    local, _, domain = address.rpartition("@")
    return f"{MAIL}/{domain}/{local}/Maildir"


def logins(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The lines by which Dovecot says that a mail client logged in."""
    return tuple(line for line in lines if isinstance(parse_line(line), LoggedIn))
