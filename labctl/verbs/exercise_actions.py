"""What an exercise does in its demo: each action against the real lab."""

from labctl.errors import EnvironmentProblem, NotReady
from labctl.exercise.actions import (
    Capture,
    Deed,
    Expire,
    Fixture,
    Flush,
    Forget,
    Imap,
    Pop3,
    Sentinel,
    ServiceAct,
    Smtp,
    Switch,
)
from labctl.lang import Text
from labctl.mail.maildir import read_maildir
from labctl.mail.message import compose
from labctl.model.observation import Session
from labctl.model.profile import ProfileName
from labctl.verbs import service
from labctl.verbs.exercise_imap import ImapTalk
from labctl.verbs.exercise_pop3 import Pop3Talk
from labctl.verbs.exercise_post import Post
from labctl.verbs.exercise_smtp import Letter, SmtpTalk
from labctl.verbs.exercise_talk import Talk, Voice
from labctl.verbs.exercise_wait import until
from labctl.verbs.exercise_world import World, home
from labctl.verbs.profile import switch

# What Dovecot can build anew from the messages; `dovecot-uidvalidity` stays, so that no number is
# given twice, and so do the users' keywords.
_FORGET = 'cd "$1" && rm -f dovecot-uidlist dovecot.index dovecot.index.log* dovecot.index.cache'

Act = Session | Text


