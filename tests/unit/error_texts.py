"""Every error that the code can raise, with its sentence and the way past it, out of the code."""

import ast
from collections.abc import Iterator
from pathlib import Path

import labctl
from labctl.engine.explain import KNOWN
from labctl.errors import LabError
from tests.unit.shown_texts import error_names, name_of, texts_of

SOURCE = Path(labctl.__file__).parent
Said = tuple[str, str, str]  # class, sentence, way past it


def _of_class(node: ast.ClassDef) -> Iterator[Said]:
    """An error that says its own sentence: ``super().__init__("…")``."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and name_of(call) == "__init__":
            yield from _pairs(node.name, call)


def _pairs(kind: str, call: ast.Call) -> Iterator[Said]:
    remedies = [k.value for k in call.keywords if k.arg == "remedy"]
    ways = [text for remedy in remedies for text in texts_of(remedy)] or [""]
    for argument in call.args[:1]:
        for problem in texts_of(argument):
            yield from ((kind, problem, way) for way in ways)


def error_texts() -> list[Said]:
    """All of them, sorted; complaints about a file stand in a sentence that names the place."""
    errors = error_names()
    found: set[Said] = {(kind.__name__, problem, way) for _, kind, problem, way in KNOWN}
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and node.name in errors:
                found.update(_of_class(node))
            elif isinstance(node, ast.Call) and name_of(node) in {*errors, "Complaint"}:
                found.update(_pairs(name_of(node), node))
    return sorted(said for said in found if said[0] != LabError.__name__)
