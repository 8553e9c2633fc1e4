"""`labctl workshop plan`: a seat is tried on the real engine, and goes without a trace."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from labctl.engine.dockerengine import DockerEngine
from tests.engine.running import labctl, labctl_json, wait_until


def test_a_plan_names_what_ends_first_and_leaves_nothing(engine: DockerEngine) -> None:
    plan = labctl_json("workshop", "plan", "--seats", "450", "--nodes", "225")
    assert plan["fits"], plan
    assert plan["seats_on_each"] == 2
    rows = {row["resource"]: row for row in plan["requirements"]}
    assert 15 < rows["memory"]["each"] < 60
    assert 0 < rows["cpu"]["each"] < 0.2
    assert rows["ports"]["each"] == 7
    assert rows["processes"]["each"] > 10
    assert rows["disk"]["each"] == 40  # MiB: the logs of two servers
    assert rows["disk"]["there"] > 40
    for row in rows.values():
        assert row["enough_for"] is None or row["enough_for"] >= 2
    required = [row for row in rows.values() if row["required"] and row["enough_for"] is not None]
    least = min(required, key=lambda row: row["enough_for"])
    assert plan["bottleneck"] == least["resource"]
    assert plan["most_on_each"] == least["enough_for"]
    wait_until(
        "every plan has left nothing, another test's too", lambda: not _tried(engine), within=120
    )


def _tried(engine: DockerEngine) -> list[str]:
    return [name for name in engine.traces() if name.startswith("plan-")]


def test_what_does_not_fit_is_said_with_how_many_machines_it_takes() -> None:
    """No machine has the ports of 999 seats."""
    said = labctl("workshop", "plan", "--seats", "999", "--lang", "fr")
    assert said.returncode == 3, said.stderr
    assert "999 places ne tiennent pas" in said.stdout
    assert "machines comme celle-ci" in said.stdout


@pytest.mark.parametrize("published", [(), ("--gateway",)])
def test_a_seat_that_is_tried_and_labs_look_for_free_ports_one_after_the_other(
    lab_name: str, published: tuple[str, ...]
) -> None:
    labs = [f"{lab_name}-{letter}" for letter in "ab"]
    try:
        with ThreadPoolExecutor(1 + len(labs)) as pool:
            plan = pool.submit(labctl, "workshop", "plan", "--seats", "2", *published)
            ups = [pool.submit(labctl, "up", "--name", lab, "--ports", "free") for lab in labs]
            ends = [each.result() for each in (plan, *ups)]
        assert [end.returncode for end in ends] == [0, 0, 0], [end.stderr for end in ends]
    finally:
        for lab in labs:
            labctl("down", "--lab", lab)
