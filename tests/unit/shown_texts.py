"""Every text that a participant may read, found in the code itself."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import labctl
from labctl.errors import LabError
from labctl.shipped import shipped

SOURCE = Path(labctl.__file__).parent
# Calls whose first text is shown, and by which argument.
_FIRST = {"tr", "note", "say", "warn", "Text", "Complaint", "add_column"}
_ANY = {"plain_table"}
_SECOND = {"Progress", "NextStep"}
# Tables of texts that are looked up and then shown.
_TABLES = (
    ("labctl.engine.remove", "REMOVED"),
    ("labctl.model.lab", "PURPOSE"),
    ("labctl.render.handout", "COMMANDS"),
    ("labctl.cli.lab_screen", "_STATE_STYLE"),
    ("labctl.cli.workshop_capacity_screen", "_NAMES"),
    ("labctl.cli.workshop_capacity_screen", "_REMEDIES"),
    ("labctl.definition.parse", "_SAYS"),
    ("labctl.exercise.load", "_SAYS"),
    ("labctl.cli.trace_screen", "_WORDS"),
    ("labctl.cli.trace_screen", "_NEXT"),
    ("labctl.cli.watch_app", "_EMPTY"),
    ("labctl.cli.exercise_list", "_HEADS"),
    ("labctl.cli.report_view", "KINDS"),
    ("labctl.mail.maildir", "FLAG_MEANING"),
    ("labctl.exercise.policy_answers", "SAYS"),
)


def error_names() -> set[str]:
    """The names of all error classes, and ``__init__`` for their own constructors."""
    for module in pkgutil.walk_packages(labctl.__path__, "labctl."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)

    def below(kind: type[Exception]) -> Iterator[str]:
        yield kind.__name__
        for child in kind.__subclasses__():
            yield from below(child)

    return {*below(LabError)}


def name_of(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def texts_of(node: ast.expr) -> Iterator[str]:
    """The text constants of an argument, also of a conditional one."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from texts_of(node.body)
        yield from texts_of(node.orelse)


def _of_call(call: ast.Call, errors: set[str]) -> Iterator[str]:
    name = name_of(call)
    positions = (
        [0] if name in _FIRST or name in errors
        else range(len(call.args)) if name in _ANY
        else [1] if name in _SECOND
        else [0, 1] if name == "__init__"
        else []
    )  # fmt: skip
    for position in positions:
        for argument in call.args[position : position + 1]:
            yield from texts_of(argument)
    for keyword in call.keywords:
        if keyword.arg in ("remedy", "help") and keyword.value is not None:
            yield from texts_of(keyword.value)


def shown_texts() -> dict[str, str]:
    """Each text, and where it stands."""
    errors = error_names()
    found: dict[str, str] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        if path.is_relative_to(SOURCE / "lang"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                for text in _of_call(node, errors):
                    found.setdefault(text, f"{path.relative_to(SOURCE)}:{node.lineno}")
    for module, name in _TABLES:
        table = getattr(importlib.import_module(module), name)
        keys = table if name == "_STATE_STYLE" else table.values()
        found.update(dict.fromkeys(keys, f"{module}.{name}"))
    found.update(dict.fromkeys(_pairs(), "a table of sentences"))
    found.update(dict.fromkeys(_help_texts(), "help"))
    return {text: where for text, where in found.items() if any(c.isalpha() for c in text)}


def _pairs() -> Iterator[str]:
    """Sentences in tables of another shape."""
    from labctl.cli.report_pictures import STAGE_WORDS
    from labctl.cli.tour import STAGES
    from labctl.cli.usage import _SAID
    from labctl.cli.watch_panes import _STATUS
    from labctl.definition.schema import PORTS_SAY
    from labctl.engine.explain import KNOWN
    from labctl.model.lab import TOO_WEAK

    yield from (PORTS_SAY, TOO_WEAK, *STAGES)
    yield from (template for _, template in _SAID)
    yield from (word for _, _, word in _STATUS.values())
    yield from (word for words in STAGE_WORDS.values() for word in words)
    for template in sorted(shipped("templates").rglob("*.j2")):
        yield from re.findall(r"\btr\(\"([^\"]+)\"", template.read_text(encoding="utf-8"))
    for _, _, problem, remedy in KNOWN:
        yield from (problem, remedy)


def all_constants() -> set[str]:
    """Every text constant of the code, shown or not."""
    return {
        node.value
        for path in SOURCE.rglob("*.py")
        if not path.is_relative_to(SOURCE / "lang")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _help_texts() -> Iterator[str]:
    """What `--help` shows, before it is translated."""
    from typer.main import get_command

    from labctl.cli.app import app

    def below(node: object) -> Iterator[str]:
        if text := getattr(node, "help", None):
            yield text
        for parameter in getattr(node, "params", ()):
            if text := getattr(parameter, "help", None):
                yield text
        for child in getattr(node, "commands", {}).values():
            yield from below(child)

    yield "Show this message and exit."  # of --help, which typer adds to each command
    yield from below(get_command(app))