class Doer:
    """Carries out actions; remembers what it must put back."""

    def __init__(self, world: World, subject: str) -> None:
        self._world = world
        self._subject = subject
        self._post = Post(world, subject)
        self._stopped: list[str] = []
        self.switched = False  # to a profile that is not the default one
        self._folders: list[tuple[str, str]] = []  # address and name of those that this run made

    def do(self, act: Deed) -> Act:
        """Carry out one action; what was said, or what was done without a word."""
        if isinstance(act, Smtp | Imap | Pop3):
            return self._speak(act)
        if isinstance(act, ServiceAct):
            return self._service(act)
        if isinstance(act, Sentinel):
            return self._post.sentinel(act.to)
        if isinstance(act, Forget):
            return self._forget(act.account)
        if isinstance(act, Expire):
            return self._expire()
        if isinstance(act, Capture):
            return self._listen(act.beside)
        if isinstance(act, Switch):
            return self.switch(act.name)
        assert isinstance(act, Flush)
        return self._flush()

    # -- sessions ---------------------------------------------------------------------------------

    def _speak(self, act: Smtp | Imap | Pop3) -> Session:
        world = self._world
        talk = world.talks.get(act.session)
        if talk is None or talk.over:
            if not isinstance(act, Smtp):  # a client lists what LMTP has finished, no more
                self._post.settle()
            world.queue_ids += talk.queue_ids if talk else ()
            talk = world.talks[act.session] = self._begun(act)
        since = len(talk.wire.transcript)
        with world.waiting():
            talk.say(act.commands)
        if isinstance(talk, SmtpTalk) and talk.sent:
            world.sent = talk.sent
        return talk.session(since)

    def _begun(self, act: Smtp | Imap | Pop3) -> Talk:
        world = self._world
        who = act.login if isinstance(act, Smtp) else act.account
        voice = Voice(
            act.session,
            world.target(act.endpoint, world.people[who].domain if who else ""),
            world.names,
            world.token,
            world.people[who] if who else None,
        )
        if isinstance(act, Imap):
            address = world.people[act.account].address
            made = self._folders
            return ImapTalk(
                voice,
                lambda folder: made.append((address, folder)),
                lambda: self._written(address, world.address(act.to or act.account)),
            )
        if isinstance(act, Smtp):
            to = tuple(world.address(each) for each in act.to)
            named = tuple(world.address(each) for each in act.message.to or act.to)
            said = act.message
            author = world.address(said.author or act.sender)
            stored = world.first(said.again.of) if said.again else b""
            sender = world.address(act.sender)
            letter = Letter(sender, to, named, self._subject, said, author, stored)
            # An idle smtpd may still hold its connection to a Dovecot that was restarted since.
            again = "dovecot" not in self._stopped
            return SmtpTalk(voice, letter, clear=act.tls == "none", again=again)
        copy = act.copy_

        def save(message: bytes) -> None:
            if copy:
                world.mboxes.save(copy, message)

        memory = world.memories.setdefault(act.memory, set()) if act.memory else None
        return Pop3Talk(voice, world.inbox(act.account), save, memory)

    def _written(self, author: str, to: str) -> bytes:
        """What was sent last, or else a message that its author has not finished yet."""
        world = self._world
        words = "This message is still being written.\n"
        return world.sent or compose(author, to, self._subject, words, token=world.token)

    # -- servers ----------------------------------------------------------------------------------

    def _service(self, act: ServiceAct) -> Text:
        world = self._world
        if act.stop:
            self._stopped.append(act.stop)
            with world.waiting():
                service.stop(world.engine, world.lab, act.stop)
            return Text("{service} was stopped", {"service": act.stop})
        assert act.start
        self._start(act.start)
        return Text("{service} was started", {"service": act.start})

    def _start(self, name: str) -> None:
        world = self._world
        with world.waiting():
            service.start(world.engine, world.lab, name)
        if name in self._stopped:
            self._stopped.remove(name)

    def put_back(self) -> None:
        """Start what an interrupted step left stopped, and end the profile of this run."""
        for name in tuple(self._stopped):
            self._start(name)
        if self.switched:
            self.switch("default")

    def switch(self, name: ProfileName, *, exercise: str = "", concealed: bool = False) -> Text:
        """Switch the lab to a profile; at the end of the run it goes back to the default one."""
        world = self._world
        self.switched = True
        with world.waiting():
            switch(world.engine, world.lab, name, exercise=exercise, concealed=concealed)
        self.switched = name != "default"
        return Text("labctl profile {name}", {"name": name})

    def _flush(self) -> Text:
        world = self._world
        said = world.ask("postfix", "postqueue", "-f")
        if said.exit_code:
            raise EnvironmentProblem(
                "Postfix did not flush its queue: {why}", why=said.stderr.strip()[-300:]
            )
        return Text("Postfix was asked to try its queue again: postqueue -f")

    def _forget(self, who: str) -> Text:
        world = self._world
        with world.waiting():
            self._post.settle()
            done = world.ask("dovecot", "sh", "-c", _FORGET, "sh", home(world.address(who)))
        if done.exit_code:
            raise EnvironmentProblem(
                "Dovecot's index was not removed: {why}", why=done.stderr.strip()[-300:]
            )
        return Text(
            "Dovecot lost its list of UIDs for the inbox of {address}",
            {"address": world.address(who)},
        )

    def _expire(self) -> Text:
        """End the wait of this run's messages; done when Postfix has written its reports."""
        world = self._world
        for queue_id in world.queue():
            for command in (("postsuper", "-f", queue_id), ("postqueue", "-i", queue_id)):
                said = world.ask("postfix", *command)
                if said.exit_code:
                    raise EnvironmentProblem(
                        "Postfix did not give up on its queue: {why}",
                        why=said.stderr.strip()[-300:],
                    )
        with world.waiting():
            until(world.reported, NotReady("Postfix has not written a report of the failure"))
        return Text("Postfix was told that the message has waited long enough: postsuper -f")

    def _listen(self, kind: str) -> Text:
        world = self._world
        with world.waiting():
            world.ear.listen(world.server(kind))
        return Text(
            "labctl listens beside {service}, as anybody on the way could", {"service": kind}
        )

    # -- messages that are just there ---------------------------------------------------------

    def lay_out(self, fixture: Fixture) -> None:
        """The state an exercise begins with.

        Raises:
            NotReady: a box in which all mail will count is not empty.
        """
        for who in fixture.empty:
            box = self._world.everything(who)
            if lies_there := sum(len(folder.messages) for folder in box.folders):
                raise NotReady(
                    "this exercise counts all mail, and the mailbox of {address} holds {n} already",
                    remedy="remove it first; of the whole lab: labctl reset",
                    address=box.address,
                    n=lies_there,
                )
        for delivery in fixture.deliver:
            self.deliver(delivery.to, delivery.count, self._world.token)

    def deliver(self, who: str, count: int, token: str, already: int = 0) -> None:
        """Have ``count`` messages of a token lie there, beside those that do already."""
        self._post.deliver(who, count, token, already)

    # -- the end ------------------------------------------------------------------------------

    def clean_up(self, people: tuple[str, ...]) -> None:
        """Remove what this run made, and nothing else: messages, then folders left empty."""
        world = self._world
        with world.waiting():
            world.ear.end()
            for queue_id in world.queue():
                world.ask("postfix", "postsuper", "-d", queue_id)
            for who in people:
                if paths := self._paths(who):
                    world.ask(world.server("dovecot", who), "rm", "-f", "--", *paths)
            for address, folder in reversed(self._folders):  # -e: refused unless it is empty
                delete = ("doveadm", "mailbox", "delete", "-e", "-u", address, "--", folder)
                world.ask("dovecot", *delete)

    def _paths(self, who: str) -> list[str]:
        world, address = self._world, self._world.address(who)
        tokens = {world.token, *world.sentinels}
        files = world.engine.read_tree(world.lab, world.server("dovecot", who), home(address))
        return [
            f"{home(address)}/{file.path}"
            for file in files
            for folder in read_maildir(address, [(file.path, file.content)]).folders
            for entry in folder.entries
            if entry.token in tokens
        ]
