"""The lab's DNS server: whether it answers. Only labs of several sites have one."""

import time
from threading import Event

from labctl.engine.protocol import Engine
from labctl.errors import EnvironmentProblem, NotReady
from labctl.model.lab import LabSpec
from labctl.model.progress import OnProgress, Progress, silent

SERVICE = "dns"
_PATIENCE = 10.0  # seconds
_NAP = 0.05  # seconds between two questions


def wait_for_dns(
    engine: Engine,
    spec: LabSpec,
    cancelled: Event | None = None,
    on_progress: OnProgress = silent,
) -> None:
    """Wait until the lab's own DNS server names the MX of the last site.

    It is asked where it runs: its port is published nowhere.

    Raises:
        NotReady: it died, or it does not answer in time.
    """
    begun = time.monotonic()
    over = cancelled or Event()
    site = spec.sites[-1]
    while not over.is_set():
        said = _asked(engine, spec.name, site.domain)
        if site.postfix.name in said:
            on_progress(
                Progress(
                    "endpoint:dns",
                    "the DNS answers for {domains}",
                    "done",
                    time.monotonic() - begun,
                    values={"domains": ", ".join(spec.domains)},
                )
            )
            return
        if time.monotonic() - begun > _PATIENCE:
            raise NotReady(
                "the DNS does not know the MX of {domain}: {why}",
                remedy="its log says more: labctl logs dns",
                domain=site.domain,
                why=said[-300:].strip(),
            )
        over.wait(_NAP)


def _asked(engine: Engine, lab: str, domain: str) -> str:
    """What it answers to the question who receives the domain's mail."""
    try:
        done = engine.exec(lab, SERVICE, ["drill", "-Q", "MX", domain, "@127.0.0.1"])
    except EnvironmentProblem as problem:  # its container does not run
        return str(problem)
    return done.stdout + done.stderr
