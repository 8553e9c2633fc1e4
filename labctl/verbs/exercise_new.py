"""A new exercise to start from: three small files that are right already."""

import json
from pathlib import Path

from labctl.errors import BadUsage
from labctl.exercise.base import Complaint, word
from labctl.exercise.load import json_schema
from labctl.exercise.schema import Logic
from labctl.exercise.texts import Texts
from labctl.model.shown import shown, shown_path
from labctl.shipped import shipped

FILES = ("exercise.yaml", "en.yaml", "fr.yaml")
SCHEMAS = ".schema"  # beside the exercises, for editors; no exercise is called so


def new_exercise(name: str, folder: Path) -> tuple[Path, ...]:
    """Write the files of an exercise below ``folder``, and the JSON Schemas that they name.

    Raises:
        BadUsage: it cannot be a name, something is there already, or nothing can be written.
    """
    try:
        word(name)
    except Complaint as complaint:
        raise BadUsage("{name}: {why}", name=shown(name), why=complaint.text) from None
    home = folder / name
    if home.exists() or home.is_symlink():
        raise BadUsage(
            "{folder} is there already",
            remedy="choose another name, or remove it",
            folder=shown_path(home),
        )
    try:
        home.mkdir(parents=True)
        written = [_written(home / file, _filled(file, name)) for file in FILES]
        (folder / SCHEMAS).mkdir(exist_ok=True)
        for kind, of in (("exercise", Logic), ("texts", Texts)):
            schema = json.dumps(json_schema(of), indent=1, ensure_ascii=False)
            _written(folder / SCHEMAS / f"{kind}.json", f"{schema}\n")
    except OSError as problem:
        why = problem.strerror or str(problem)
        raise BadUsage("{file} cannot be written: {why}", file=shown_path(home), why=why) from None
    return tuple(written)


def _filled(file: str, name: str) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(shipped("templates") / "exercise")
    templates = Environment(  # noqa: S701 - YAML, and a name of letters, digits and hyphens
        loader=loader, undefined=StrictUndefined, keep_trailing_newline=True
    )
    return templates.get_template(f"{file}.j2").render(id=name, schema=f"../{SCHEMAS}")


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path
