"""Lines of somebody's dialogue as they may be shown: not too long, not too many. Pure."""

from dataclasses import dataclass
from typing import Literal

from labctl.mail.recorder import visible
from labctl.model.dialogue import Line
from labctl.model.lab import EndpointName

LONGEST = 500  # characters of a line that are shown
MOST_LINES = 1000  # of one session
MOST_TALKERS = 300  # sessions


@dataclass(frozen=True, slots=True)
class Known:
    """Whose session it is, as far as that is known yet."""

    session: str
    endpoint: EndpointName
    account: str  # empty: nobody has logged in


class Talkers:
    """Of how many sessions the dialogue is remembered: of the latest ones."""

    def __init__(self) -> None:
        self._names: dict[str, None] = {}

    def spoke(self, name: str) -> str:
        """Somebody spoke in this session; the one to be forgotten for it, or an empty name."""
        if name in self._names:
            return ""
        self._names[name] = None
        if len(self._names) <= MOST_TALKERS:
            return ""
        oldest = next(iter(self._names))
        del self._names[oldest]
        return oldest


def spoken_line(
    sender: Literal["C", "S"],
    text: str,
    *,
    tls: bool = False,
    kind: Literal["talk", "message"] = "talk",
) -> Line:
    """What somebody said, secrets masked before."""
    shown = visible(text)
    return Line(sender, shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…", tls, kind=kind)
