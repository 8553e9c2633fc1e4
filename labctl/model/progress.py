"""What a long action says while it runs. The screen decides how it looks and in which language."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Progress:
    """One step of a long action.

    ``step`` is stable within one action ("image:postfix", "container:dovecot", "endpoint:imaps"):
    a later Progress of the same step replaces what was shown. ``text`` is an English template over
    ``values``, translated by the screen.
    """

    step: str
    text: str
    state: Literal["running", "done", "failed", "note"] = "running"
    seconds: float | None = None  # how long it took, when done
    detail: str = ""  # a line of the tool's own output, e.g. of apt or the engine; not translated
    values: dict[str, object] = field(default_factory=dict)


OnProgress = Callable[[Progress], None]


def silent(_: Progress) -> None:
    """Say nothing."""
