"""Moments in a lab's life, as the engine reports them."""

from typing import Any

Moment = tuple[str, str, int]  # what, its action, and how often that was seen

# What the engine reports while a lab comes up.
COMING_UP: tuple[Moment, ...] = (
    ("network", "create", 1),
    *(("volume", "create", n) for n in (1, 2, 3, 4)),
    *(("container", "create", n) for n in (1, 2)),
    *(("container", "extract-to-dir", n) for n in (1, 2)),
    *(("network", "connect", n) for n in (1, 2)),
    *(("container", "start", n) for n in (1, 2)),
)
GOING_DOWN: tuple[Moment, ...] = (
    ("container", "kill", 1),
    ("container", "destroy", 1),
    ("container", "destroy", 2),
    ("volume", "destroy", 1),
)


class Came:
    """Whether the moment came, event by event."""

    def __init__(self, moment: Moment) -> None:
        self.kind, self.action, self.left = moment

    def __call__(self, event: dict[str, Any]) -> bool:
        if (event["Type"], event["Action"]) == (self.kind, self.action):
            self.left -= 1
        return self.left == 0


def name_of(moment: Moment) -> str:
    """For the test's name."""
    return "-".join(str(part) for part in moment)
