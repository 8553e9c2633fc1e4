"""What a participant did is kept with the lab: two at once, a reboot, a home folder gone."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from labctl.verbs.handson_store import add_evidence, evidence
from tests.engine.desk import Desk
from tests.engine.handson import forget
from tests.engine.running import RunningLab, labctl, labctl_json, wait_until


@pytest.fixture
def here(fresh: RunningLab) -> Iterator[RunningLab]:
    """A lab in which nobody has begun an exercise."""
    yield fresh
    forget(fresh)


def test_two_who_write_at_once_lose_no_line(here: RunningLab) -> None:
    def writes(who: int) -> None:
        for number in range(5):
            add_evidence(here.engine, here.name, {"at": number, "who": who})

    writers = [Thread(target=writes, args=(who,)) for who in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    lines = list(evidence(here.engine, here.name))
    assert sorted((line["at"], line["who"]) for line in lines) == [
        (number, who) for number in range(5) for who in range(4)
    ]
    forget(here)
    assert list(evidence(here.engine, here.name)) == []


def test_progress_survives_a_reboot_and_a_home_folder_that_is_gone(
    here: RunningLab, desk: Desk, tmp_path: Path
) -> None:
    lab = ("--lab", here.name)
    labctl_json("exercise", "start", "pop3-takes", "--no-wait", *lab)
    desk.curl("pop3s", desk.alice, "1")

    def passed() -> bool:
        return bool(labctl_json("exercise", "check", *lab)["verdict"] == "pass")

    wait_until("the first step is done", passed)
    before = labctl_json("report", *lab)

    for service in ("postfix", "dovecot"):  # as the engine's own start after a reboot does
        here.engine.stop(here.name, service)
        here.engine.start(here.name, service)
    nobody = str(tmp_path / "nobody")
    assert labctl("up", *lab, HOME=nobody, XDG_CACHE_HOME=nobody).returncode == 0

    start = ("exercise", "start", "--no-wait", "--json", *lab)
    gone_on = labctl(*start, HOME=nobody, XDG_CACHE_HOME=nobody)
    assert gone_on.returncode == 0, gone_on.stderr
    assert '"step": "dropped"' in gone_on.stdout
    after = labctl_json("report", *lab)
    assert (after["evidence"], after["exercises"]) == (before["evidence"], before["exercises"])
    listed = labctl_json("exercise", "list", *lab)["exercises"]
    assert next(e for e in listed if e["id"] == "pop3-takes")["progress"] == "begun"
    assert not (tmp_path / "nobody").exists()
