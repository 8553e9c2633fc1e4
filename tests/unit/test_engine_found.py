"""What the engine lists, as labs."""

from typing import Any

import pytest

from labctl.engine.found import labs_of, service_status
from labctl.engine.labels import (
    LAB_LABEL,
    SEAT_LABEL,
    SERVICE_LABEL,
    SITE_LABEL,
    WORKSHOP_LABEL,
)
from labctl.model.status import ServiceState
from labctl.model.workshop import Seat


def listed(
    service: str = "postfix",
    state: str = "running",
    status: str = "Up 3 seconds",
    lab: str = "mail",
    site: str = "alpha.test",
) -> dict[str, Any]:
    """One container of ``GET /containers/json``."""
    return {
        "Names": [f"/{lab}-{service}-1"],
        "State": state,
        "Status": status,
        "Labels": {LAB_LABEL: lab, SERVICE_LABEL: service, SITE_LABEL: site},
    }


@pytest.mark.parametrize(
    ("state", "status", "expected"),
    [
        ("running", "Up 3 seconds", "running"),
        ("created", "Created", "starting"),
        ("restarting", "Restarting (1) 2 seconds ago", "starting"),
        ("removing", "Removal In Progress", "stopped"),
        ("paused", "Up 3 seconds (Paused)", "stopped"),
        ("exited", "Exited (0) 2 seconds ago", "stopped"),
        ("exited", "Exited (143) 2 seconds ago", "stopped"),
        ("exited", "Exited (137) 2 seconds ago", "dead"),
        ("exited", "Exited (1) 2 seconds ago", "dead"),
        ("exited", "", "dead"),
        ("dead", "Dead", "dead"),
        ("a state of tomorrow", "?", "dead"),
    ],
)
def test_states(state: str, status: str, expected: ServiceState) -> None:
    found = service_status(listed(state=state, status=status))
    assert (found.state, found.detail) == (expected, status)


def test_a_container_is_known_by_its_labels() -> None:
    found = service_status(listed())
    assert (found.name, found.site, found.container) == ("postfix", "alpha.test", "mail-postfix-1")


def test_what_compose_itself_started_is_known_by_composes_label() -> None:
    container = listed()
    container["Labels"] = {"com.docker.compose.service": "dovecot"}
    assert service_status(container).name == "dovecot"


def test_labs_are_by_name_and_postfix_comes_first() -> None:
    found = labs_of(
        [
            listed("dovecot", lab="zebra"),
            listed("dovecot"),
            listed("postfix-beta", site="beta.test"),
            listed("postfix"),
        ]
    )
    assert [(lab.name, [s.name for s in lab.services]) for lab in found] == [
        ("mail", ["postfix", "dovecot", "postfix-beta"]),
        ("zebra", ["dovecot"]),
    ]


def test_a_seat_is_known_by_its_labels() -> None:
    seated = listed(lab="room-007")
    seated["Labels"] |= {WORKSHOP_LABEL: "room", SEAT_LABEL: "7"}
    client = listed("client", lab="room-007")
    assert [lab.seat for lab in labs_of([seated, client, listed()])] == [None, Seat("room", 7)]


@pytest.mark.parametrize("number", ["0", "-1", "seven", ""])
def test_a_label_that_is_no_seats_number_makes_no_seat(number: str) -> None:
    odd = listed()
    odd["Labels"] |= {WORKSHOP_LABEL: "room", SEAT_LABEL: number}
    assert labs_of([odd])[0].seat is None


def test_what_is_not_ours_is_left_out() -> None:
    foreign = listed()
    foreign["Labels"] = {"com.docker.compose.project": "mail"}
    helper = listed()
    helper["Labels"] = {LAB_LABEL: "mail"}  # one-off containers have no service
    assert labs_of([foreign, helper]) == []
