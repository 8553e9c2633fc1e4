"""Two `labctl` at work on the same lab at the same moment."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from labctl.engine.dockerengine import DockerEngine
from labctl.engine.values import Resource
from tests.engine.running import RunningLab, labctl, labctl_json


def test_two_ups_at_once_make_one_lab(engine: DockerEngine, lab_name: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        started = [
            pool.submit(labctl, "up", "--name", lab_name, "--ports", "free", "--json")
            for _ in range(2)
        ]
        ends = [each.result() for each in started]
    assert [end.returncode for end in ends] == [0, 0], [end.stderr for end in ends]
    one, other = (json.loads(end.stdout) for end in ends)
    assert one["state"] == other["state"] == "ready"
    for shown in ("accounts", "endpoints", "ca_pem"):
        assert one[shown] == other[shown] == labctl_json("status", "--lab", lab_name)[shown]
    there = engine.resources(lab_name)
    assert [sum(r.kind == kind for r in there) for kind in ("container", "network")] == [2, 1]
    assert labctl("send", "--lab", lab_name).returncode == 0


@pytest.mark.slow  # at worst, one waits a minute for a certificate that the other replaced
def test_two_persons_who_bring_up_one_name_can_make_it_one_whole_lab(
    engine: DockerEngine, lab_name: str, tmp_path: Path, base: int
) -> None:
    """Their locks are apart: the engine's unique names decide; who loses is told so."""
    with ThreadPoolExecutor(2) as pool:
        arguments = ("up", "--name", lab_name, "--ports", str(base), "--json")
        mine = pool.submit(labctl, *arguments)
        theirs = pool.submit(labctl, *arguments, TMPDIR=str(tmp_path))
        ends = [mine.result(), theirs.result()]
    assert {end.returncode for end in ends} <= {0, 3}, [end.stderr for end in ends]
    assert labctl_json("up", "--name", lab_name, "--ports", str(base))["state"] == "ready"
    assert labctl("send", "--lab", lab_name).returncode == 0
    networks = [n for n in engine.client.api.networks() if n["Name"] == f"{lab_name}_lab"]
    assert len(networks) == 1


def test_up_and_down_at_once_end_with_a_whole_lab_or_with_none(
    engine: DockerEngine, lab_name: str
) -> None:
    assert labctl("up", "--name", lab_name, "--ports", "free").returncode == 0
    with ThreadPoolExecutor(2) as pool:
        up = pool.submit(labctl, "up", "--name", lab_name, "--ports", "free")
        down = pool.submit(labctl, "down", "--lab", lab_name)
        assert (up.result().returncode, down.result().returncode) == (0, 0)
    there = engine.resources(lab_name)
    if there:
        assert labctl_json("status", "--lab", lab_name)["state"] == "ready"
    else:
        assert labctl("status", "--lab", lab_name).returncode == 4


def test_up_again_with_free_ports_leaves_the_lab_where_it_is(own_lab: RunningLab) -> None:
    before = labctl_json("status", "--lab", own_lab.name)
    again = labctl_json("up", "--lab", own_lab.name, "--ports", "free")
    assert again["endpoints"] == before["endpoints"]


def test_the_labs_of_several_people_come_up_at_once_each_in_its_own_network(
    engine: DockerEngine, lab_name: str
) -> None:
    labs = [f"{lab_name}-{letter}" for letter in "abc"]
    try:
        with ThreadPoolExecutor(len(labs)) as pool:
            ups = [
                pool.submit(labctl, "up", "--name", lab, "--ports", str(43000 + 100 * number))
                for number, lab in enumerate(labs)
            ]
            ends = [up.result() for up in ups]
        assert [end.returncode for end in ends] == [0, 0, 0], [end.stderr for end in ends]
        for lab in labs:
            assert Resource("network", f"{lab}_lab") in engine.resources(lab)
    finally:
        for lab in labs:
            labctl("down", "--lab", lab)
