"""What several nodes tell, as one stream."""

from collections.abc import Callable, Iterator, Sequence
from queue import SimpleQueue
from threading import Event, Thread

from labctl.engine.values import Following, LogLine
from labctl.errors import LabError

_LOOK_EVERY = 5.0  # seconds


class Roll:
    """Says nothing, and ends when other nodes answer than at first, or when nobody can tell.

    A node that loses its power closes no connection: only the manager notices, and tells who asks.
    """

    def __init__(self, answering: Callable[[], frozenset[str]], every: float = _LOOK_EVERY) -> None:
        self._answering, self._every = answering, every
        self._first = answering()
        self._over = Event()

    def __iter__(self) -> Iterator[LogLine]:
        """Nothing, until then."""
        while not self._over.wait(self._every) and self._answering() == self._first:
            yield from ()

    def close(self) -> None:
        """It ends now."""
        self._over.set()


class Merged:
    """Lines of several sources as they come, until one of them ends.

    Then a node has gone away: who listens asks anew which there are.
    """

    def __init__(self, sources: Sequence[Following]) -> None:
        self._sources = sources
        self._arrived: SimpleQueue[LogLine | LabError | None] = SimpleQueue()
        for source in sources:
            Thread(target=self._pump, args=(source,), daemon=True).start()

    def _pump(self, source: Following) -> None:
        try:
            for line in source:
                self._arrived.put(line)
        except LabError as problem:
            self._arrived.put(problem)
        finally:
            self._arrived.put(None)

    def __iter__(self) -> Iterator[LogLine]:
        """Each line once, in the order in which they arrive."""
        try:
            while (arrived := self._arrived.get()) is not None:
                if isinstance(arrived, LabError):
                    raise arrived
                yield arrived
        finally:
            self.close()

    def close(self) -> None:
        """No further line, of any."""
        for source in self._sources:
            source.close()
