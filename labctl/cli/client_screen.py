"""Recipes for mail clients on the terminal: commands to paste as they are, settings in a table."""

from collections.abc import Sequence

from labctl.cli.console import note, out, show_json
from labctl.lang import tr
from labctl.mail.recipes import Part, Recipe
from labctl.verbs.labs import CA_FILE


def recipes_json(recipes: Sequence[Recipe]) -> dict[str, object]:
    """All of it as plain data, in the reader's language."""
    return {
        "recipes": [
            {
                "client": one.client,
                "title": str(one.title),
                "parts": [
                    {
                        "title": str(part.title),
                        "lines": list(part.lines),
                        "settings": {tr(name): tr(value) for name, value in part.settings},
                    }
                    for part in one.parts
                ],
                "notes": [str(text) for text in one.notes],
            }
            for one in recipes
        ]
    }


def show_recipes(recipes: Sequence[Recipe], *, as_json: bool) -> None:
    """`labctl client`."""
    if as_json:
        show_json(recipes_json(recipes))
        return
    from rich.text import Text

    for one in recipes:
        out().rule(Text(str(one.title), "bold"), align="left", style="dim")
        for part in one.parts:
            _show_part(part)
        for text in one.notes:
            out().print(Text("• " + str(text), "dim"))
    note("the lab's CA certificate, which these need: labctl ca {file}", file=CA_FILE)


def _show_part(part: Part) -> None:
    """Lines begin at the left margin and are never wrapped, so that a mouse can take them."""
    from rich.table import Table
    from rich.text import Text

    out().print(Text(str(part.title), "bold"))
    for line in part.lines:
        out().print(Text(line, "cyan"), soft_wrap=True)
    if part.settings:
        table = Table.grid(padding=(0, 2))
        for name, value in part.settings:
            table.add_row("  " + tr(name), Text(tr(value)))
        out().print(table)
    out().print()
