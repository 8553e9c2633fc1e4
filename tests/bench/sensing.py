"""From a client's words to the event that tells of them; and what listening costs meanwhile."""

import imaplib
import smtplib
import ssl
import time
from collections.abc import Callable
from functools import partial
from threading import Event

from labctl.engine.dockerengine import DockerEngine
from labctl.model.event import EventKind, Happening
from labctl.verbs.labs import spec_of
from labctl.verbs.sensing import Sensing
from tests.bench.measure import Figure

_TIMES = 50
_FILES = 15
_IDLE = 5.0  # seconds
_QUIET = 4.0  # seconds without news
_AIM, _BESIDE = 0.3, "the longest that is allowed"


def sensing(engine: DockerEngine, lab: str) -> list[Figure]:
    """Commands of IMAP, lines of SMTP, files of a Maildir, each awaited; then nobody acts."""
    spec = spec_of(engine, lab)
    person = spec.accounts[0]
    trust = ssl.create_default_context(cadata=spec.certificate.ca_pem)
    imaps = next(e for e in spec.endpoints if e.name == "imaps")
    smtp25 = next(e for e in spec.endpoints if e.name == "smtp")
    with Sensing(engine, spec, dialogue=True) as ears:
        with imaplib.IMAP4_SSL(imaps.host, imaps.port, ssl_context=trust) as imap:
            imap.login(person.address, person.password)
            imap.select()
            commands = _each(ears, "command", _TIMES, lambda w: imap.search(None, "BODY", w))
            files = _files(ears, imap)
            words = _each(ears, "said", _TIMES, lambda w: imap.search(None, "BODY", w))
        with smtplib.SMTP(smtp25.host, smtp25.port) as smtp:
            smtp.ehlo("bench.example")
            lines = _each(ears, "said", _TIMES, lambda w: smtp.docmd("NOOP", w))
        while ears.changed(_QUIET):
            pass  # Postfix and Dovecot end what they had to do
        labctl, inside = _busy(engine, lab)
    return [
        Figure("sensing", name, found, reference=[_AIM], at_most=1, beside=_BESIDE)
        for name, found in (
            ("from an IMAP command to its event", commands),
            ("from an IMAP line to its event", words),
            ("from an SMTP line to its event", lines),
            ("from an IMAP APPEND to its file", files),
        )
    ] + [
        Figure("sensing", what, [used], "%", "the most that is allowed", [2.0], at_most=1)
        for what, used in (
            ("an idle watch: labctl, of one core", labctl),
            ("an idle watch: the containers, of one core", inside),
        )
    ]


def _each(ears: Sensing, kind: EventKind, times: int, say: Callable[[str], object]) -> list[float]:
    """Seconds from a client's words, each time others, to the event that tells of them."""
    found = []
    for number in range(times):
        word = f"bench{kind}{number}x"
        found.append(_until(ears, partial(say, word), partial(_tells, kind, word)))
    return found


def _tells(kind: EventKind, word: str, event: Happening) -> bool:
    return event.kind == kind and word in event.text


def _files(ears: Sensing, imap: imaplib.IMAP4) -> list[float]:
    """The same from APPEND to the message's file."""
    message = b"Subject: bench\r\n\r\nx\r\n"
    return [
        _until(
            ears,
            lambda: imap.append("Drafts", "", "", message),
            lambda event: event.kind == "file" and not event.was,
        )
        for _ in range(_FILES)
    ]


def _until(ears: Sensing, act: Callable[[], object], tells: Callable[[Happening], bool]) -> float:
    last = max((e.order for e in ears.events()), default=0)
    begun = time.perf_counter()
    act()
    while not any(map(tells, ears.events(last))):
        ears.changed(5)
    return time.perf_counter() - begun


def _busy(engine: DockerEngine, lab: str) -> tuple[float, float]:
    """Per cent of a core, while nobody acts: this process, and all of the lab's containers."""
    names = [one["Id"] for one in engine.api.containers(filters={"label": f"org.labctl.lab={lab}"})]
    inside, begun, before = _used(engine, names), time.perf_counter(), time.process_time()
    Event().wait(_IDLE)
    own = time.process_time() - before
    after, ended = _used(engine, names), time.perf_counter() - begun
    return 100 * own / ended, 100 * (after - inside) / ended


def _used(engine: DockerEngine, containers: list[str]) -> float:
    """Seconds of CPU time that the containers have used so far, what runs beside them included."""
    stats = [engine.client.api.stats(name, stream=False, one_shot=True) for name in containers]
    return sum(int(each["cpu_stats"]["cpu_usage"]["total_usage"]) for each in stats) / 1e9
