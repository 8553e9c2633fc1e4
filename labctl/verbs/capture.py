"""What is on the lab's wires: caught beside each service, decoded, each packet once."""

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread, current_thread, main_thread

from labctl.engine.protocol import Engine
from labctl.engine.values import Tapped
from labctl.errors import EnvironmentProblem, LabError
from labctl.mail.pcap import Packet, PcapReader, segment
from labctl.mail.wiretap import Heard, Wiretap
from labctl.model.lab import DOCUMENTED_PORT, LabSpec
from labctl.model.progress import OnProgress, silent
from labctl.verbs.labs import CLIENT, spec_of

LMTP = 24  # from Postfix to Dovecot
_PATIENCE = 1.0  # seconds between two looks at the clock
_PAUSE = 0.05  # seconds of silence that end a group of packets
_MOST = 500  # packets that are put in order together
_END = 5.0  # seconds that tcpdump may take to hand over its last packets

Entry = Packet | LabError | None


@dataclass(frozen=True, slots=True)
class Wish:
    """What to catch, and for how long."""

    ports: tuple[int, ...] = ()  # published or documented ones; none: all of mail
    seconds: float | None = None  # None: until Ctrl-C


@dataclass
class Capture:
    """One capture: iterate over it for what was heard."""

    engine: Engine
    lab: str
    wish: Wish
    on_packet: Callable[[Packet], None]
    on_progress: OnProgress = silent

    def __post_init__(self) -> None:
        self.spec = spec_of(self.engine, self.lab)
        self.packets = 0
        there = self.engine.addresses(self.lab)
        self.names = {address: name for name, address in there.items()}
        self.names[str(self.spec.subnet[1])] = "outside"
        self._beside = {
            name: where for name, where in there.items() if name not in (CLIENT, "dns", "filter")
        }
        if not self._beside:
            raise EnvironmentProblem(
                "nothing of the lab {name} runs",
                remedy="make it right first: labctl up --lab {name}",
                name=self.lab,
            )

    def heard(self, listening: Callable[[], None] = lambda: None) -> Iterator[Heard]:
        """What is said, a group of packets at a time, until the time is over or Ctrl-C.

        ``listening`` is called once everything is heard. The sidecars are gone afterwards.
        """
        image = self.engine.client_image(self.on_progress)
        with ExitStack() as stack:
            taps = []
            for name, expression in filters(self._beside, ports_of(self.spec, self.wish.ports)):
                tap = self.engine.capture(self.lab, name, image, expression)
                taps.append(stack.enter_context(tap))
            listening()
            yield from grouped(self._decoded(taps))

    def _decoded(self, taps: Sequence[Tapped]) -> Iterator[Heard | None]:
        """What each packet tells; ``None`` for a silence."""
        wiretap = Wiretap({account.address: account.password for account in self.spec.accounts})
        for packet in self._packets(taps):
            if packet is None:
                yield None
                continue
            self.packets += 1
            self.on_packet(packet)
            if found := segment(packet):
                yield from wiretap.feed(found)

    def _packets(self, taps: Sequence[Tapped]) -> Iterator[Packet | None]:
        """The packets in the order of time, as far as one moment holds; ``None`` for a silence."""
        caught: SimpleQueue[Entry] = SimpleQueue()
        for tap in taps:
            Thread(target=_pump, args=(tap, caught), daemon=True).start()
        working, clock = len(taps), _Clock(self.wish.seconds)
        with _ended_by_interrupt(clock):
            while working and not clock.ended(taps):
                batch: list[Entry] = []
                _gather(caught, batch, clock.left())
                working -= batch.count(None)
                yield from sorted((e for e in batch if isinstance(e, Packet)), key=lambda e: e.time)
                yield None
                for problem in batch:
                    if isinstance(problem, LabError):
                        raise problem


class _Clock:
    """When the capture is over; then tcpdump gets some time to hand over what it has."""

    def __init__(self, seconds: float | None) -> None:
        self._until = None if seconds is None else time.monotonic() + seconds
        self._ending = False

    def left(self) -> float:
        """Seconds to wait for a packet."""
        if self._until is None:
            return _PATIENCE
        return min(_PATIENCE, max(0.001, self._until - time.monotonic()))

    def end(self) -> None:
        """It is over now."""
        self._until = time.monotonic()

    def ended(self, taps: Sequence[Tapped]) -> bool:
        """Whether all is said; at the end of the time, have ``taps`` stop."""
        if self._until is None or time.monotonic() < self._until:
            return False
        if self._ending:
            return True
        self._ending, self._until = True, time.monotonic() + _END
        for tap in taps:
            tap.stop()
        return False


@contextmanager
def _ended_by_interrupt(clock: _Clock) -> Iterator[None]:
    """Ctrl-C ends the listening, wherever it strikes: what was heard is still told.

    A second one ends that, too. Elsewhere than in the main thread no signal arrives.
    """
    if current_thread() is not main_thread():
        yield
        return

    def end(_number: int, _frame: object) -> None:
        clock.end()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _gather(caught: "SimpleQueue[Entry]", batch: list[Entry], patience: float) -> None:
    """Wait for something, then take what comes without a pause."""
    with suppress(Empty):
        while len(batch) < _MOST:
            batch.append(caught.get(timeout=_PAUSE if batch else patience))


def _pump(tap: Tapped, caught: "SimpleQueue[Entry]") -> None:
    reader = PcapReader()
    try:
        for chunk in tap.chunks():
            for packet in reader.feed(chunk):
                caught.put(packet)
    except LabError as problem:
        caught.put(problem)
    except ValueError as problem:
        caught.put(EnvironmentProblem("what tcpdump wrote is unreadable: {why}", why=problem))
    finally:
        caught.put(None)


def ports_of(spec: LabSpec, given: Sequence[int]) -> tuple[int, ...]:
    """The ports inside the lab: a published one stands for the documented one behind it.

    Not among them unless named: Dovecot's password service, where Postfix sends passwords.
    """
    behind = {endpoint.port: endpoint.documented for endpoint in spec.published}
    return tuple(behind.get(port, port) for port in given) or (LMTP, *DOCUMENTED_PORT.values())


def filters(beside: dict[str, str], ports: Sequence[int]) -> Iterator[tuple[str, str]]:
    """What to catch beside each service (name -> address): what passes two of them, once.

    Source: pcap-filter(7)
    """
    wanted = " or ".join(f"tcp port {port}" for port in ports)
    before: list[str] = []
    for name, address in sorted(beside.items()):
        others = "".join(f" and not host {other}" for other in before)
        yield name, f"({wanted}){others}"
        before.append(address)


def grouped(heard: Iterator[Heard | None]) -> Iterator[Heard]:
    """Join what one side says without a pause (``None``) and without an answer."""
    open_: Heard | None = None
    for one in heard:
        joined = open_.joined(one) if open_ and one else None
        if joined is not None:
            open_ = joined
            continue
        if open_ is not None:
            yield open_
        open_ = one
    if open_ is not None:
        yield open_
