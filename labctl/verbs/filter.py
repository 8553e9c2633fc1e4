"""The filter that signs and checks mail between sites: whether it takes connections."""

import time
from threading import Event

from labctl.engine.protocol import Engine
from labctl.errors import EnvironmentProblem, NotReady
from labctl.model.lab import LabSpec
from labctl.model.progress import OnProgress, Progress, silent
from labctl.render.services import filter_ports

SERVICE = "filter"
_PATIENCE = 10.0  # seconds
_NAP = 0.05  # seconds between two questions
_ASK = 'for port in "$@"; do : < "/dev/tcp/127.0.0.1/$port" || exit 1; done'


def wait_for_filter(
    engine: Engine,
    spec: LabSpec,
    cancelled: Event | None = None,
    on_progress: OnProgress = silent,
) -> None:
    """Wait until all parts of the filter take connections; they are published nowhere.

    Raises:
        NotReady: it died, or it does not answer in time.
    """
    begun = time.monotonic()
    over = cancelled or Event()
    ports = [str(port) for port in filter_ports(spec)]
    while not over.is_set():
        said = _asked(engine, spec.name, ports)
        if not said:
            on_progress(
                Progress(
                    "endpoint:filter",
                    "the filter signs and checks for {domains}",
                    "done",
                    time.monotonic() - begun,
                    values={"domains": ", ".join(spec.domains)},
                )
            )
            return
        if time.monotonic() - begun > _PATIENCE:
            raise NotReady(
                "the filter takes no connections: {why}",
                remedy="its log says more: labctl logs filter",
                why=said[-300:].strip(),
            )
        over.wait(_NAP)


def _asked(engine: Engine, lab: str, ports: list[str]) -> str:
    """Why it does not answer; empty when it does."""
    try:
        done = engine.exec(lab, SERVICE, ["bash", "-c", _ASK, "bash", *ports])
    except EnvironmentProblem as problem:  # its container does not run
        return str(problem)
    return done.stderr if done.exit_code else ""
