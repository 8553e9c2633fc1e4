"""Where the tests' workshops are published: no two test processes at the same ports."""

import os

SEATS = 7  # of one test process at a time


def own_base() -> int:
    """A first base whose seats 1 to 6 are this process's, below the ports of outgoing connections.

    Several test processes run at a time, and perhaps somebody else's.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return 22000 + (worker % 3 * 2 + os.getpid() % 2) * SEATS * 100
