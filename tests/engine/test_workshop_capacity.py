"""`labctl workshop plan`: a seat is tried on the real engine, and goes without a trace."""

from labctl.engine.dockerengine import DockerEngine
from tests.engine.running import labctl, labctl_json


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
    assert not [name for name in engine.traces() if name.startswith("plan-")]


def test_what_does_not_fit_is_said_with_how_many_machines_it_takes() -> None:
    """No machine has the ports of 999 seats."""
    said = labctl("workshop", "plan", "--seats", "999", "--lang", "fr")
    assert said.returncode == 3, said.stderr
    assert "999 places ne tiennent pas" in said.stdout
    assert "machines comme celle-ci" in said.stdout
