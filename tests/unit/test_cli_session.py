"""Which engine a command speaks to."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from labctl.cli import session
from labctl.cli.session import engine, lab_meant, workshop_meant
from labctl.engine.dockerengine import DockerEngine
from labctl.engine.labels import LAB_LABEL, WORKSHOP_LABEL
from labctl.engine.socketwire import Refused
from labctl.engine.swarmengine import SwarmEngine
from labctl.errors import BadUsage


@pytest.fixture(autouse=True)
def _afresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(session, "_named", {})
    monkeypatch.delenv("LABCTL_ENGINE", raising=False)
    for each in (session.engine, session.swarm):
        each.cache_clear()
    yield
    for each in (session.engine, session.swarm):
        each.cache_clear()


@pytest.mark.parametrize("said", ["", "docker"])
def test_docker_unless_said_otherwise(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("LABCTL_ENGINE", said)
    assert isinstance(engine(), DockerEngine)


def test_a_swarm_when_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABCTL_ENGINE", "swarm")
    assert isinstance(engine(), SwarmEngine)


def test_another_engine_is_a_wrong_option(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABCTL_ENGINE", "podman")
    with pytest.raises(BadUsage, match="docker or swarm"):
        engine()


def test_the_option_wins_over_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABCTL_ENGINE", "swarm")
    assert isinstance(engine("docker"), DockerEngine)
    monkeypatch.setenv("LABCTL_ENGINE", "docker")
    assert isinstance(engine("swarm"), SwarmEngine)


@dataclass(frozen=True)
class Kept:
    """A config of a Swarm: of a seat, or of somebody else (no workshop)."""

    name: str
    workshop: str = ""

    @property
    def labels(self) -> dict[str, str] | None:
        if not self.workshop:
            return None
        return {WORKSHOP_LABEL: self.workshop, LAB_LABEL: self.name.partition(".")[0]}


SEVEN = Kept("room-007.applied.1f", "room")


class Keeper:
    """An engine's API, of which only what its Swarm keeps is asked."""

    def __init__(self, *kept: Kept, refusal: int = 0) -> None:
        self.kept, self.refusal = kept, refusal
        self.asked: list[object] = []

    def configs(self, *, filters: object) -> list[object]:
        self.asked.append(filters)
        if self.refusal:
            raise Refused(self.refusal, "This node is not a swarm manager.")
        return [{"Spec": {"Name": each.name, "Labels": each.labels}} for each in self.kept]


@pytest.mark.parametrize(
    ("kept", "lab", "there"),
    [
        ([SEVEN], "room-007", True),
        ([SEVEN], "", True),
        ([SEVEN], "room-008", False),
        ([Kept("room-0071.applied.1f", "room")], "room-007", False),
        ([Kept("room-2024.applied.1f")], "", False),
        ([Kept("room-two-007.applied.1f", "room-two")], "", False),
        ([Kept("room-007.somebody-elses")], "", False),
        ([], "", False),
    ],
)
def test_a_seat_is_found_on_the_swarm_that_it_was_made_on(
    monkeypatch: pytest.MonkeyPatch, kept: list[Kept], lab: str, there: bool
) -> None:
    monkeypatch.setattr(DockerEngine, "api", Keeper(*kept))
    if lab:
        lab_meant(lab)
    else:
        workshop_meant("room")
    assert isinstance(engine(), SwarmEngine) is there


def test_the_seat_behind_the_verb_counts_and_not_the_one_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(DockerEngine, "api", Keeper(SEVEN))
    lab_meant("room-007")
    lab_meant("mail")
    assert isinstance(engine(), DockerEngine)
    engine.cache_clear()
    lab_meant("other-008")
    workshop_meant("room")
    assert isinstance(engine(), SwarmEngine)


@pytest.mark.parametrize("status", [404, 503])
def test_an_engine_without_a_swarm_is_just_that(
    monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr(DockerEngine, "api", Keeper(refusal=status))
    workshop_meant(None)
    assert isinstance(engine(), DockerEngine)


def test_nobody_is_asked_about_a_lab_that_is_no_seat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DockerEngine, "api", keeper := Keeper())
    for name in (None, "mail", "room-7", "-007", "Room-007"):
        lab_meant(name)
    assert isinstance(engine(), DockerEngine)
    assert keeper.asked == []
