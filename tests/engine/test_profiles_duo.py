"""Profiles between two sites: a wrong MX, and one site alone that is wrong."""

import os
from collections.abc import Iterator

import pytest

from labctl.definition.load import load as load_definition
from labctl.engine.dockerengine import DockerEngine
from labctl.exercise.load import load
from labctl.model.policy import USUAL
from labctl.shipped import built_in_exercises
from labctl.verbs.down import down
from labctl.verbs.exercise_run import run_exercise
from labctl.verbs.labs import account_of, spec_of
from labctl.verbs.policy import measure
from labctl.verbs.profile import switch
from labctl.verbs.status import status
from labctl.verbs.up import Wish, up
from tests.engine.desk import Desk
from tests.engine.handson import hands_on
from tests.engine.running import RunningLab, labctl_json, wait_until
from tests.engine.test_exercises_can_fail import failed_claims

MX = "/^mx-host/s/,imap/,mx/"


@pytest.fixture(scope="module")
def duo(engine: DockerEngine) -> Iterator[RunningLab]:
    name = f"profiles-duo-{os.getpid()}"
    up(engine, name, Wish(load_definition("duo"), ports="free"))
    yield RunningLab(engine, spec_of(engine, name))
    down(engine, name)


@pytest.fixture
def between(engine: DockerEngine, duo: RunningLab, client_container: str) -> Iterator[Desk]:
    yield Desk(engine, client_container, duo)
    switch(engine, duo.name, "default")
    spec = spec_of(engine, duo.name)
    assert all(measure(engine, spec, site) == USUAL for site in spec.sites)


def test_a_wrong_mx_makes_mail_wait_until_it_is_right(between: Desk) -> None:
    lab = between.lab
    dora = account_of(lab.spec, "dora")
    done = labctl_json("profile", "broken-mx", "--site", dora.domain, "--lab", lab.name)
    assert [change["file"] for change in done["changes"]] == ["dns/dnsmasq.conf"]
    before = lab.inbox_count(dora)
    assert between.swaks("submissions", dora.address, login=between.alice).code == 0
    wait_until("it waits", lambda: "Connection refused" in lab.queue())
    switch(lab.engine, lab.name, "default")
    lab.arrives(dora, before + 1)


def test_with_a_wrong_mx_the_exercise_on_port_25_names_what_does_not_hold(between: Desk) -> None:
    lab = between.lab
    switch(lab.engine, lab.name, "broken-mx", site=between.person("dora").domain)
    failed = failed_claims(lab, "port-25-server-to-server")["port-25-server-to-server"]
    assert {"by-mx", "other-server", "arrived", "three-stamps"} <= failed
    assert not {"mx-asked", "local-delivered", "no-relay", "not-even-across"} & failed


def test_a_greylist_at_one_site_makes_the_other_come_back(between: Desk) -> None:
    lab = between.lab
    dora = account_of(lab.spec, "dora")
    switch(lab.engine, lab.name, "greylist", site=dora.domain)
    first = measure(lab.engine, spec_of(lab.engine, lab.name), lab.spec.sites[0])
    assert first == USUAL
    before, since = lab.inbox_count(dora), lab.engine.now()
    assert between.swaks("submissions", dora.address, login=between.alice).code == 0

    def log() -> str:
        return "\n".join(x.text for x in lab.engine.logs(lab.name, "postfix", since=since))

    wait_until("it is put off", lambda: "450 4.2.0" in log())
    wait_until("it arrives", lambda: lab.inbox_count(dora) == before + 1, within=40)


def test_between_sites_as_a_demo_and_by_hand(between: Desk) -> None:
    lab = between.lab
    exercise = load(built_in_exercises() / "fix-between-sites")
    result = run_exercise(lab.engine, status(lab.engine, lab.name), exercise)
    assert result.verdict == "pass", result
    dora = account_of(lab.spec, "dora")
    with hands_on(between, "fix-between-sites") as run:
        assert between.swaks("submissions", dora.address, login=between.alice).code == 0
        run.near_miss("sent-again")
        argv = ["sed", "-i", MX, "/etc/labctl/dnsmasq.conf"]
        assert lab.engine.exec(lab.name, "dns", argv, user="0").exit_code == 0
        lab.engine.stop(lab.name, "dns")
        lab.engine.start(lab.name, "dns")
        run.passes("repair")
        assert between.swaks("submissions", dora.address, login=between.alice).code == 0
        run.ends("proof")
