"""What was done in the exercises, as a file: report."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labctl.cli.exercise_commands import chosen_exercises
from labctl.cli.options import Json, LabName, Lang
from labctl.cli.session import engine

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from labctl.cli.report_view import Known
    from labctl.verbs.handson_place import Place


class ReportFormat(StrEnum):
    """What a report can be."""

    html = "html"
    md = "md"
    json = "json"


def report(
    format_: Annotated[
        ReportFormat | None,
        typer.Option("--format", help="What kind of file; by default what --output ends in."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Where; by default stdout.")
    ] = None,
    lab: LabName = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show what was done in the exercises, with its evidence: words, files, verdicts."""
    from labctl.cli.console import note
    from labctl.cli.textfile import write_text

    kind = ReportFormat.json if json else format_ or _kind_of(output)
    write_text(output, _report(kind, lab))
    if output:
        note("written: {file}", file=output)


def _kind_of(output: Path | None) -> ReportFormat:
    """What a file's name says: ``report.html``."""
    ending = output.suffix.lower().removeprefix(".") if output else ""
    known = {"html": ReportFormat.html, "htm": ReportFormat.html, "json": ReportFormat.json}
    return known.get(ending, ReportFormat.md)


def _report(kind: ReportFormat, lab: str | None) -> str:
    from labctl.verbs.handson_place import place_of
    from labctl.verbs.handson_report import gathered

    place = place_of(engine(), lab)
    found = gathered(engine(), place)
    if kind is ReportFormat.json:
        from json import dumps

        return dumps(found, indent=2, ensure_ascii=False) + "\n"
    from labctl.cli.handson_report import as_html, as_markdown
    from labctl.cli.report_view import view

    shown = view(found, _known(place, found["evidence"]))
    return as_html(shown) if kind is ReportFormat.html else as_markdown(shown)


def _known(place: "Place", evidence: "Sequence[Mapping[str, object]]") -> "Known":
    """The exercises that a report is about, as far as they are still where they were."""
    from labctl.errors import LabError
    from labctl.exercise.references import accounts
    from labctl.verbs.exercise_names import names_without_a_run

    folders = {str(e["exercise"]): str(e.get("folder") or "") for e in evidence if "folder" in e}
    found = {}
    for name, folder in folders.items():
        try:
            (exercise,) = chosen_exercises(Path(folder) if folder else None, [name])
        except LabError:
            continue
        found[name] = exercise, names_without_a_run(place.status, accounts(exercise.logic))
    return found


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(report)
