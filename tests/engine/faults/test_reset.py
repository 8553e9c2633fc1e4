"""`reset` while mail flows, and on a lab that does not run."""

from functools import partial
from threading import Event, Thread

from labctl.errors import LabError
from labctl.mail.message import compose
from labctl.verbs.mailbox import queue
from tests.engine.running import RunningLab, labctl, wait_until

ANN = "ann@sender.example"


class Stream:
    """Another server that sends bob one message after the other until it is told to stop."""

    def __init__(self, lab: RunningLab) -> None:
        self.lab, self.accepted = lab, 0
        self.problem: LabError | None = None
        self._enough = Event()
        self._thread = Thread(target=self._run)

    def __enter__(self) -> "Stream":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        self._thread.join()

    def has_accepted(self, least: int) -> bool:
        return self.accepted >= least

    def _run(self) -> None:
        bob = self.lab.spec.accounts[1].address
        try:
            with self.lab.smtp() as smtp:
                smtp.connect()
                smtp.ehlo("sender.example")
                while not self._enough.is_set():
                    smtp.mail(ANN)
                    smtp.rcpt(bob)
                    text = compose(ANN, bob, f"flows {self.accepted}", "text\n")
                    self.accepted += smtp.data(text).ok
                smtp.quit()
        except LabError as problem:
            self.problem = problem


def test_reset_while_mail_flows_leaves_a_lab_that_loses_nothing_afterwards(
    own_lab: RunningLab,
) -> None:
    bob = own_lab.spec.accounts[1]
    with Stream(own_lab) as stream:
        for before in (20, 60, 100):
            wait_until("mail flows", partial(stream.has_accepted, before))
            reset = labctl("reset", "--lab", own_lab.name)
            assert reset.returncode == 0, reset.stderr
    assert stream.problem is None
    own_lab.engine.exec(own_lab.name, "postfix", ["postqueue", "-f"])
    wait_until("the queue is empty", lambda: queue(own_lab.engine, own_lab.name) == ())
    assert labctl("reset", "--lab", own_lab.name).returncode == 0
    assert own_lab.inbox_count(bob) == 0
    own_lab.deliver(bob, count=20, subject="after")
    entries = own_lab.maildir(bob).folder("INBOX").entries
    assert sorted(e.subject for e in entries) == sorted(f"after {n}" for n in range(20))
    with own_lab.imap(bob) as imap:
        assert imap.select().exists == 20


def test_reset_of_a_stopped_lab_names_the_server_and_the_way_past_it(own_lab: RunningLab) -> None:
    own_lab.deliver(own_lab.spec.accounts[1])
    assert labctl("stop", "dovecot", "--lab", own_lab.name).returncode == 0
    reset = labctl("reset", "--lab", own_lab.name)
    assert reset.returncode == 3
    assert "dovecot" in reset.stderr
    assert "labctl up" in reset.stderr
    assert labctl("up", "--lab", own_lab.name).returncode == 0
    assert own_lab.inbox_count(own_lab.spec.accounts[1]) == 1
