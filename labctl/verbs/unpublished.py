"""Services published nowhere: whether they answer. Only labs of several sites have any.

The DNS server and the filter that signs and checks mail between sites are asked where they run.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import Literal

from labctl.engine.protocol import Engine
from labctl.engine.values import ExecResult
from labctl.errors import EnvironmentProblem, NotReady
from labctl.model.lab import LabSpec
from labctl.model.progress import OnProgress, Progress, silent
from labctl.render.services import filter_ports

Unpublished = Literal["dns", "filter"]
_PATIENCE = 10.0  # seconds
_NAP = 0.05  # seconds between two questions
_CONNECT = 'for port in "$@"; do : < "/dev/tcp/127.0.0.1/$port" || exit 1; done'


@dataclass(frozen=True, slots=True)
class _Question:
    """What one of them is asked, and what is said of the answer."""

    argv: tuple[str, ...]
    answered: Callable[[ExecResult], bool]
    well: Callable[[float], Progress]  # said once it answers, after so many seconds
    badly: Callable[[str], NotReady]  # when it has not in time, and why

    def ask(self, engine: Engine, lab: str, service: str) -> str:
        """Why it does not answer; empty when it does."""
        try:
            done = engine.exec(lab, service, self.argv)
        except EnvironmentProblem as problem:  # its container does not run
            return str(problem)
        return "" if self.answered(done) else (done.stdout + done.stderr).strip() or "-"


def _question(spec: LabSpec, service: Unpublished) -> _Question:
    domains: dict[str, object] = {"domains": ", ".join(spec.domains)}
    if service == "dns":
        site = spec.sites[-1]
        return _Question(
            ("drill", "-Q", "MX", site.domain, "@127.0.0.1"),
            lambda done: site.postfix.name in done.stdout,
            lambda seconds: Progress(
                "endpoint:dns", "the DNS answers for {domains}", "done", seconds, values=domains
            ),
            lambda why: NotReady(
                "the DNS does not know the MX of {domain}: {why}",
                remedy="its log says more: labctl logs dns",
                domain=site.domain,
                why=why,
            ),
        )
    return _Question(
        ("bash", "-c", _CONNECT, "bash", *(str(port) for port in filter_ports(spec))),
        lambda done: done.exit_code == 0,
        lambda seconds: Progress(
            "endpoint:filter",
            "the filter signs and checks for {domains}",
            "done",
            seconds,
            values=domains,
        ),
        lambda why: NotReady(
            "the filter takes no connections: {why}",
            remedy="its log says more: labctl logs filter",
            why=why,
        ),
    )


def wait_for(
    engine: Engine,
    spec: LabSpec,
    service: Unpublished,
    cancelled: Event | None = None,
    on_progress: OnProgress = silent,
) -> None:
    """Wait until the DNS server names the last site's MX, or the filter takes connections.

    Raises:
        NotReady: it died, or it does not answer in time.
    """
    begun = time.monotonic()
    over = cancelled or Event()
    question = _question(spec, service)
    while not over.is_set():
        why = question.ask(engine, spec.name, service)
        took = time.monotonic() - begun
        if not why:
            on_progress(question.well(took))
            return
        if took > _PATIENCE:
            raise question.badly(why[-300:])
        over.wait(_NAP)
