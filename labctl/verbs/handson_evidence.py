"""What is kept of each thing that happened in a run: one line of evidence.

Plain data; secrets are masked already where sessions are heard. Sentences are in the language of
the day, its ids (expectations, near misses, answers) are for every language and every program.
"""

from hashlib import sha256

from labctl import __version__
from labctl.errors import LabError
from labctl.model.handson import Checked
from labctl.model.verdict import StepResult, step_json
from labctl.verbs.handson_scene import Scene
from labctl.verbs.handson_way import way

_VERSIONS = {
    "postfix": ("postconf", "-h", "mail_version"),
    "dovecot": ("dovecot", "--version"),
}


def line(scene: Scene, kind: str, step: str) -> dict[str, object]:
    """What every line has; of a run's first one, the lab it began in; of its last, the answers."""
    run, logic = scene.run, scene.exercise.logic
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
        found |= {"folder": run.folder, "versions": _versions(scene), "config": digest(scene)}
        found |= {"lab": logic.lab, "profile": logic.profile}
    if kind == "end":
        found["predictions"] = {
            question.id: {
                "said": run.predictions.get(question.id, ""),
                "measured": run.truths.get(question.id, ""),
            }
            for question in logic.predict
        }
    return found


def concluded_json(checked: Checked) -> dict[str, object]:
    """What a look at the step concluded."""
    return {
        "near_miss": checked.near_miss,
        "verdict": checked.verdict,
        "recognised": [str(each.what) for each in checked.recognised if each.seen],
    }


def result_json(result: StepResult) -> dict[str, object]:
    """What was said and what became of the files; which stages of a message's way that shows."""
    sessions = [
        {
            "name": session.name,
            "protocol": session.protocol,
            "endpoint": session.endpoint,
            "port": session.port,
            "queue_ids": list(session.queue_ids),
        }
        for session in result.sessions
    ]
    return {"result": step_json(result), "sessions": sessions, "way": list(way(result))}


def _versions(scene: Scene) -> dict[str, str]:
    """Of what took part; empty for a server that does not run."""
    found = {"labctl": __version__, "engine": scene.engine.version()}
    for service, command in _VERSIONS.items():
        try:
            said = scene.world.ask(service, *command)
        except LabError:
            found[service] = ""
        else:
            found[service] = said.stdout.split(" ")[0].strip() if not said.exit_code else ""
    return found


def digest(scene: Scene) -> str:
    """Of the configuration in force: two runs with the same one had the same lab."""
    total = sha256()
    for service in ("postfix", "dovecot"):
        tree = scene.engine.read_tree(scene.world.lab, service, "/etc/labctl")
        for file in sorted(tree, key=lambda each: each.path):
            if file.path.endswith((".cf", ".conf")):
                total.update(file.path.encode() + b"\0" + file.content + b"\0")
    return total.hexdigest()
