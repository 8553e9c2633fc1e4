"""The Maildirs' disk is full: mail waits in the queue, and arrives once there is room again."""

from pathlib import Path

from labctl.engine.dockerengine import DockerEngine
from labctl.mail.message import compose
from labctl.verbs.labs import spec_of
from labctl.verbs.mailbox import queue
from tests.engine.running import RunningLab, labctl, wait_until

DEFINITION = """\
mailbox_megabytes = 3
retry_seconds = 2
[[sites]]
domain = "alpha.test"
accounts = ["alice", "bob"]
"""


def test_mail_for_a_full_disk_waits_and_arrives_once_when_there_is_room(
    engine: DockerEngine, lab_name: str, tmp_path: Path
) -> None:
    definition = tmp_path / "small.toml"
    definition.write_text(DEFINITION, "utf-8")
    up = labctl("up", str(definition), "--name", lab_name, "--ports", "free")
    assert up.returncode == 0, up.stderr
    lab = RunningLab(engine, spec_of(engine, lab_name))
    alice, bob = lab.spec.accounts
    lab.deliver(bob, subject="before")
    fill = "cat /dev/zero > /srv/mail/fill; true"
    engine.exec(lab_name, "dovecot", ["sh", "-c", fill])

    sent = [compose("ann@sender.example", bob.address, f"n{n}", "x" * 9000) for n in range(3)]
    with lab.smtp() as smtp:
        smtp.connect()
        smtp.ehlo("sender.example")
        replies = []
        for message in sent:
            assert smtp.mail("ann@sender.example").ok
            assert smtp.rcpt(bob.address).ok
            replies.append(smtp.data(message))
        smtp.quit()
    assert all(reply.ok or 400 <= reply.code < 500 for reply in replies)
    accepted = [reply.queue_id for reply in replies if reply.ok]

    def waiting() -> dict[str, str]:
        entries = queue(engine, lab_name)
        return {e.queue_id: "".join(r.reason for r in e.recipients) for e in entries}

    wait_until(
        "all that was accepted waits with a reason",
        lambda: set(waiting()) == set(accepted) and all(waiting().values()),
    )
    assert all("4." in reason for reason in waiting().values())
    assert lab.inbox_count(bob) == 1

    engine.exec(lab_name, "dovecot", ["rm", "/srv/mail/fill"])
    engine.exec(lab_name, "postfix", ["postqueue", "-f"])
    wait_until("the queue is empty", lambda: waiting() == {}, within=40)
    lab.deliver(bob, subject="sentinel")
    subjects = sorted(e.subject for e in lab.maildir(bob).folder("INBOX").entries)
    arrived = [f"n{n}" for n, reply in enumerate(replies) if reply.ok]
    assert subjects == ["before 0", *arrived, "sentinel 0"]
    assert lab.inbox_count(alice) == 0  # no bounce went astray
