"""A thousand messages at once: each arrives, and none twice."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from labctl.mail.message import compose
from labctl.model.lab import Account
from labctl.verbs.mailbox import queue
from tests.engine.running import RunningLab, wait_until

CONNECTIONS, EACH = 20, 50


def _submit(lab: RunningLab, number: int, alice: Account, to: Account) -> list[str]:
    """One connection of alice's to 587; the Message-IDs of what Postfix accepted."""
    accepted = []
    with lab.smtp("submission") as smtp:
        smtp.connect()
        smtp.ehlo()
        assert smtp.starttls().ok
        smtp.ehlo()
        assert smtp.auth(alice).ok
        for n in range(EACH):
            message_id = f"<{number}.{n}@{alice.domain}>"
            text = compose(
                alice.address, to.address, f"{number}.{n}", "text\n", message_id=message_id
            )
            assert smtp.mail(alice.address).ok
            assert smtp.rcpt(to.address).ok
            assert smtp.data(text).ok
            accepted.append(message_id)
        smtp.quit()
    return accepted


def test_a_thousand_messages_over_twenty_connections_all_arrive_exactly_once(
    own_lab: RunningLab,
) -> None:
    alice, bob, carol = own_lab.spec.accounts
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        sessions = [
            pool.submit(_submit, own_lab, n, alice, (bob, carol)[n % 2]) for n in range(CONNECTIONS)
        ]
        accepted = Counter(message_id for session in sessions for message_id in session.result())
    assert len(accepted) == CONNECTIONS * EACH
    wait_until("the queue is empty", lambda: queue(own_lab.engine, own_lab.name) == (), within=120)
    for account in (bob, carol):
        own_lab.deliver(account, subject="sentinel")
    found = Counter(
        entry.message_id
        for account in (bob, carol)
        for entry in own_lab.maildir(account).folder("INBOX").entries
        if not entry.subject.startswith("sentinel")
    )
    assert found == accepted
