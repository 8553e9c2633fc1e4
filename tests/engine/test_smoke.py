"""The first thing that must be true: mail arrives, and stays until somebody removes it."""

from tests.engine.running import RunningLab


def test_delivered_mail_stays_in_new_until_somebody_looks(lab: RunningLab) -> None:
    alice = lab.account()
    lab.deliver(alice, count=2)
    assert len(lab.maildir(alice).folder("INBOX").part("new")) == 2


def test_pop3_dele_without_quit_leaves_the_message(lab: RunningLab) -> None:
    alice = lab.account()
    lab.deliver(alice, count=2)
    with lab.pop3(alice) as session:
        session.dele(1)
        session.drop()  # the connection breaks: RFC 1939 never enters the UPDATE state
    assert lab.inbox_count(alice) == 2
