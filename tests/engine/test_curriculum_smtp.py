"""The exercises on SMTP beside the tour: proved in a fresh lab, refuted in a broken one."""

import json
from typing import Any

import pytest

from tests.engine.running import RunningLab, labctl
from tests.engine.test_exercises_can_fail import MAIN_CF, Fault, break_lab, failed_claims

EXERCISES = ["bounce", "dovecot-down", "envelope-and-header", "smtp-by-hand"]


@pytest.mark.parametrize("name", EXERCISES)
def test_every_claim_is_proved(name: str, own_lab: RunningLab) -> None:
    done = labctl("exercise", "run", name, "--lab", own_lab.name, "--json", timeout=120)
    (result,) = json.loads(done.stdout)["exercises"]
    steps: list[dict[str, Any]] = result["steps"]
    failed = [e for step in steps for e in step["expectations"] if not e["holds"]]
    assert (done.returncode, result["verdict"], failed) == (0, "pass", [])
    assert not own_lab.queue()
    for account in own_lab.spec.accounts:
        assert own_lab.maildir(account).inbox.entries == ()


def test_a_server_that_accepts_first_and_bounces_later(own_lab: RunningLab) -> None:
    break_lab(
        own_lab,
        Fault(MAIN_CF, "restrictions = reject_unlisted_recipient\n", "restrictions =\n"),
        Fault(
            MAIN_CF, "smtpd_reject_unlisted_recipient = yes", "smtpd_reject_unlisted_recipient = no"
        ),
        Fault(MAIN_CF, "virtual_mailbox_maps = texthash:$config_directory/accounts\n", ""),
    )
    assert "refused-at-once" in failed_claims(own_lab, "bounce")["bounce"]


def test_a_copy_for_somebody_whom_no_envelope_named(own_lab: RunningLab) -> None:
    carol = "relay_domains =\nalways_bcc = carol@alpha.test\n"
    break_lab(own_lab, Fault(MAIN_CF, "relay_domains =\n", carol))
    failed = failed_claims(own_lab, "envelope-and-header")["envelope-and-header"]
    assert "carol-has-not" in failed


def test_a_queue_without_patience(own_lab: RunningLab) -> None:
    hasty = "relay_domains =\nmaximal_queue_lifetime = 0\nlmtp_connect_timeout = 1s\n"
    break_lab(
        own_lab,
        Fault(MAIN_CF, "lmtp_connect_timeout = 5s\n", ""),
        Fault(MAIN_CF, "relay_domains =\n", hasty),
    )
    assert {"why", "exactly-once"} & failed_claims(own_lab, "dovecot-down")["dovecot-down"]


def test_a_postfix_that_does_not_sign(own_lab: RunningLab) -> None:
    silent = "relay_domains =\nheader_checks = regexp:{{/^Received:/ IGNORE}}\n"
    break_lab(own_lab, Fault(MAIN_CF, "relay_domains =\n", silent))
    assert failed_claims(own_lab, "smtp-by-hand") == {"smtp-by-hand": {"received"}}
