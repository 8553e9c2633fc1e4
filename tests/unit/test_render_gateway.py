"""A workshop's gateway: what is rendered, what the engine is asked for."""

from dataclasses import replace
from ipaddress import IPv4Network

import pytest

from labctl.engine.compose import ProjectPlan, read_plan
from labctl.engine.gateway import at_own_ports
from labctl.model.gateway import Door, Gateway, address_of
from labctl.model.workshop import Seat
from labctl.render.gateway import load_gateway, render_gateway
from labctl.render.plan import render
from labctl.verbs.workshop_gateway import doors_for
from tests.unit.lab_specs import a_lab

DOORS = doors_for("room", 7, 20700, ["alpha.test"])


def _gateway(*doors: Door, bind: str = "127.0.0.1") -> Gateway:
    return Gateway("room", bind, doors, "labctl/gateway:1", IPv4Network("10.213.0.0/28"))


def _project(*doors: Door) -> ProjectPlan:
    return read_plan(render_gateway(_gateway(*doors)))


def test_the_doors_of_a_seat_lead_to_its_containers() -> None:
    assert DOORS[0] == Door(20725, "room-007-postfix-1", 25)
    assert DOORS[-1] == Door(20795, "room-007-dovecot-1", 995)
    two = doors_for("room", 1, 20200, ["alpha.test", "beta.test"])
    assert Door(20325, "room-001-postfix-beta-1", 25) in two
    assert len({door.port for door in two}) == 14


def test_both_halves_know_each_door() -> None:
    plan = render_gateway(_gateway(*DOORS, bind="::"))
    assert b"\n    bind [::]:20725\n" in plan.file("door/haproxy.cfg").content
    assert b"20725 room-007-postfix-1\n" in plan.file("gateway/servers.map").content
    assert b"20725 25\n" in plan.file("gateway/ports.map").content


def test_the_door_has_the_machines_network_and_the_gateway_has_none_outside() -> None:
    project = _project(*DOORS)
    containers = {container.service: container for container in project.containers}
    assert containers["door"].body["HostConfig"]["NetworkMode"] == "host"
    assert containers["gateway"].body["HostConfig"]["NetworkMode"] == "room-gateway_lab"
    for container in containers.values():
        host = container.body["HostConfig"]
        assert host["CapDrop"] == ["ALL"]
        assert "CapAdd" not in host
        assert host["ReadonlyRootfs"]
        assert not host["PortBindings"]
    assert project.networks[0].internal
    assert project.networks[0].options == {"com.docker.network.bridge.inhibit_ipv4": "true"}


def test_another_seat_is_no_reason_to_make_the_containers_anew() -> None:
    """It would end everybody's sessions."""
    before, after = _project(*DOORS), _project(*DOORS, Door(20825, "room-008-postfix-1", 25))
    assert [c.digest for c in before.containers] == [c.digest for c in after.containers]
    assert before.containers != after.containers


def test_what_it_leads_to_is_read_back() -> None:
    gateway = _gateway(*DOORS)
    plan = render_gateway(gateway)
    assert load_gateway(plan.file("gateway/gateway.json").content) == gateway


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"doors": [{"port": 1}]}', b"\xff"])
def test_what_another_version_wrote_is_not_read(content: bytes) -> None:
    assert load_gateway(content) is None


def test_a_seat_behind_the_gateway_publishes_nothing_and_has_no_way_out() -> None:
    lab = replace(a_lab(name="room-007"), seat=Seat("room", 7), gateway=True)
    project = read_plan(render(lab))
    network = project.networks[0]
    assert network.internal
    assert network.options == {"com.docker.network.bridge.inhibit_ipv4": "true"}
    for container in project.containers:
        assert not container.body["HostConfig"]["PortBindings"]
        assert container.body["HostConfig"]["Dns"] == ["127.0.0.1"]


def test_the_gateway_has_an_address_that_no_server_has() -> None:
    lab = a_lab("alpha.test", "beta.test")
    servers = {host.address for site in lab.sites for host in (site.postfix, site.dovecot)}
    others = {str(lab.subnet[n]) for n in (-1, -2, -3, -4, 0, 1)}
    assert address_of(lab.subnet) not in servers | others


@pytest.mark.parametrize(
    ("info", "can"),
    [
        (
            {"OSType": "linux", "OperatingSystem": "Debian GNU/Linux 12", "SecurityOptions": []},
            True,
        ),
        ({"OSType": "linux", "OperatingSystem": "Docker Desktop"}, False),
        ({"OSType": "linux", "SecurityOptions": ["name=seccomp", "name=rootless"]}, False),
        ({"OSType": "windows"}, False),
    ],
)
def test_where_a_container_may_stand_at_the_machines_ports(
    info: dict[str, object], can: bool
) -> None:
    assert at_own_ports(info) is can
