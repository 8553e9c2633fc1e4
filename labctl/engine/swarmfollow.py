"""What several nodes tell, as one stream."""

from collections.abc import Iterator, Sequence
from queue import SimpleQueue
from threading import Thread

from labctl.engine.values import Following, LogLine
from labctl.errors import LabError


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
