"""What the microscope shows on top of itself: its keys and signs, and the choice of an account."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from labctl.cli.watch_lines import FRESH_MARK, Part, Row, drawn
from labctl.lang import tr

_CSS = """
{name} {{ align: center middle; }}
{name} > .box {{ width: 72; max-width: 100%; height: auto; max-height: 100%; padding: 0 1;
    border: round $primary; background: $surface; }}
"""


class Help(ModalScreen[None]):
    """Keys and signs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter,space", "dismiss", show=False)
    ]
    CSS = _CSS.format(name="Help")

    def compose(self) -> ComposeResult:
        """One box."""
        with VerticalScroll(classes="box") as box:
            box.border_title = tr("Help")
            box.border_subtitle = "Esc"
            yield Static(drawn(_rows(), 68), markup=False)


def _rows() -> list[Row]:
    keys = (
        (tr("Space"), tr("pause the picture; what happens meanwhile waits")),
        ("a", tr("choose the account in focus, or all")),
        ("Tab", tr("go to the next pane; arrows and PgUp scroll, End follows again")),
        ("z", tr("the focused pane alone, or all panes")),
        ("1 2 3 4", tr("show or hide a pane")),
        ("l", tr("long answers in full, or their beginning")),
        ("t", tr("colours: the terminal's, light, dark")),
        ("q, Ctrl-C", tr("quit")),
    )
    signs = (
        ("C:  S:", tr("what the client said, what the server said")),
        (FRESH_MARK, tr("has just changed")),
        ("← new/", tr("the file came from new/: a mail program has seen that it is there")),
        ("S = …", tr("a flag in the file's name; it stands out when it has just come")),
    )
    rows = [Row((Part(f"{key:<11}", "bold cyan"), Part(words)), hang=11) for key, words in keys]
    rows.append(Row(()))
    rows += [Row((Part(f"{key:<11}", "bold yellow"), Part(words)), hang=11) for key, words in signs]
    rows.append(Row(()))
    told = tr("Where the servers do not tell the dialogue, the pane shows what their logs tell.")
    return [*rows, Row((Part(told, "dim italic"),))]


class Accounts(ModalScreen[str | None]):
    """One account, or all of them (an empty address)."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,a", "dismiss(None)", show=False)]
    CSS = _CSS.format(name="Accounts")

    def __init__(self, addresses: tuple[str, ...], focus: str) -> None:
        super().__init__()
        self._choices = ("", *addresses)
        self._now = focus

    def compose(self) -> ComposeResult:
        """A list to choose from."""
        names = [Option(address or tr("all accounts")) for address in self._choices]
        chooser = OptionList(*names, classes="box", markup=False)
        chooser.border_title = tr("Account in focus")
        chooser.highlighted = self._choices.index(self._now) if self._now in self._choices else 0
        yield chooser

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Chosen."""
        self.dismiss(self._choices[event.option_index])
