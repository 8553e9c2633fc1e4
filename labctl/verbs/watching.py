"""What happens in a lab, as it happens."""

from collections.abc import Iterator

from labctl.engine.protocol import Engine
from labctl.model.event import Happening
from labctl.verbs.labs import account_of, spec_of
from labctl.verbs.sensing import Sensing

_LISTEN = 60.0  # seconds; Ctrl-C is heard at any time


def watch(engine: Engine, lab: str, given: str | None) -> Iterator[Happening]:
    """Every event from now on, of one account or of all, until interrupted.

    Raises:
        NoSuchLab, NoSuchAccount: there is none.
    """
    spec = spec_of(engine, lab)
    address = account_of(spec, given).address if given else ""
    heard = 0
    with Sensing(engine, spec) as sensing:
        while True:
            sensing.changed(_LISTEN)
            for event in sensing.events(heard):
                heard = event.order
                if not address or event.account in (address, ""):
                    yield event
