"""What a lab's status is, from what the engine lists and what the lab was made to be."""

from types import SimpleNamespace
from typing import cast

import pytest

from labctl.engine.protocol import Engine
from labctl.engine.values import FoundLab
from labctl.errors import NoEngine
from labctl.model.status import LabState, ServiceState, ServiceStatus
from labctl.verbs.labs import DEFAULT_LAB, which
from labctl.verbs.next_step import next_step
from labctl.verbs.status import status_of
from tests.unit.lab_specs import a_lab


def found(postfix: ServiceState, dovecot: ServiceState, name: str = "mail") -> FoundLab:
    """A lab on the engine; a service that is ``absent`` is not listed."""
    states = {"postfix": postfix, "dovecot": dovecot}
    return FoundLab(
        name,
        tuple(
            ServiceStatus(service, "alpha.test", state, f"{name}-{service}-1")
            for service, state in states.items()
            if state != "absent"
        ),
    )


def an_engine(*labs: FoundLab) -> Engine:
    """An engine that has only these."""
    return cast("Engine", SimpleNamespace(labs=lambda: list(labs)))


@pytest.mark.parametrize(
    ("postfix", "dovecot", "state"),
    [
        ("running", "running", "ready"),
        ("running", "dead", "degraded"),
        ("running", "stopped", "degraded"),
        ("running", "starting", "degraded"),
        ("running", "absent", "degraded"),
        ("starting", "starting", "degraded"),
        ("dead", "dead", "degraded"),
        ("dead", "stopped", "degraded"),
        ("stopped", "stopped", "stopped"),
        ("stopped", "absent", "stopped"),
        ("absent", "absent", "absent"),
    ],
)
def test_the_state_of_a_lab(postfix: ServiceState, dovecot: ServiceState, state: LabState) -> None:
    assert status_of("mail", found(postfix, dovecot), a_lab()).state == state


def test_what_should_be_there_and_is_not_is_listed_as_absent() -> None:
    status = status_of("mail", found("running", "absent"), a_lab())
    assert [(s.name, s.state) for s in status.services] == [
        ("postfix", "running"),
        ("dovecot", "absent"),
    ]


def test_a_status_has_what_the_lab_was_made_to_be() -> None:
    spec = a_lab()
    status = status_of("mail", found("running", "running"), spec)
    assert status.endpoints == spec.endpoints
    assert status.accounts == spec.accounts
    assert status.ca_pem == spec.certificate.ca_pem


def test_without_a_state_only_the_services_are_known() -> None:
    status = status_of("mail", found("running", "running"), None)
    assert (status.state, status.endpoints, status.accounts) == ("ready", (), ())


def test_nothing_at_all_is_absent() -> None:
    assert status_of("mail", None, None).state == "absent"


# -- which lab is meant ----------------------------------------------------------------------------

READY = found("running", "running", "seat-1")
OTHER = found("running", "running", "seat-2")
STOPPED = found("stopped", "stopped", "old")


@pytest.mark.parametrize(
    ("labs", "given", "meant"),
    [
        ((), None, DEFAULT_LAB),
        ((READY,), None, "seat-1"),
        ((READY, STOPPED), None, "seat-1"),
        ((READY, OTHER), None, DEFAULT_LAB),
        ((STOPPED,), None, DEFAULT_LAB),
        ((READY,), "seat-9", "seat-9"),
    ],
)
def test_which_lab_is_meant(labs: tuple[FoundLab, ...], given: str | None, meant: str) -> None:
    assert which(an_engine(*labs), given) == meant


# -- the next thing to type ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("labs", "given", "command"),
    [
        ((), None, "labctl up"),
        ((READY,), "none-such", "labctl up --lab none-such"),
        ((READY,), None, "labctl exercise list"),
        ((READY, OTHER), None, "labctl exercise list"),
        ((READY, OTHER), "seat-2", "labctl exercise list"),
        ((STOPPED,), None, "labctl up --lab old"),
        ((READY, found("running", "dead", "seat-3")), None, "labctl up --lab seat-3"),
    ],
)
def test_the_one_next_thing(labs: tuple[FoundLab, ...], given: str | None, command: str) -> None:
    assert next_step(an_engine(*labs), given).command == command


def test_a_missing_engine_is_an_answer() -> None:
    def refused() -> list[FoundLab]:
        raise NoEngine("no engine answers")

    nowhere = cast("Engine", SimpleNamespace(labs=refused))
    assert next_step(nowhere, None).command == "labctl doctor --fix"
