"""What the doctor concludes from what it sees."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.cli import console, doctor_screen
from labctl.engine.facts import EngineFacts, clock_ahead
from labctl.engine.images import ImageStatus
from labctl.engine.install import Machine, commands, packages
from labctl.engine.locate import EngineAddress
from labctl.engine.ports import Holder
from labctl.errors import NoEngine
from labctl.verbs import doctor as module
from labctl.verbs.doctor import Finding, doctor, judge, judge_python

GIB = 1 << 30
WELL = EngineFacts(
    address=EngineAddress("unix:///var/run/docker.sock", "socket", "Docker"),
    version="20.10.24",
    api="1.41",
    memory=8 * GIB,
    processors=4,
    root="/var/lib/docker",
    disk_free=50 * GIB,
    memory_free=4 * GIB,
    clock_ahead=0.1,
    rootless=False,
    first_free_port=1024,
    has_bridge=True,
    forwards=True,
    images=(ImageStatus("postfix", "labctl/postfix:1", present=True),),
    holders={},
    subnets_left=4096,
)


def judged(**changes: Any) -> dict[str, Finding]:
    return {finding.check: finding for finding in judge(replace(WELL, **changes))}


def test_a_good_machine_needs_nothing() -> None:
    assert all(f.state == "ok" and not str(f.remedy) for f in judge(WELL))


@pytest.mark.parametrize(
    ("changes", "check", "state"),
    [
        ({"disk_free": GIB}, "disk", "warn"),
        ({"disk_free": 1}, "disk", "fail"),
        ({"memory_free": 300 << 20}, "memory", "warn"),
        ({"memory_free": None, "memory": 1 << 20}, "memory", "fail"),
        ({"images": (ImageStatus("postfix", "x:1", present=False),)}, "images", "warn"),
        ({"clock_ahead": -30.0}, "clock", "warn"),
        ({"subnets_left": 3}, "subnets", "warn"),
        ({"subnets_left": 0}, "subnets", "fail"),
        ({"rootless": True}, "rights", "warn"),
        ({"has_bridge": False}, "network", "warn"),
        ({"forwards": False}, "network", "fail"),
        ({"holders": {"smtp": Holder("process", "exim4", pid=9)}}, "port:smtp", "warn"),
    ],
)
def test_what_is_wrong_is_found_and_has_a_remedy(
    changes: dict[str, Any], check: str, state: str
) -> None:
    found = judged(**changes)[check]
    assert found.state == state
    assert str(found.remedy)
    assert str(found.text)


def test_a_port_is_named_with_its_number_and_holder() -> None:
    found = judged(holders={"imaps": Holder("process", "dovecot", pid=7)})
    words = "port 993 (imaps) is held by the process dovecot (pid 7)"
    assert str(found["port:imaps"].text) == words


def test_our_own_lab_on_the_ports_is_well() -> None:
    found = judged(holders={"smtp": Holder("lab", "mail"), "imap": Holder("lab", "mail")})
    assert found["ports"].state == "ok"
    assert "mail" in str(found["ports"].text)


def test_a_rootless_engine_that_may_use_low_ports_is_well() -> None:
    assert judged(rootless=True, first_free_port=0)["rights"].state == "ok"


def test_what_cannot_be_known_of_a_remote_machine_is_left_out() -> None:
    assert "disk" not in judged(disk_free=None)


def test_an_old_python_fails() -> None:
    assert judge_python((3, 10)).state == "fail"
    assert judge_python((3, 12)).state == "ok"


def test_no_engine_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> None:
        raise NoEngine("nothing answers at {url}", remedy="start it", url="x")

    monkeypatch.setattr(module, "reach", nobody)
    found = {finding.check: finding for finding in doctor()}
    assert (found["engine"].state, str(found["engine"].text)) == ("fail", "nothing answers at x")


@pytest.mark.parametrize(
    ("stamp", "ahead"),
    [
        ("2026-11-23T06:42:02.72386437Z", 2.723864),
        ("2026-11-23T07:42:02.723+01:00", 2.723),
        ("2026-11-23T06:42:00Z", 0.0),
        ("2026-11-23T06:41:00.1Z", -59.9),
        ("2026-11-23T06:42:00", 0.0),
        ("", 0.0),
    ],
)
def test_the_engines_clock_is_read(stamp: str, ahead: float) -> None:
    now = datetime(2026, 11, 23, 6, 42, tzinfo=UTC)
    assert clock_ahead(stamp, now) == pytest.approx(ahead)


@given(st.text())
def test_any_clock_is_survived(stamp: str) -> None:
    assert isinstance(clock_ahead(stamp, datetime.now(UTC)), float)


def test_the_worst_finding_decides() -> None:
    assert doctor_screen.worst(judge(WELL)) == "ok"
    findings = judge(replace(WELL, disk_free=1, clock_ahead=99.0))
    shown = doctor_screen.as_json(findings)
    assert shown["state"] == "fail"
    assert {"check", "state", "text", "remedy"} == set(shown["findings"][0])


def test_the_screen_reads_without_colour(capsys: pytest.CaptureFixture[str]) -> None:
    console.out.cache_clear()
    doctor_screen.show(judge(replace(WELL, subnets_left=0)))
    console.out.cache_clear()
    shown = capsys.readouterr().out
    assert "✗ fails" in shown
    assert "LABCTL_SUBNET_POOL" in shown


FRESH = Machine(
    root=True, debian=True, systemd=False, has_engine=False, apparmor=False, cgroups=True
)


def test_a_fresh_debian_gets_its_own_engine() -> None:
    assert packages(FRESH, registry=True) == ("docker.io", "iptables", "ca-certificates")


def test_what_the_kernel_needs_comes_with_it() -> None:
    wanted = packages(replace(FRESH, apparmor=True, cgroups=False), registry=True)
    assert {"apparmor", "cgroupfs-mount"} < set(wanted)


def test_an_engine_that_is_there_is_not_installed_again() -> None:
    assert packages(replace(FRESH, has_engine=True), registry=True) == ()


def test_without_a_registry_the_base_can_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert "mmdebstrap" in packages(FRESH, registry=False)


def test_the_commands_can_be_typed_by_anyone() -> None:
    typed = commands(replace(FRESH, root=False, systemd=True), ("docker.io",))
    assert typed[0] == "sudo apt-get update"
    assert "sudo systemctl enable --now docker" in typed
    assert typed[-1] == "sudo usermod -aG docker $USER"
    assert commands(replace(FRESH, debian=False), ("docker.io",)) == ()
