"""`starttls-stripping`: real clients that are content without TLS, and some that are not."""

import json
import re
import shutil
from pathlib import Path

from labctl.shipped import built_in_exercises
from tests.engine.desk import Desk
from tests.engine.handson import hands_on
from tests.engine.mailclients import Said
from tests.engine.running import RunningLab, labctl

NAME = "starttls-stripping"


def lax_curl(desk: Desk) -> Said:
    """Curl, with TLS as a wish."""
    alice, bob = desk.alice, desk.bob
    config = desk.put("curlrc-lax", f'user = "{alice.address}:{alice.password}"\nssl\n')
    letter = desk.put("letter", "Subject: by curl\r\n\r\ntext\r\n")
    envelope = ("--mail-from", alice.address, "--mail-rcpt", bob.address)
    url = desk.url("submission", "me.example")
    return desk.run("curl", "-sS", "--config", config, *envelope, "--upload-file", letter, url)


def test_every_claim_is_proved_and_the_proxy_is_gone(own_lab: RunningLab) -> None:
    done = labctl("exercise", "run", NAME, "--lab", own_lab.name, "--json")
    (result,) = json.loads(done.stdout)["exercises"]
    failed = [e for step in result["steps"] for e in step["expectations"] if not e["holds"]]
    assert (result["verdict"], failed) == ("pass", [])
    assert own_lab.spec.accounts[0].password not in done.stdout
    with own_lab.smtp("submission") as smtp:
        smtp.connect()
        assert "STARTTLS" in smtp.ehlo().extensions


def test_by_swaks_curl_and_msmtp(desk: Desk) -> None:
    alice, bob = desk.alice, desk.bob
    with hands_on(desk, NAME) as run:
        assert desk.msmtp("submission", bob, login=alice).code != 0
        run.near_miss("insisted")
        assert desk.curl_sends("submissions", bob, login=alice).code == 0
        run.near_miss("by-465")
        assert lax_curl(desk).code == 0
        run.passes("lax")

        assert lax_curl(desk).code == 0
        run.near_miss("leaked-again")
        assert desk.msmtp("submissions", bob, login=alice).code == 0
        run.near_miss("not-there")
        assert desk.msmtp("submission", bob, login=alice).code != 0
        run.passes("strict")

        assert lax_curl(desk).code == 0
        run.near_miss("lax-once-more")
        assert desk.msmtp("submissions", bob, login=alice).code == 0
        run.ends("implicit")


def test_by_swaks_from_its_two_sides(desk: Desk) -> None:
    with hands_on(desk, NAME) as run:
        alice, bob = desk.alice.address, desk.bob.address
        login = f"--auth PLAIN\n--auth-user {alice}\n--auth-password {desk.alice.password}\n"
        server = ("--server", desk.host("submission"), "--port", str(desk.port("submission")))
        config = desk.put("lax-swaksrc", login)
        desk.run(
            "swaks", "--config", config, *server, "--tls-optional", "--from", alice, "--to", bob
        )
        run.passes("lax")
        assert desk.swaks("submission", desk.bob.address, login=desk.alice).code != 0
        run.passes("strict")
        assert desk.swaks("submissions", desk.bob.address, login=desk.alice).code == 0
        run.ends("implicit")


def test_without_the_proxy_nothing_is_lost(own_lab: RunningLab, tmp_path: Path) -> None:
    shutil.copytree(built_in_exercises() / NAME, tmp_path / NAME)
    file = tmp_path / NAME / "exercise.yaml"
    text = file.read_text("utf-8")
    usual = re.sub(r"(?m)^ +- profile: .*\n", "", text)
    assert usual != text
    file.write_text(usual, "utf-8")
    done = labctl(
        *("exercise", "run", NAME, "--folder", str(tmp_path), "--lab", own_lab.name, "--json")
    )
    (result,) = json.loads(done.stdout)["exercises"]
    failed = {e["id"] for s in result["steps"] for e in s["expectations"] if not e["holds"]}
    assert {"not-offered", "sent", "no-tls-to-be-had"} <= failed
