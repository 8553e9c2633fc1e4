"""What is kept of each thing that happened in a run: one line of evidence."""

from hashlib import sha256

from labctl import __version__
from labctl.model.handson import Checked
from labctl.model.verdict import step_json
from labctl.verbs.handson_scene import Scene


def line(
    scene: Scene, kind: str, step: str, checked: Checked | None, *, shown: bool = False
) -> dict[str, object]:
    """Plain data; secrets are masked already where sessions are heard."""
    run = scene.run
    found: dict[str, object] = {
        "schema": 1,
        "at": scene.engine.now(),
        "kind": kind,
        "run": run.id,
        "exercise": run.exercise,
        "step": step,
        "token": run.token,
    }
    if kind == "start":
        found |= {"versions": {"labctl": __version__}, "config": digest(scene)}
    if kind == "end":
        found["predictions"] = dict(run.predictions)
    if shown:
        found["shown"] = True
    if checked:
        found |= {"near_miss": checked.near_miss, "verdict": checked.verdict}
        found["recognised"] = [str(each.what) for each in checked.recognised if each.seen]
        if checked.result:
            found["result"] = step_json(checked.result)
    return found


def digest(scene: Scene) -> str:
    """Of the configuration that the servers read: two runs with the same one had the same lab."""
    total = sha256()
    for service in ("postfix", "dovecot"):
        tree = scene.engine.read_tree(scene.world.lab, service, "/etc/labctl")
        for file in sorted(tree, key=lambda each: each.path):
            if file.path.endswith((".cf", ".conf")):
                total.update(file.path.encode() + b"\0" + file.content + b"\0")
    return total.hexdigest()
