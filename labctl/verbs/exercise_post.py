"""Messages that an exercise needs to be there, whoever wrote them."""

import secrets

from labctl.errors import EnvironmentProblem, NotReady
from labctl.lang import Text
from labctl.mail.maildir import read_maildir
from labctl.mail.message import compose
from labctl.mail.smtp import SmtpClient
from labctl.verbs.exercise_wait import until
from labctl.verbs.exercise_world import World, home


class Post:
    """Delivers as another server would, by port 25, and sees what lies there."""

    def __init__(self, world: World, subject: str) -> None:
        self._world = world
        self._subject = subject

    def sentinel(self, who: str) -> Text:
        """Have a later message arrive, and say so."""
        token = f"labctl-{secrets.token_hex(6)}"
        self._world.sentinels.append(token)
        self.deliver(who, 1, token)
        return Text(
            "a later message for {address} has arrived: what came before it is done",
            {"address": self._world.address(who)},
        )

    def deliver(self, who: str, count: int, token: str, already: int = 0) -> None:
        """Hand messages to port 25, as another server would, and wait until they are files.

        ``already`` of that token may lie there.
        """
        world = self._world
        sender, address = world.address("stranger"), world.address(who)
        with world.waiting(), SmtpClient(world.target("smtp")) as smtp:
            smtp.connect()
            smtp.ehlo()
            for number in range(1, count + 1):
                subject = self._subject if count == 1 else f"{self._subject} {number}"
                message = compose(sender, address, subject, "From labctl.\n", token=token)
                for reply in (smtp.mail(sender), smtp.rcpt(address), smtp.data(message)):
                    if not reply.ok:
                        raise EnvironmentProblem("Postfix refused a message: {reply}", reply=reply)
                    if reply.queue_id:
                        world.queue_ids.append(reply.queue_id)
            smtp.quit()
            until(
                lambda: self._lies_there(address, token) >= count + already,
                NotReady("a message for {address} did not arrive", address=address),
            )
            self.settle()

    def settle(self) -> None:
        """Wait until Postfix is done with this run's messages, as far as it can be."""
        until(self._world.settled, NotReady("Postfix has not finished delivering"))

    def _lies_there(self, address: str, token: str) -> int:
        world = self._world
        files = world.engine.read_tree(world.lab, "dovecot", home(address))
        box = read_maildir(address, ((file.path, file.content) for file in files))
        return sum(entry.token == token for folder in box.folders for entry in folder.entries)
