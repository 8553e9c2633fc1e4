"""Exercises hands-on as plain data, for `--json`: without the screen library, which takes long."""

from typing import TYPE_CHECKING

from labctl.cli.predict_commands import questions_json
from labctl.model.dialogue import transcript_json

if TYPE_CHECKING:
    from labctl.model.handson import Checked
    from labctl.verbs.handson import Hint
    from labctl.verbs.handson_place import Task
    from labctl.verbs.handson_recipe import Solution


def task_json(task: "Task") -> dict[str, object]:
    """`exercise start --no-wait --json`."""
    texts, logic, run = task.exercise.text, task.exercise.logic, task.run
    step = "" if task.over else logic.steps[run.step].id
    return {
        "run": run.id,
        "exercise": run.exercise,
        "token": run.token,
        "step": step,
        "number": run.step + 1,
        "of": len(logic.steps),
        "over": task.over,
        "task": texts.task.strip().format_map(task.names),
        "text": texts.steps[step].strip().format_map(task.names) if step else "",
        "questions": questions_json(task),
    }


def checked_json(task: "Task", checked: "Checked") -> dict[str, object]:
    """`exercise check --json`."""
    texts = task.exercise.text
    miss = texts.near_misses.get(checked.near_miss, "").strip().format_map(task.names)
    return {
        "run": checked.run,
        "exercise": checked.exercise,
        "step": checked.step,
        "verdict": checked.verdict,
        "recognised": [str(each.what) for each in checked.recognised if each.seen],
        "missing": [str(each.what) for each in checked.recognised if not each.seen],
        "near_miss": {"id": checked.near_miss, "text": miss} if checked.near_miss else None,
        "expectations": [
            {"id": e.id, "holds": e.holds, "expected": str(e.expected), "observed": str(e.observed)}
            for e in checked.expectations
        ],
        "dialogue": [
            {"session": said.name, "endpoint": said.endpoint, "lines": transcript_json(said.lines)}
            for said in (*checked.sessions, *(checked.result.sessions if checked.result else ()))
        ],
        "renewed": checked.renewed,
        "over": checked.over,
        "predictions": [
            {"id": each.id, "said": each.said, "truth": each.truth} for each in checked.answered
        ],
    }


def hint_json(task: "Task", hint: "Hint") -> dict[str, object]:
    """`exercise hint --json`."""
    words = task.exercise.text.hints.get(hint.id, "").strip().format_map(task.names)
    return {
        "number": hint.number,
        "of": hint.of,
        "text": words,
        "solution": [solution_json(each) for each in hint.solution],
    }


def solution_json(solution: "Solution") -> dict[str, object]:
    """One session of a solution."""
    return {
        "title": str(solution.title),
        "command": list(solution.command),
        "typed": list(solution.typed),
        "login": solution.login,
        "drop": solution.drop,
    }
