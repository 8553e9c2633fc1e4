"""For authors of exercises: new, lint, schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labctl.cli.exercise_commands import group
from labctl.cli.options import Json, LabName, Lang
from labctl.cli.session import engine
from labctl.errors import ExitCode
from labctl.lang import Text

if TYPE_CHECKING:
    from labctl.exercise.load import Exercise
    from labctl.model.status import LabStatus


class SchemaOf(StrEnum):
    """The files of an exercise that have a schema."""

    exercise = "exercise"
    texts = "texts"


def new_(
    exercise: Annotated[str, typer.Argument(metavar="ID", help="Its name, and its folder's.")],
    folder: Annotated[
        Path, typer.Option("--folder", metavar="DIR", help="Where; by default the current folder.")
    ] = Path(),
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Write the files of a new exercise, small and whole, to start from."""
    from labctl.cli.console import note, say, show_json
    from labctl.verbs.exercise_new import new_exercise

    files = new_exercise(exercise, folder)
    if json:
        show_json({"id": exercise, "files": [str(file) for file in files]})
        return
    for file in files:
        say("{words}", words=file)
    note("rehearse it: labctl exercise lint {folder}", folder=files[0].parent)
    note("do it: labctl exercise start {id} --folder {folder}", id=exercise, folder=folder)


def lint_(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder of one exercise, or of several.")
    ],
    static: Annotated[
        bool, typer.Option("--static", help="Only read the files: no lab, no rehearsal.")
    ] = False,
    lab: LabName = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Check an exercise: its files, then in a lab that its demo passes and no claim is idle.

    Without --lab, a lab of its own is started on free ports and removed afterwards.
    """
    from labctl.cli.console import say, show_json

    found = dict(_complaints(folder, lab, static=static))
    if json:
        listed = [{"id": name, "problems": [str(c) for c in found[name]]} for name in found]
        show_json({"exercises": listed})
    else:
        for name, complaints in found.items():
            for complaint in complaints or [Text("nothing to complain about")]:
                say("{id}: {words}", id=name, words=complaint)
    if any(found.values()):
        raise typer.Exit(ExitCode.VERDICT_FAILED)


def _complaints(
    folder: Path, lab: str | None, *, static: bool
) -> "Iterator[tuple[str, list[Text]]]":
    """Each exercise with what is wrong with it; those that need the same lab share one."""
    from itertools import groupby

    from labctl.exercise.lint import lint
    from labctl.exercise.load import load, load_all

    one = (folder / "exercise.yaml").exists() or not folder.is_dir()
    exercises = (load(folder.absolute()),) if one else load_all(folder)
    known = {exercise.id: list(lint(exercise)) for exercise in exercises}
    if static:
        yield from known.items()
        return
    from labctl.verbs.exercise_rehearsal import rehearsed

    def wanted(exercise: "Exercise") -> str:
        return "" if lab else exercise.logic.lab

    for definition, those in groupby(sorted(exercises, key=wanted), key=wanted):
        with _lab(lab, definition) as status:
            for exercise in those:
                found = rehearsed(engine(), status, exercise)
                yield exercise.id, [*known[exercise.id], *found]


@contextmanager
def _lab(given: str | None, definition: str) -> "Iterator[LabStatus]":
    """The lab that was named, or one that is there only for this."""
    from labctl.verbs.status import status

    if given:
        yield status(engine(), given)
        return
    from labctl.cli.progress_screen import live
    from labctl.verbs.exercise_rehearsal import lab_for

    with live(quiet=True) as on_progress, lab_for(engine(), definition, on_progress) as there:
        yield there


def schema_(
    of: Annotated[
        SchemaOf, typer.Argument(metavar="FILE", help="Of exercise.yaml, or of the texts.")
    ] = SchemaOf.exercise,
    lang: Lang = None,
) -> None:
    """Print the JSON Schema of exercise.yaml, or of en.yaml and fr.yaml, for editors."""
    from labctl.cli.console import show_json
    from labctl.exercise.load import json_schema
    from labctl.exercise.schema import Logic
    from labctl.exercise.texts import Texts

    show_json(json_schema(Logic if of is SchemaOf.exercise else Texts))


def register(_: typer.Typer) -> None:
    """Add these commands to `labctl exercise`."""
    group.command("new")(new_)
    group.command("lint")(lint_)
    group.command("schema")(schema_)
