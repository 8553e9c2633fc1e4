"""From a client's command to the event that tells of it; and what listening costs meanwhile."""

import imaplib
import ssl
import time
from threading import Event

from labctl.engine.dockerengine import DockerEngine
from labctl.verbs.labs import spec_of
from labctl.verbs.sensing import Sensing
from tests.bench.measure import Figure

_COMMANDS = 50
_IDLE = 5.0  # seconds


def sensing(engine: DockerEngine, lab: str) -> list[Figure]:
    """IMAP commands, each awaited; then nobody does anything."""
    spec = spec_of(engine, lab)
    at = next(e for e in spec.endpoints if e.name == "imaps")
    trust = ssl.create_default_context(cadata=spec.certificate.ca_pem)
    with Sensing(engine, spec) as ears:
        with imaplib.IMAP4_SSL(at.host, at.port, ssl_context=trust) as imap:
            imap.login(spec.accounts[0].address, spec.accounts[0].password)
            latency = [_heard(ears, imap) for _ in range(_COMMANDS)]
        before = time.process_time()
        Event().wait(_IDLE)
        busy = 100 * (time.process_time() - before) / _IDLE
    return [
        Figure("sensing", "from a command to its event", latency, reference=[0.3], at_most=1,
               beside="the longest that is allowed"),
        Figure("sensing", "an idle watch, of one core", [busy], unit="%", reference=[2.0],
               at_most=1, beside="the most that is allowed"),
    ]  # fmt: skip


def _heard(ears: Sensing, imap: imaplib.IMAP4_SSL) -> float:
    told = sum(e.kind == "command" for e in ears.events())
    begun = time.perf_counter()
    imap.noop()
    while sum(e.kind == "command" for e in ears.events()) == told:
        ears.changed(5)
    return time.perf_counter() - begun
