"""`up`, `down` and `reset` as whole processes, beside the floor and beside Docker Compose."""

from labctl.engine.dockerengine import DockerEngine
from tests.bench.compose import Compose
from tests.bench.floor import Floor
from tests.bench.measure import Figure, Seconds, added, interleaved, labctl, labctl_json, python

IMPORTS = "import docker, typer, jinja2, pydantic"


def whole(engine: DockerEngine, name: str, base: int, runs: int) -> list[Figure]:
    """Each turn: imports, floor up and down, labctl up, reset and down, Compose up."""
    floor = Floor(engine, name, base)
    compose = Compose(engine, name, base)
    own: Seconds = []  # the verb's own time in `down`

    def down() -> float:
        seconds, said = labctl_json("down", "--lab", name)
        own.append(said["labs"][0]["seconds"])
        return seconds

    turn = {
        "imports": lambda: python(IMPORTS),
        "python": lambda: python("pass"),
        "floor up": floor.up,
        "floor down": floor.down,
        "up": lambda: labctl("up", "--name", name, "--ports", str(base)),
        "reset": lambda: labctl("reset", "--lab", name),
        "down": down,
    }
    with compose.directory():
        if compose.available:
            turn |= {"compose": compose.up, "compose down": compose.down}
        found = interleaved(turn, runs)
    floored = added(found["floor up"], found["imports"])
    return [
        Figure(
            "whole",
            "labctl up",
            found["up"],
            beside=f"the floor + python -c '{IMPORTS}'",
            reference=floored,
            at_most=1.25,
        ),
        Figure("whole", "the floor of up alone", found["floor up"]),
        Figure(
            "whole",
            "labctl up",
            found["up"],
            beside="docker compose up --wait, health checks each second",
            reference=found.get("compose"),
            at_least=1.5,
            remark=compose.remark,
        ),
        Figure(
            "whole",
            "labctl down",
            found["down"],
            beside="its floor",
            reference=found["floor down"],
            at_most=1.25,
        ),
        Figure(
            "whole",
            "down, the verb without its process",
            own,
            beside="its floor",
            reference=found["floor down"],
        ),
        Figure(
            "whole",
            "labctl reset",
            found["reset"],
            beside="labctl up",
            reference=found["up"],
            at_most=0.25,
        ),
    ]
