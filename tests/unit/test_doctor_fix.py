"""What `doctor --fix` does to a machine, with the machine's answers played."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from labctl.engine import images, install
from labctl.engine.install import Machine
from labctl.engine.locate import EngineAddress
from labctl.errors import EnvironmentProblem, NoEngine
from labctl.verbs import fix as fixing
from labctl.verbs.doctor import Finding
from labctl.verbs.fix import fix

ROOT_ON_DEBIAN = Machine(
    root=True, debian=True, systemd=False, has_engine=False, apparmor=False, cgroups=True
)


class Client:
    def close(self) -> None:
        """Nothing to close."""


@dataclass
class Played:
    """A machine on which what would be done is only written down."""

    machine: Machine = ROOT_ON_DEBIAN
    engine: bool = False
    sockets: tuple[EngineAddress, ...] = ()
    missing: tuple[str, ...] = ()
    registry: bool = True
    done: list[str] = field(default_factory=list)

    def reach(self) -> tuple[EngineAddress, Client]:
        if not self.engine:
            raise NoEngine("nothing answers at {url}", remedy="start it", url="x")
        return EngineAddress("unix:///x", "socket", "Docker"), Client()

    def start(self, *_: object) -> Client:
        self.done.append("start")
        self.engine = True
        return Client()

    def do(self, what: str, result: object = None) -> Callable[..., Any]:  # plays any function
        def act(*arguments: object, **_: object) -> object:
            wanted = arguments[0] if isinstance(arguments[0], tuple) else ()
            self.done.append(" ".join((what, *map(str, wanted))))
            return result

        return act

    def enter(self, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(fixing, "reach", self.reach)
        patch.setattr(fixing, "find", lambda: self.sockets)
        patch.setattr(fixing, "found", lambda *_: None)
        patch.setattr(fixing, "doctor", tuple[Finding, ...])
        patch.setattr(shutil, "which", lambda _: None)
        patch.setattr(install, "this_machine", lambda: self.machine)
        patch.setattr(install, "registry_answers", lambda: self.registry)
        patch.setattr(install, "install", self.do("install"))
        patch.setattr(install, "start", self.start)
        patch.setattr(images, "missing", lambda _: self.missing)
        patch.setattr(images, "ensure", self.do("build"))


def yes(_: str) -> bool:
    return True


def never(question: str) -> bool:
    raise AssertionError(f"asked: {question}")


def test_nothing_is_done_where_all_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    played = Played(engine=True)
    played.enter(monkeypatch)
    fix(confirm=never)
    assert played.done == []


def test_a_fresh_machine_gets_engine_and_images(monkeypatch: pytest.MonkeyPatch) -> None:
    played = Played(missing=("postfix",))
    played.enter(monkeypatch)
    fix(confirm=yes)
    assert played.done == ["install docker.io iptables ca-certificates", "start", "build"]


def test_an_installed_engine_is_only_started(monkeypatch: pytest.MonkeyPatch) -> None:
    played = Played(machine=replace(ROOT_ON_DEBIAN, has_engine=True))
    played.enter(monkeypatch)
    fix(confirm=never)
    assert played.done == ["start"]


def test_without_a_registry_the_tool_that_makes_the_base_is_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    played = Played(engine=True, missing=("postfix",), registry=False)
    played.enter(monkeypatch)
    fix(confirm=yes)
    assert played.done == ["install mmdebstrap debian-archive-keyring", "build"]


def test_a_no_changes_nothing_and_says_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    played = Played()
    played.enter(monkeypatch)
    with pytest.raises(EnvironmentProblem, match="apt-get install"):
        fix(confirm=lambda _: False)
    assert played.done == []


def test_another_user_than_root_is_told_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    played = Played(machine=replace(ROOT_ON_DEBIAN, root=False))
    played.enter(monkeypatch)
    with pytest.raises(NoEngine, match="sudo apt-get install") as caught:
        fix(confirm=never)
    assert "nothing answers at x" in str(caught.value)


@pytest.mark.parametrize(
    ("address", "machine"),
    [
        (EngineAddress("ssh://vm", "variable", "DOCKER_HOST"), ROOT_ON_DEBIAN),
        (EngineAddress("unix:///c", "context", "colima"), ROOT_ON_DEBIAN),
        (EngineAddress("unix:///d", "socket", "Docker"), replace(ROOT_ON_DEBIAN, root=False)),
    ],
)
def test_an_engine_that_somebody_chose_is_not_replaced(
    monkeypatch: pytest.MonkeyPatch, address: EngineAddress, machine: Machine
) -> None:
    played = Played(sockets=(address,), machine=machine)
    played.enter(monkeypatch)
    with pytest.raises(NoEngine, match="start it"):
        fix(confirm=never)
    assert played.done == []
