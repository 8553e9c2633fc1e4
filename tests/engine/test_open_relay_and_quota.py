"""`open-relay` and `quota`: real clients at a server that is wrong, and at one put right."""

import json
import re
import shutil
from pathlib import Path

import pytest

from labctl.shipped import built_in_exercises
from tests.engine.desk import Desk
from tests.engine.handson import hands_on
from tests.engine.mailclients import Said
from tests.engine.running import RunningLab, labctl

OUTSIDE = "someone@example.org"


def by_stranger(desk: Desk, to: str) -> Said:
    """Swaks, without a login, from nobody of this lab."""
    return desk.swaks("smtp", to, "--from", "stranger@example.net")


def failed(lab: RunningLab, name: str, *more: str) -> set[str]:
    """The claims that do not hold."""
    done = labctl("exercise", "run", name, "--lab", lab.name, "--json", *more)
    (result,) = json.loads(done.stdout)["exercises"]
    assert result["verdict"] in ("pass", "fail"), result
    return {e["id"] for step in result["steps"] for e in step["expectations"] if not e["holds"]}


@pytest.mark.parametrize("name", ["open-relay", "quota"])
def test_every_claim_is_proved(name: str, own_lab: RunningLab) -> None:
    assert failed(own_lab, name) == set()


def test_an_open_relay_by_swaks_and_telnet(desk: Desk) -> None:
    bob = desk.bob
    with hands_on(desk, "open-relay") as run:
        assert by_stranger(desk, bob.address).code == 0
        run.near_miss("local-is-no-relay")
        desk.swaks("submissions", OUTSIDE, login=desk.alice)
        run.near_miss("logged-in")
        with desk.dialogue("smtp", clear=True) as typed:
            typed.say("EHLO me.example", answer=r"(?m)^250 [^\n]*\n")
            for line in ("MAIL FROM:<stranger@example.net>", f"RCPT TO:<{OUTSIDE}>", "DATA"):
                typed.say(line)
            assert typed.message().startswith("250"), typed.shown
            typed.say("QUIT")
        run.passes("wide-open")

        desk.swaks("submissions", bob.address, login=desk.alice)
        run.near_miss("logged-in-again")
        assert by_stranger(desk, OUTSIDE).code == 24
        assert by_stranger(desk, bob.address).code == 0
        run.ends("put-right")


def test_a_full_box_by_msmtp_curl_and_mutt(desk: Desk) -> None:
    alice, bob = desk.alice, desk.bob
    with hands_on(desk, "quota") as run:
        assert by_stranger(desk, bob.address).code == 0
        run.near_miss("nobody-to-tell")
        assert desk.msmtp("submissions", bob, login=alice).code == 0
        run.passes("full")

        desk.curl("imaps", bob, "INBOX", "--request", r"STORE 1 +FLAGS (\Deleted)")
        run.near_miss("marked-only")
        desk.curl("imaps", bob, "INBOX", "--request", "COPY 1 Trash", code=21)  # NO
        run.near_miss("trash-counts")
        desk.mutt(bob, "d", "q", settings="unset trash")
        run.passes("room")

        assert desk.curl_sends("submissions", bob, login=alice).code == 0
        run.ends("again")


def test_the_room_that_was_made_is_for_whoever_comes_first(desk: Desk) -> None:
    with hands_on(desk, "quota", at="again") as run:
        assert by_stranger(desk, desk.bob.address).code == 0
        run.ends("again")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("open-relay", {"taken", "on-its-way"}),
        ("quota", {"bounced", "returned", "still-five"}),
    ],
)
def test_a_server_that_is_right_all_along_breaks_the_claims(
    name: str, expected: set[str], own_lab: RunningLab, tmp_path: Path
) -> None:
    shutil.copytree(built_in_exercises() / name, tmp_path / name)
    file = tmp_path / name / "exercise.yaml"
    text = file.read_text("utf-8")
    usual = re.sub(r"(?m)^ +- profile: .*\n", "", text)
    assert usual != text
    file.write_text(usual, "utf-8")
    assert expected <= failed(own_lab, name, "--folder", str(tmp_path))
