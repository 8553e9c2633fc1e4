"""Break and fix: the cause is found and put right, by hand or by labctl, and mail flows again."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from labctl.engine.dockerengine import DockerEngine
from labctl.exercise.load import load
from labctl.model.policy import USUAL
from labctl.model.profile import DEFAULT
from labctl.model.verdict import Event, StepBegins
from labctl.shipped import built_in_exercises
from labctl.verbs.exercise_run import run_exercise
from labctl.verbs.labs import spec_of
from labctl.verbs.policy import measure
from labctl.verbs.profile import switch
from labctl.verbs.status import status
from tests.engine.desk import Desk
from tests.engine.handson import hands_on
from tests.engine.running import RunningLab, labctl_json

STRANGER = "newcomer@example.com"  # whom no greylist knows yet
OUTSIDE = "someone@example.org"
CONF = "/etc/labctl/dovecot.conf"
AMPLE = "s/quota_message_count = .*/quota_message_count = 10000/"

Act = Callable[[Desk], int]
Command = tuple[str, tuple[str, ...]]  # a service, and what is typed there


def from_outside(desk: Desk) -> int:
    """Another server, with a message for bob at port 25."""
    return desk.swaks("smtp", desk.bob.address, "--from", STRANGER).code


def spam(desk: Desk) -> int:
    return desk.swaks("smtp", OUTSIDE, "--from", STRANGER).code


def from_alice(desk: Desk) -> int:
    return desk.swaks("submission", desk.bob.address, login=desk.alice).code


def from_bob(desk: Desk) -> int:
    return desk.swaks("submission", desk.bob.address, login=desk.bob).code


def bob_without_tls(desk: Desk) -> int:
    """A lax client: no word of TLS, and the password all the same."""
    return _swaks(desk, desk.bob.address, desk.bob.password)


def alice_without_a_look_at_the_certificate(desk: Desk) -> int:
    return _swaks(desk, desk.alice.address, desk.alice.password, "--tls")


def _swaks(desk: Desk, user: str, password: str, *more: str) -> int:
    lines = (f"--auth-user {user}", f"--auth-password {password}", f"--from {user}")
    config = desk.put("laxrc", "\n".join(lines) + "\n")
    at = ("--server", desk.host("submission"), "--port", str(desk.port("submission")))
    return desk.run(
        "swaks", "--config", config, *at, "--auth", "PLAIN", "--to", desk.bob.address, *more
    ).code


def alice_reads(desk: Desk) -> int:
    desk.curl("imaps", desk.alice)
    return 0


def alice_reads_without_a_look_at_the_certificate(desk: Desk) -> int:
    desk.curl("imaps", desk.alice, "", "--insecure")
    return 0


def bob_reads_without_tls(desk: Desk) -> int:
    with desk.dialogue("imap", desk.bob, clear=True) as typed:
        typed.say("LOGOUT")
    return 0


@dataclass(frozen=True)
class Case:
    """How a participant goes wrong, puts it right, and proves it."""

    id: str
    wrong: Act
    near_miss: str
    proof: Act
    by_hand: tuple[Command, ...] = ()
    wrong_too: Act | None = None
    near_miss_too: str = ""

    def mends(self, desk: Desk) -> None:
        for service, argv in self.by_hand:
            user = "0" if argv[0] == "sed" else ""
            done = desk.lab.engine.exec(desk.lab.name, service, argv, user=user)
            assert done.exit_code == 0, done


RELOAD_POSTFIX: Command = ("postfix", ("postfix", "reload"))
RELOAD_DOVECOT: Command = ("dovecot", ("doveadm", "reload"))
PROTOCOLS = "s/^protocols = .*/protocols = imap pop3 lmtp/"
CASES = (
    Case(
        *("fix-queue-grows", from_outside, "sent-again", from_outside),
        by_hand=(("dovecot", ("sed", "-i", PROTOCOLS, CONF)), RELOAD_DOVECOT),
    ),
    Case(
        *("fix-unknown-user", from_outside, "tried-again", from_outside),
        by_hand=(("postfix", ("postconf", "-e", "mydestination=")), RELOAD_POSTFIX),
    ),
    Case(
        *("fix-late-mail", from_outside, "too-early", from_outside),
        by_hand=(
            (
                "postfix",
                ("postconf", "-e", "smtpd_recipient_restrictions=reject_unlisted_recipient"),
            ),
            RELOAD_POSTFIX,
        ),
    ),
    Case(
        *("fix-bounced", from_alice, "sent-again", from_alice),
        by_hand=(
            ("dovecot", ("sed", "-i", AMPLE, CONF)),
            ("dovecot", ("sed", "-i", "s/quota_storage_size = .*/quota_storage_size = 1G/", CONF)),
            RELOAD_DOVECOT,
            RELOAD_POSTFIX,  # or alice's first login may meet a connection to Dovecot that is gone
        ),
    ),
    Case(
        *("fix-blocklisted", spam, "still-open", spam),
        by_hand=(("postfix", ("postconf", "-e", "mynetworks=127.0.0.0/8")), RELOAD_POSTFIX),
    ),
    Case(
        "fix-client-warns",
        *(alice_without_a_look_at_the_certificate, "clicked-away-too", alice_reads),
        wrong_too=alice_reads_without_a_look_at_the_certificate,
        near_miss_too="clicked-away",
    ),
    Case(
        *("fix-client-wont-connect", bob_without_tls, "in-the-clear", from_bob),
        wrong_too=bob_reads_without_tls,
        near_miss_too="in-the-clear-too",
    ),
    Case(
        *("fix-starttls-gone", bob_without_tls, "in-the-clear", from_bob),
        wrong_too=bob_reads_without_tls,
        near_miss_too="in-the-clear-too",
    ),
)


def as_usual(lab: RunningLab) -> bool:
    spec = spec_of(lab.engine, lab.name)
    return spec.profile == DEFAULT and measure(lab.engine, spec, spec.sites[0]) == USUAL


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_demo_passes_and_leaves_the_lab_as_it_was(
    engine: DockerEngine, fresh: RunningLab, case: Case
) -> None:
    exercise = load(built_in_exercises() / case.id)
    result = run_exercise(engine, status(engine, fresh.name), exercise)
    failed = [e for step in result.steps for e in step.expectations if not e.holds]
    assert (result.verdict, failed) == ("pass", [])
    assert as_usual(fresh)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_hands_on_a_wrong_turn_is_told_and_a_repair_is_recognised(desk: Desk, case: Case) -> None:
    lab = desk.lab
    with hands_on(desk, case.id) as run:
        run.waits_for("the servers do as they should")
        told = labctl_json("profile", "--lab", lab.name)["in_force"]
        assert told == {"name": None, "site": None, "concealed": True}
        assert labctl_json("status", "--lab", lab.name)["profile"] == told

        case.wrong(desk)
        run.near_miss(case.near_miss)
        if case.wrong_too:
            case.wrong_too(desk)
            run.near_miss(case.near_miss_too)
        run.waits_for("the servers do as they should")

        if case.by_hand:
            case.mends(desk)
        else:
            switch(lab.engine, lab.name, "default")
        run.passes("repair")
        case.proof(desk)
        run.ends("proof")
    assert as_usual(lab)


def test_to_be_known_to_the_greylist_is_no_repair(desk: Desk) -> None:
    with hands_on(desk, "fix-late-mail") as run:
        while from_outside(desk) != 0:
            run.near_miss("too-early")
        run.near_miss("waited")


def test_a_repair_by_labctl_is_as_good(desk: Desk) -> None:
    with hands_on(desk, "fix-queue-grows") as run:
        switch(desk.lab.engine, desk.lab.name, "default")
        run.passes("repair")
        assert from_outside(desk) == 0
        run.ends("proof")


def test_shutting_the_door_too_far_is_no_repair(desk: Desk) -> None:
    """No relay any more, but no mail for bob either."""
    lab = desk.lab
    with hands_on(desk, "fix-blocklisted") as run:
        everything = "smtpd_recipient_restrictions=check_recipient_access static:{554 no}"
        lab.engine.exec(lab.name, "postfix", ["postconf", "-e", everything])
        lab.engine.exec(lab.name, "postfix", ["postfix", "reload"])
        run.fails("open-to-us")


def test_reset_and_another_exercise_give_the_servers_back(desk: Desk) -> None:
    with hands_on(desk, "fix-unknown-user"), hands_on(desk, "smtp-sends"):
        assert as_usual(desk.lab)
    with hands_on(desk, "fix-unknown-user"):
        assert labctl_json("exercise", "reset", "--lab", desk.lab.name) is not None
        assert as_usual(desk.lab)


def test_ctrl_c_in_a_demo_gives_the_servers_back(engine: DockerEngine, fresh: RunningLab) -> None:
    def interrupt(event: Event) -> None:
        if isinstance(event, StepBegins):
            raise KeyboardInterrupt

    exercise = load(built_in_exercises() / "fix-client-wont-connect")
    with pytest.raises(KeyboardInterrupt):
        run_exercise(engine, status(engine, fresh.name), exercise, interrupt)
    assert as_usual(fresh)
