"""SPF, DKIM and DMARC between two sites, and the exercise `spf-dkim` on them."""

import json
import os
import re
from collections.abc import Iterator

import pytest

from labctl.definition.load import load
from labctl.engine.dockerengine import DockerEngine
from labctl.model.lab import Account
from labctl.verbs.down import down
from labctl.verbs.labs import account_of, spec_of
from labctl.verbs.up import Wish, up
from tests.engine.desk import Desk
from tests.engine.handson import hands_on
from tests.engine.running import RunningLab, labctl, labctl_json, wait_until
from tests.engine.test_exercises_can_fail import Fault, break_lab, failed_claims

NAME = "spf-dkim"
SPF = "SPFSelfValidate             true"


@pytest.fixture(scope="module")
def fresh(engine: DockerEngine) -> Iterator[RunningLab]:
    """A lab of two sites, of this module's own."""
    name = f"auth-{os.getpid()}"
    up(engine, name, Wish(load("duo"), ports="free"))
    yield RunningLab(engine, spec_of(engine, name))
    down(engine, name)


def verdicts(lab: RunningLab, account: Account, subject: str) -> dict[str, str]:
    """What the receiving server wrote into the message of that subject: spf, dkim, dmarc."""
    found: list[str] = []

    def there() -> bool:
        box = f"/srv/mail/{account.domain}/{account.local_part}/Maildir"
        tree = lab.engine.read_tree(lab.name, lab.spec.service("dovecot", account.domain), box)
        texts = (file.content.decode() for file in tree if "/" in file.path)
        found[:] = [text for text in texts if f"Subject: {subject}\n" in text]
        return bool(found)

    wait_until(f"{subject} lies in {account.address}'s inbox", there)
    own = rf"(?m)^Authentication-Results: mx\.{account.domain};\s+(\w+)=(\w+)"
    return dict(re.findall(own, found[0]))


def submits(desk: Desk, who: Account, to: Account, *options: str) -> None:
    """By swaks, at the submission port of the sender's own site."""
    at = next(e for e in desk.lab.spec.endpoints_of(who.domain) if e.name == "submissions")
    login = f"--auth-user {who.address}\n--auth-password {who.password}\n--auth PLAIN\n"
    said = desk.run(
        *("swaks", "--config", desk.put("swaksrc", login), "--server", at.host),
        *("--port", str(at.port), "--tls-on-connect", "--tls-ca-path", desk.ca, "--tls-verify"),
        *("--from", who.address, "--to", to.address, *options),
    )
    assert said.code == 0, said.all


def forges(desk: Desk, claimed: Account, to: Account, *options: str) -> None:
    """By swaks, at port 25 of the recipient's site, without a login."""
    at = next(e for e in desk.lab.spec.endpoints_of(to.domain) if e.name == "smtp")
    said = desk.run(
        *("swaks", "--server", at.host, "--port", str(at.port)),
        *("--from", claimed.address, "--to", to.address, *options),
    )
    assert said.code == 0, said.all


@pytest.mark.parametrize(("sender", "to"), [("alice", "dora"), ("emil", "bob")])
def test_each_site_signs_and_the_other_checks(desk: Desk, sender: str, to: str) -> None:
    author, reader = (account_of(desk.lab.spec, name) for name in (sender, to))
    subject = f"from {sender}"
    submits(desk, author, reader, "--header", f"Subject: {subject}")
    found = verdicts(desk.lab, reader, subject)
    assert found == {"spf": "pass", "dkim": "pass", "dmarc": "pass"}


def test_a_verdict_that_a_message_brings_along_is_not_believed(desk: Desk) -> None:
    carol, fay = (account_of(desk.lab.spec, name) for name in ("carol", "fay"))
    claim = "Authentication-Results: mx.alpha.test; spf=pass smtp.mailfrom=beta.test; dkim=pass"
    forges(desk, fay, carol, "--header", "Subject: brought along", "--add-header", claim)
    found = verdicts(desk.lab, carol, "brought along")
    assert found == {"spf": "fail", "dkim": "none", "dmarc": "fail"}


