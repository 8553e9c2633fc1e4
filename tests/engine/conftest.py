"""Real labs on a real engine. A missing engine fails these tests; it never skips them."""

import os
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

import pytest

from labctl.definition.parse import parse
from labctl.engine.dockerengine import DockerEngine
from labctl.engine.ports import is_taken
from labctl.errors import NoSuchLab
from labctl.model.lab import ENDPOINT_NAMES, SITE_STEP, shifted
from labctl.verbs.down import down
from labctl.verbs.labs import spec_of
from labctl.verbs.up import Wish, up
from tests.engine import mailclients
from tests.engine.desk import Desk
from tests.engine.mailclients import MailClients
from tests.engine.running import RunningLab

ACCOUNTS = 200
_numbers = count(1)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Everything in this folder meets a real engine; tests that share a lab stay together.

    With pytest-xdist each test goes to whichever process is free. Those of a module that has a lab
    of its own share it only in one process; those of the tests' own engine take turns anyway.
    """
    item.add_marker(pytest.mark.engine)
    if "swarm" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.xdist_group("three engines"))
    elif "private" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.xdist_group("an engine of their own"))
    elif _shares_with_its_module(item):
        item.add_marker(pytest.mark.xdist_group(item.path.stem))


def _shares_with_its_module(item: pytest.Item) -> bool:
    """Whether it uses what pytest makes once for its module, or its module for the whole run."""
    found: dict[str, Sequence[pytest.FixtureDef[Any]]]
    found = getattr(item, "_fixtureinfo").name2fixturedefs  # noqa: B009 (pytest has no public one)
    own = str(item.path.relative_to(item.config.rootpath))
    return any(
        d.scope == "module" or (d.scope == "session" and d.baseid == own)
        for definitions in found.values()
        for d in definitions
    )


@pytest.fixture(scope="session")
def engine() -> DockerEngine:
    """The engine of this machine."""
    return DockerEngine()


@pytest.fixture(scope="session")
def lab(engine: DockerEngine) -> Iterator[RunningLab]:
    """One lab for all tests that leave its services alone; each takes accounts of its own."""
    name = f"test-{os.getpid()}"
    people = ", ".join(f'"u{number:03}"' for number in range(ACCOUNTS))
    definition = parse(
        f'name = "{name}"\n[[sites]]\ndomain = "alpha.test"\naccounts = [{people}]\n', "tests.toml"
    )
    up(engine, name, Wish(definition, ports="free"))
    yield RunningLab(engine, spec_of(engine, name))
    down(engine, name)


@pytest.fixture
def lab_name(engine: DockerEngine) -> Iterator[str]:
    """A name for a lab of the test's own; whatever the test leaves of it is removed."""
    name = f"own-{os.getpid()}-{next(_numbers)}"
    yield name
    try:
        down(engine, name)
    except NoSuchLab:
        return


@pytest.fixture
def own_lab(engine: DockerEngine, lab_name: str) -> RunningLab:
    """A lab of the test's own, which it may hurt: alice, bob, carol."""
    up(engine, lab_name, Wish(ports="free"))
    return RunningLab(engine, spec_of(engine, lab_name))


@pytest.fixture
def base() -> int:
    """A base whose ports are free, and those of the next: no other test, nor `free`, takes them."""
    turn = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return next(
        base
        for base in range(27000 + 1000 * turn, 28000 + 1000 * turn, 200)
        if not any(
            is_taken(shifted(each, name), "127.0.0.1")
            for each in (base, base + SITE_STEP)
            for name in ENDPOINT_NAMES
        )
    )


@pytest.fixture(scope="module")
def fresh(engine: DockerEngine) -> Iterator[RunningLab]:
    """A lab of a module's own in which nothing has happened yet: alice, bob, carol."""
    name = f"fresh-{os.getpid()}-{next(_numbers)}"
    up(engine, name, Wish(ports="free"))
    yield RunningLab(engine, spec_of(engine, name))
    down(engine, name)


@pytest.fixture(scope="session")
def client_container(engine: DockerEngine) -> Iterator[str]:
    with mailclients.container(engine, "host") as container:
        yield container


@pytest.fixture(scope="session")
def _inside_container(engine: DockerEngine, lab: RunningLab) -> Iterator[str]:
    with mailclients.container(engine, f"{lab.name}_lab") as container:
        yield container


@pytest.fixture
def clients(engine: DockerEngine, lab: RunningLab, client_container: str) -> MailClients:
    """Mail clients of a participant: on this machine, at the published ports."""
    return MailClients(engine, client_container, lab)


@pytest.fixture
def desk(engine: DockerEngine, fresh: RunningLab, client_container: str) -> Desk:
    """Alice's, bob's and carol's mail clients on this machine, at the module's own lab."""
    return Desk(engine, client_container, fresh)


@pytest.fixture
def inside(engine: DockerEngine, lab: RunningLab, _inside_container: str) -> MailClients:
    """Mail clients in another container of the lab's own network."""
    return MailClients(engine, _inside_container, lab, inside=True)
