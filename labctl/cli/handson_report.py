"""A report on exercises as one file: Markdown, or HTML that needs nothing beside it."""

from collections.abc import Iterator

from labctl.cli.report_pictures import Boxes, Drawer
from labctl.cli.report_view import FORGEABLE, Happened, ReportView, RunView
from labctl.lang import chosen, tr

_SIGNS = {"same": " ", "added": "+", "removed": "-", "changed": "~"}


def as_html(report: ReportView) -> str:
    """One page, for the screen and for paper."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from labctl.shipped import shipped

    loader = FileSystemLoader(shipped("templates") / "report")
    page = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    page.globals |= {"tr": tr}
    return page.get_template("report.html.j2").render(
        report=report, language=chosen(), forgeable=tr(FORGEABLE)
    )


def as_markdown(report: ReportView) -> str:
    """The same in words: pictures are lists of files."""
    lines = ["# " + tr("Exercises in the lab {lab}", lab=report.lab), "", report.made, ""]
    lines += ["> " + tr(FORGEABLE), ""]
    heads = (tr("exercise"), tr("shows"), tr("steps"), tr("progress"))
    lines += [_row(*heads), _row(*("---" for _ in heads))]
    lines += [_row(f"`{r.id}`", r.title, r.steps, tr(r.state)) for r in report.rows]
    for run in report.runs:
        lines += _run(run)
    return "\n".join(lines) + "\n"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _run(run: RunView) -> Iterator[str]:
    yield from ("", f"## {run.title} ({tr(run.state)})", "")
    if run.claim:
        yield from (f"*{run.claim}*", "")
    yield from (
        tr("{what}:", what=tr("The message's way: what this run has shown of it")),
        "",
        run.way.words,
    )
    for step in run.steps:
        yield from ("", f"### {tr('Step {number}', number=step.number)}", "", step.words)
        for event in step.events:
            yield from _event(event)
    if run.answers:
        yield from ("", f"### {tr('Predictions')}", "")
        yield _row(tr("question"), tr("said"), tr("measured"))
        yield _row("---", "---", "---")
        for answer in run.answers:
            yield _row(answer.question, answer.said, answer.measured)
    facts = [
        (tr("exercise"), run.exercise),
        (tr("begun"), run.begun),
        (tr("run"), run.id),
        (tr("token in its messages"), run.token),
        (tr("configuration (SHA-256)"), run.config),
        *run.versions,
    ]
    yield ""
    yield from (f"- {name}: `{value}`" for name, value in facts if value)


def _event(event: Happened) -> Iterator[str]:
    yield from ("", f"**{event.title}** ({event.when})", "")
    if event.words:
        yield from (event.words, "")
    if event.recognised:
        yield from (tr("seen: {it}", it=", ".join(event.recognised)), "")
    for each in event.verdicts:
        yield f"- {'✓' if each.holds else '✗'} {each.words}"
        yield "  " + tr("expected: {it}", it=each.expected)
        yield "  " + tr("observed: {it}", it=each.observed)
    for picture in event.boxes:
        yield from _boxes(picture)
    if event.talk:
        yield from ("", tr("What the client and the server said") + f" – {event.talk.sessions}")
        yield from ("", "```text")
        for sender, line, tls in event.talk.lines:
            clear = f"  ({tr('in the clear')})" if sender == "C" and not tls else ""
            yield f"{sender}: {line}{clear}"
        if event.talk.left_out:
            yield tr("… {n} more lines …", n=event.talk.left_out)
        yield "```"


def _boxes(picture: Boxes) -> Iterator[str]:
    yield from ("", tr("Maildir of {address}", address=picture.address), "", "```text")
    for title, drawers in ((tr("before"), picture.before), (tr("after"), picture.after)):
        yield tr("{what}:", what=title)
        for drawer in drawers:
            yield from _drawer(drawer)
    yield "```"


def _drawer(drawer: Drawer) -> Iterator[str]:
    yield f"  {drawer.label}" + ("" if drawer.sheets else f"  ({tr('empty')})")
    for sheet in drawer.sheets:
        flags = f"  {sheet.flags}" if sheet.flags else ""
        yield f"  {_SIGNS[sheet.state]} {sheet.name}{sheet.info}  {sheet.subject}{flags}"
    if drawer.more:
        yield "    " + tr("… and {n} more", n=drawer.more)
