"""The figures as a table."""

from collections.abc import Sequence
from statistics import median

from rich import box
from rich.console import Console
from rich.table import Table

from tests.bench.measure import Figure

_WIDTH = 170  # columns, where no terminal says


def _number(value: float, unit: str) -> str:
    if unit != "s":
        return f"{value:.1f} {unit}"
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.0f} ms"


def _verdict(figure: Figure) -> str:
    return {True: "[green]met[/]", False: "[bold red]missed[/]", None: ""}[figure.met]


def show(figures: Sequence[Figure], runs: int) -> None:
    """Print them."""
    table = Table(box=box.SIMPLE_HEAD, title=f"medians of {runs} interleaved runs")
    table.add_column("what", no_wrap=True)
    table.add_column("", justify="right")
    table.add_column("fastest", justify="right", style="dim")
    table.add_column("beside")
    table.add_column("", justify="right")
    table.add_column("ratio", justify="right")
    table.add_column("aim", justify="right")
    table.add_column("")
    group = ""
    for figure in figures:
        if group and figure.group != group:
            table.add_section()
        group = figure.group
        table.add_row(
            figure.what,
            _number(figure.median, figure.unit) if figure.value else "",
            _number(min(figure.value), figure.unit) if len(figure.value) > 1 else "",
            figure.remark or figure.beside,
            _number(median(figure.reference), figure.unit) if figure.reference else "",
            "" if figure.ratio is None else f"{figure.ratio:.2f}",
            figure.aim,
            _verdict(figure),
        )
    console = Console()
    if not console.is_terminal:
        console.width = _WIDTH
    console.print(table)
