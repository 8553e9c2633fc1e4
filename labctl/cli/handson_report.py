"""A report on exercises as one file: Markdown, or HTML that needs nothing beside it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from labctl.lang import chosen, tr

FORGEABLE = "This was written on the participant's own machine, whose owner could forge it."


def as_markdown(report: Mapping[str, Any]) -> str:
    """Two tables: progress, and what happened."""
    lines = ["# " + tr("Exercises in the lab {lab}", lab=report["lab"]), "", tr(FORGEABLE), ""]
    lines += [f"| {tr('exercise')} | {tr('progress')} |", "|---|---|"]
    lines += [f"| {e['id']} | {tr(e['standing'])} |" for e in report["exercises"]]
    lines += ["", "## " + tr("Evidence"), ""]
    head = ("UTC", tr("exercise"), tr("step"), tr("what happened"))
    lines += [f"| {' | '.join(head)} |", "|---|---|---|---|"]
    for one in report["evidence"]:
        row = (_when(one), one["exercise"], one["step"], _what(one))
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines)


def _when(one: Mapping[str, Any]) -> str:
    return datetime.fromtimestamp(one["at"] / 1e9, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _what(one: Mapping[str, Any]) -> str:
    miss = f" ({one['near_miss']})" if one.get("near_miss") else ""
    return tr(one["kind"]) + miss


def as_html(report: Mapping[str, Any]) -> str:
    """The same, with what was said and the files before and after."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from labctl.shipped import shipped

    loader = FileSystemLoader(shipped("templates") / "report")
    page = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    page.globals |= {"tr": tr, "when": _when, "what": _what}
    return page.get_template("report.html.j2").render(
        report=report,
        language=chosen(),
        forgeable=tr(FORGEABLE),
        said=tr("What the client and the server said"),
        files=tr("The Maildir, before and after"),
    )
