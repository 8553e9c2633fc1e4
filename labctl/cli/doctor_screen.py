"""What `doctor` found, as a table that reads without colour, or as JSON."""

from collections.abc import Sequence
from typing import Any

from labctl.cli.console import out
from labctl.lang import tr
from labctl.verbs.doctor import Finding, State

_SIGN: dict[State, str] = {"ok": "✓", "warn": "!", "fail": "✗"}
_WORD: dict[State, str] = {"ok": "fine", "warn": "look", "fail": "fails"}
_STYLE: dict[State, str] = {"ok": "green", "warn": "yellow", "fail": "bold red"}


def show(findings: Sequence[Finding]) -> None:
    """Print the findings, the remedy under each that has one, and how many are wrong."""
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column()
    for finding in findings:
        style = _STYLE[finding.state]
        table.add_row(
            Text(_SIGN[finding.state], style),
            Text(tr(_WORD[finding.state]), style),
            Text(str(finding.text)),
        )
        if remedy := str(finding.remedy):
            table.add_row("", "", Text(f"→ {remedy}", style="bold"))
    out().print(table)
    out().print(Text(_summary(findings)))


def as_json(findings: Sequence[Finding]) -> dict[str, Any]:
    """The findings for scripts: ``state`` is the worst of theirs."""
    return {
        "state": worst(findings),
        "findings": [
            {
                "check": finding.check,
                "state": finding.state,
                "text": str(finding.text),
                "remedy": str(finding.remedy),
            }
            for finding in findings
        ],
    }


def worst(findings: Sequence[Finding]) -> State:
    """``fail`` if anything fails, else ``warn`` if anything wants a look, else ``ok``."""
    order: tuple[State, ...] = ("ok", "warn", "fail")
    return max((finding.state for finding in findings), key=order.index, default="ok")


def _summary(findings: Sequence[Finding]) -> str:
    state = worst(findings)
    if state == "ok":
        return tr("all is well: labctl up")
    if state == "warn":
        return tr("a lab can run; the lines marked ! say what may surprise you")
    return tr("a lab cannot run yet; labctl doctor --fix puts right what it can")