def test_what_only_goes_round_a_site_is_no_forgery(desk: Desk) -> None:
    carol, bob = (account_of(desk.lab.spec, name) for name in ("carol", "bob"))
    submits(desk, carol, bob, "--header", "Subject: next door")
    assert "fail" not in verdicts(desk.lab, bob, "next door").values()


def test_the_private_key_is_the_signers_alone(desk: Desk) -> None:
    lab = desk.lab
    for site in lab.spec.sites:
        key = lab.engine.exec(
            lab.name, "filter", ["stat", "-c%a %u", f"/etc/labctl/{site.domain}.pem"]
        )
        assert key.stdout.split() == ["600", "5004"]
        assert site.dkim
        record = lab.engine.exec(
            lab.name, "dns", ["drill", "TXT", f"lab._domainkey.{site.domain}", "@127.0.0.1"]
        )
        assert site.dkim.record in record.stdout
    first, second = lab.spec.sites
    assert first.dkim != second.dkim


def test_every_claim_is_proved(desk: Desk) -> None:
    done = labctl("exercise", "run", NAME, "--lab", desk.lab.name, "--json")
    (result,) = json.loads(done.stdout)["exercises"]
    failed = [e for step in result["steps"] for e in step["expectations"] if not e["holds"]]
    assert (result["verdict"], failed) == ("pass", [])


def test_by_swaks_curl_and_telnet(desk: Desk) -> None:
    alice, bob = desk.alice, desk.bob
    dora = account_of(desk.lab.spec, "dora")
    with hands_on(desk, NAME) as run:
        run.waits_for("a message for alice@alpha.test")
        forges(desk, dora, alice)
        run.near_miss("no-login")
        submits(desk, dora, alice, "--body", "We meet at noon.")
        run.passes("genuine")

        submits(desk, dora, alice)
        run.near_miss("logged-in")
        with desk.dialogue("smtp", clear=True) as typed:
            typed.say("EHLO me.example", answer=r"(?m)^250 [^\n]*\n")
            for line in (f"MAIL FROM:<{dora.address}>", f"RCPT TO:<{alice.address}>", "DATA"):
                typed.say(line)
            typed.message(From=dora.address)
            typed.say("QUIT")
        run.passes("forged-envelope")

        forges(desk, dora, alice, "--header", f"From: {bob.address}")
        run.near_miss("by-port-25")
        submits(desk, dora, alice, "--header", f"From: {bob.address}")
        run.passes("forged-header")

        submits(desk, dora, alice)
        run.near_miss("signed-anew")
        letter = desk.curl("imaps", alice, "INBOX;MAILINDEX=2")  # 1: the first wrong turn
        assert "noon" in letter
        desk.put("letter", letter.replace("noon", "nine"))
        forges(desk, dora, alice, "--data", "@letter")
        run.ends("changed")


def test_a_lab_that_neither_signs_nor_checks(engine: DockerEngine, lab_name: str) -> None:
    up(engine, lab_name, Wish(load("duo"), ports="free"))
    lab = RunningLab(engine, spec_of(engine, lab_name))
    # What the filter is told it reads when it starts; until then mail goes on without it.
    assert labctl("stop", "filter", "--lab", lab_name).returncode == 0
    conf = engine.read_file(lab_name, "filter", "/etc/labctl/opendmarc.conf").decode()
    assert conf.count(SPF) == 1
    deaf = conf.replace(SPF, SPF.replace("true", "false")).encode()
    engine.write_file(lab_name, "filter", "/etc/labctl/opendmarc.conf", deaf, 0o644)
    assert labctl("start", "filter", "--lab", lab_name).returncode == 0
    assert failed_claims(lab, NAME) == {NAME: {"spf-pass", "spf-fail", "spf-passes-still"}}
    break_lab(lab, Fault("/etc/labctl/main.cf", "smtpd_milters = ", "# smtpd_milters = "))
    failed = failed_claims(lab, NAME)[NAME]
    assert {"dkim-pass", "dmarc-pass", "no-signature", "dkim-fail"} <= failed
    labctl_json("up", "--lab", lab_name)
    done = labctl("exercise", "run", NAME, "--lab", lab_name)
    assert done.returncode == 0, done.stdout[-2000:]
