"""A lab as Swarm services, and what a Swarm lists as labs."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Network
from json import dumps
from typing import Any, cast

import pytest
from docker.errors import APIError
from requests import Response

from labctl.engine.api import Api
from labctl.engine.compose import ContainerPlan, NetworkPlan, read_plan
from labctl.engine.following import Lines
from labctl.engine.labels import (
    DIGEST_LABEL,
    LAB_LABEL,
    SERVICE_LABEL,
    SITE_LABEL,
    SWARM_LABEL,
    SWARM_SERVICE,
    WORKSHOP_LABEL,
)
from labctl.engine.ours import is_swarms, of_swarm, ours
from labctl.engine.socketwire import Refused
from labctl.engine.swarmapi import SwarmApi
from labctl.engine.swarmfill import in_memory
from labctl.engine.swarmfollow import Merged
from labctl.engine.swarmfound import labs_of
from labctl.engine.swarmmarks import Marks, marks_in
from labctl.engine.swarmnetwork import described_lab, description, swarm_network
from labctl.engine.swarmnodes import (
    Node,
    nodes_of,
    placed,
    reached_at,
    reserved,
    roomiest,
    settled,
    with_chosen,
)
from labctl.engine.swarmsought import has_seats
from labctl.engine.swarmspec import (
    LEFT_OUT,
    address_of,
    pinned_to,
    service_spec,
)
from labctl.engine.values import LogLine
from labctl.errors import EnvironmentProblem, ForeignProject, NoEngine
from labctl.model.lab import Limits
from labctl.model.status import ServiceState
from labctl.render.plan import render
from tests.unit.lab_specs import a_lab

Json = dict[str, Any]
MEBI = 1024 * 1024


def containers() -> dict[str, ContainerPlan]:
    plan = read_plan(render(a_lab("alpha.test", "beta.test", name="room-007")))
    return {container.service: container for container in plan.containers}


def a_spec(service: str = "postfix", api: tuple[int, ...] = (1, 41)) -> Json:
    return service_spec(containers()[service], "room-007", image="sha256:1f", node="n0de", api=api)


def inside(spec: Json) -> Json:
    found: Json = spec["TaskTemplate"]["ContainerSpec"]
    return found


# -- services --------------------------------------------------------------------------------------


def test_a_service_is_confined_as_its_container_would_be() -> None:
    there = inside(a_spec())
    assert there["ReadOnly"] is True
    assert there["CapabilityDrop"] == ["ALL"]
    assert there["CapabilityAdd"] == ["DAC_OVERRIDE", "SETGID", "SETUID"]
    assert there["Sysctls"]["net.ipv4.ip_unprivileged_port_start"] == "0"
    assert there["Ulimits"] == [{"Name": "nofile", "Soft": 4096, "Hard": 4096}]
    assert there["Hostname"] == "mx.alpha.test"
    assert there["StopGracePeriod"] == 5_000_000_000
    limits = a_spec()["TaskTemplate"]["Resources"]
    assert limits["Limits"] == {"MemoryBytes": 128 * MEBI, "Pids": 256}
    assert limits["Reservations"] == {"MemoryBytes": 16 * MEBI}


def test_new_privileges_are_refused_where_the_api_can_say_so() -> None:
    assert "Privileges" not in inside(a_spec())
    assert inside(a_spec(api=(1, 46)))["Privileges"] == {"NoNewPrivileges": True}


def test_ports_are_the_nodes_own_and_need_no_virtual_address() -> None:
    endpoint = a_spec()["EndpointSpec"]
    assert endpoint["Mode"] == "dnsrr"
    assert {(p["PublishedPort"], p["TargetPort"]) for p in endpoint["Ports"]} == {
        (20025, 25),
        (20087, 587),
        (20065, 465),
    }
    assert {p["PublishMode"] for p in endpoint["Ports"]} == {"host"}


def test_an_image_is_named_by_its_id_and_the_node_by_its_own() -> None:
    spec = a_spec()
    assert inside(spec)["Image"] == "sha256:1f"
    assert pinned_to(spec) == "n0de"
    assert spec["TaskTemplate"]["RestartPolicy"] == {"Condition": "none"}


def test_memory_mounts_keep_their_owner() -> None:
    mounts = {m["Target"]: m for m in inside(a_spec("dovecot"))["Mounts"]}
    memory = mounts["/run/dovecot"]["VolumeOptions"]
    assert mounts["/run/dovecot"]["Source"] == "room-007_dovecot.memory-run-dovecot"
    assert memory["Labels"][LAB_LABEL] == "room-007"
    assert memory["NoCopy"] is True
    assert memory["DriverConfig"]["Options"] == {
        "type": "tmpfs",
        "device": "tmpfs",
        "o": "uid=5000,gid=5000,mode=0755,size=4m,noexec,nosuid,nodev",
    }
    assert mounts["/srv/mail"]["Source"] == "room-007_mail"


def test_a_service_and_its_container_carry_the_labs_labels() -> None:
    spec = a_spec("postfix-beta")
    assert spec["Name"] == "room-007_postfix-beta"
    for labels in (spec["Labels"], inside(spec)["Labels"]):
        assert labels[LAB_LABEL] == labels["com.docker.stack.namespace"] == "room-007"
        assert labels[SERVICE_LABEL] == "postfix-beta"
        assert labels[SITE_LABEL] == "beta.test"
        assert labels[DIGEST_LABEL] == containers()["postfix-beta"].digest
        assert not any(label.startswith("com.docker.compose") for label in labels)


def test_the_labs_resolver_and_hosts_are_told() -> None:
    one = containers()["postfix"]
    one.body["HostConfig"]["Dns"] = ["10.0.0.13"]
    one.body["HostConfig"]["ExtraHosts"] = ["mx.beta.test:10.0.0.4"]
    spec = service_spec(one, "room-007", image="i", node="n", api=(1, 41))
    assert inside(spec)["DNSConfig"]["Nameservers"] == ["10.0.0.13"]
    assert inside(spec)["Hosts"] == ["10.0.0.4 mx.beta.test"]


@pytest.mark.parametrize("key", ["Domainname", "Healthcheck"])
def test_what_a_service_cannot_be_told_is_refused(key: str) -> None:
    one = containers()["postfix"]
    one.body[key] = "x"
    with pytest.raises(ValueError, match=key):
        service_spec(one, "room-007", image="i", node="n", api=(1, 41))


def test_of_the_host_only_what_is_known_to_be_harmless_is_left_out() -> None:
    one = containers()["postfix"]
    one.body["HostConfig"] |= dict.fromkeys(LEFT_OUT)
    service_spec(one, "room-007", image="i", node="n", api=(1, 41))
    one.body["HostConfig"]["ShmSize"] = 1
    with pytest.raises(ValueError, match="ShmSize"):
        service_spec(one, "room-007", image="i", node="n", api=(1, 41))


def test_volumes_and_networks_say_that_their_lab_is_on_a_swarm() -> None:
    network = NetworkPlan("room-007_lab", "10.213.0.16/28", {LAB_LABEL: "room-007"}, {}, False)
    assert is_swarms(description(network, "room-007", set())["Labels"])
    for mount in inside(a_spec("dovecot"))["Mounts"]:
        assert is_swarms(mount["VolumeOptions"]["Labels"])
    plain = containers()["dovecot"].body["HostConfig"]["Mounts"]
    assert not any(is_swarms(mount["VolumeOptions"]["Labels"]) for mount in plain)


def test_what_helps_on_a_node_goes_with_the_labs_volumes() -> None:
    task = {LAB_LABEL: "a", SERVICE_LABEL: "postfix", SWARM_SERVICE: "a_postfix"}
    own = {LAB_LABEL: "b", SERVICE_LABEL: "postfix"}
    listeners = [{LAB_LABEL: "a"}, {LAB_LABEL: "b"}]
    volumes = [{LAB_LABEL: "a", SWARM_LABEL: "true"}, {LAB_LABEL: "b"}]
    assert of_swarm([task, own, *listeners], volumes) == [True, False, True, False]


def test_a_lab_of_the_engine_alone_takes_nothing_of_a_swarms() -> None:
    there = {"room-007_mail": {"Labels": {LAB_LABEL: "room-007", SWARM_LABEL: "true"}}}
    with pytest.raises(ForeignProject, match="on a Swarm"):
        ours("volume", "room-007", {"room-007_mail"}, there)


@pytest.mark.parametrize(
    ("workshop", "seat", "found"),
    [("room", "", True), ("room", "007", True), ("room", "008", False), ("roo", "", False)],
)
def test_seats_are_sought_by_their_labels(workshop: str, seat: str, found: bool) -> None:
    class Manager:
        def configs(self, filters: Json) -> list[Json]:
            seats = {LAB_LABEL: "room-007", WORKSHOP_LABEL: "room"}
            kept = {"room-007.applied.1": seats, "room-2024.applied.1": {LAB_LABEL: "room-2024"}}
            return [
                {"Spec": {"Name": name, "Labels": labels}}
                for name, labels in kept.items()
                if name.startswith(filters["name"])
            ]

    assert has_seats(Manager(), workshop, seat) is found


@pytest.mark.parametrize(
    ("words", "known"),
    [("This node is not a swarm manager.", True), ("The swarm does not have a leader.", False)],
)
def test_a_manager_that_cannot_ask_the_others_is_not_taken_for_another_engine(
    words: str,
    known: bool,
) -> None:
    class Manager:
        def configs(self, filters: Json) -> list[Json]:
            del filters
            raise Refused(503, words)

    if known:
        assert not has_seats(Manager(), "room")
    else:
        with pytest.raises(EnvironmentProblem, match="leader"):
            has_seats(Manager(), "room")


# -- networks --------------------------------------------------------------------------------------


def test_a_node_gives_out_the_servers_addresses_and_the_clients_and_no_other() -> None:
    network = NetworkPlan("room-007_lab", "10.213.0.16/28", {LAB_LABEL: "room-007"}, {}, False)
    wanted = {"10.213.0.18", "10.213.0.19"}
    described = description(network, "room-007", wanted)
    (config,) = described["IPAM"]["Config"]
    free = {str(host) for host in IPv4Network("10.213.0.16/28").hosts()}
    free -= {config["Gateway"], *config["AuxiliaryAddresses"].values()}
    assert free == wanted | {"10.213.0.30"}
    assert described_lab(described) == described_lab(swarm_network(network, "room-007"))
    assert described_lab(described) == "room-007"


@pytest.mark.parametrize("name", ["ingress", "labctl.x", "a.b.c.d", "room_lab"])
def test_other_networks_are_no_labs(name: str) -> None:
    assert described_lab({"Name": name}) == ""


def test_every_service_has_an_address_of_its_own() -> None:
    addresses = [address_of(container) for container in containers().values()]
    assert len(set(addresses)) == len(addresses) == 4


# -- nodes -----------------------------------------------------------------------------------------


def a_node(name: str, memory: int = 100, *, alive: bool = True, active: bool = True) -> Node:
    return Node(f"id-{name}", name, f"10.0.0.{name[1:]}", "", memory, alive, active)


def listed(name: str, **change: Any) -> Json:
    return {
        "ID": f"id-{name}",
        "Spec": {"Availability": "active", "Labels": {}},
        "Description": {"Hostname": name, "Resources": {"MemoryBytes": 100}},
        "Status": {"State": "ready", "Addr": f"10.0.0.{name[1:]}"},
        **change,
    }


def test_a_node_is_where_it_says_unless_a_label_says_otherwise() -> None:
    labels = {"org.labctl.address": "room.example", "org.labctl.engine": "ssh://it@n2"}
    manager = listed("n1", Status={"State": "ready", "Addr": "0.0.0.0"})
    manager["ManagerStatus"] = {"Addr": "10.0.0.1:2377"}
    named = listed("n2", Spec={"Availability": "drain", "Labels": labels})
    down = listed("n3", Status={"State": "down", "Addr": "10.0.0.3"})
    first, second, third = nodes_of([down, named, manager])
    assert first == a_node("n1")
    assert (second.address, second.engine, second.active) == ("room.example", "ssh://it@n2", False)
    assert (third.alive, third.address) == (False, "10.0.0.3")


def test_of_two_nodes_of_one_name_the_older_has_it() -> None:
    old = listed("n3", ID="aaaaaaaaaa", CreatedAt="2026-01-01", Status={"State": "down"})
    new = listed("n3", ID="bbbbbbbbbb", CreatedAt="2026-01-02")
    found = nodes_of([new, old, listed("n1")])
    assert [(node.name, node.alive) for node in found] == [
        ("n1", True),
        ("n3", False),
        ("n3-bbbbbb", True),
    ]


def test_a_manager_that_began_anew_is_asked_until_it_knows_its_nodes() -> None:
    answers = [
        [listed("n1"), listed("n2", Status={"State": state})]
        for state in ("unknown", "disconnected", "ready")
    ]
    naps: list[float] = []
    there = settled(lambda: answers[len(naps)], naps.append)
    assert there == answers[-1]
    assert len(naps) == 2
    with pytest.raises(EnvironmentProblem, match="n2"):
        settled(lambda: answers[0], naps.append, within=0)


def test_a_node_is_left_out_by_its_label() -> None:
    labels = {"org.labctl.use": "no"}
    (node,) = nodes_of([listed("n2", Spec={"Availability": "active", "Labels": labels})])
    assert (node.alive, node.active, node.ours) == (True, False, False)


def test_a_certificate_gets_the_nodes_addresses_and_apart_from_them_their_names() -> None:
    said = ["10.0.0.1", "Room.example", "", "10.0.0.1", "2001:DB8::1", "n ö"]
    nodes = [replace(a_node("n1"), address=where) for where in said]
    assert reached_at(nodes) == (["10.0.0.1", "2001:db8::1"], ["room.example"])


def a_task(service: str, node: str = "id-n1", state: str = "running", **change: Any) -> Json:
    return {
        "ServiceID": service,
        "NodeID": node,
        "CreatedAt": "2026-01-01T00:00:00Z",
        "DesiredState": "running",
        "Spec": {"Resources": {"Reservations": {"MemoryBytes": 40}}},
        "Status": {"State": state},
        **change,
    }


def test_a_new_lab_goes_where_most_memory_is_free() -> None:
    tasks = [a_task("s"), a_task("s", DesiredState="shutdown"), a_task("t", "id-n2")]
    tasks.append(a_task("u", "id-n2"))
    taken = reserved(tasks)
    assert taken == {"id-n1": 40, "id-n2": 80}
    small, none = a_node("n3", 30), a_node("n4", 1000, active=False)
    assert roomiest([a_node("n1"), a_node("n2"), small, none], taken).name == "n1"
    assert roomiest([a_node("n1"), a_node("n2")], {}).name == "n1"
    with pytest.raises(EnvironmentProblem, match="no node"):
        roomiest([none, a_node("n5", alive=False)], {})


def test_what_is_on_its_way_to_a_node_takes_its_room_there() -> None:
    labelled = {"ContainerSpec": {"Labels": {LAB_LABEL: "room-001"}}}
    old = a_task("s", "id-n1", Spec=labelled)
    over = a_task("s", "id-n2", Spec=labelled, DesiredState="shutdown")
    assert placed([old, over, a_task("t", "")]) == {("room-001", "id-n1")}
    chosen = {"room-001": ("id-n2", 40)}  # it moves: its tasks are still where it was
    assert with_chosen({"id-n1": 40}, chosen, placed([old])) == {"id-n1": 40, "id-n2": 40}
    arrived = a_task("s", "id-n2", Spec=labelled)
    assert with_chosen({"id-n2": 40}, chosen, placed([arrived])) == {"id-n2": 40}


# -- labs ------------------------------------------------------------------------------------------


def a_service(name: str, node: str = "id-n1") -> Json:
    labels = {LAB_LABEL: "room-007", SERVICE_LABEL: name, SITE_LABEL: "alpha.test"}
    labels |= {"org.labctl.workshop": "room", "org.labctl.seat": "7"}
    placed = {"Placement": {"Constraints": [f"node.id=={node}"]}}
    return {
        "ID": f"s-{name}",
        "Spec": {"Name": f"room-007_{name}", "Labels": labels, "TaskTemplate": placed},
    }


def test_a_lab_is_on_the_node_that_its_services_name() -> None:
    services = [a_service("dovecot"), a_service("postfix")]
    (lab,) = labs_of(services, [a_task("s-postfix"), a_task("s-dovecot")], [a_node("n1")])
    assert (lab.name, lab.node, lab.address) == ("room-007", "n1", "10.0.0.1")
    assert lab.seat is not None
    assert lab.seat.number == 7
    assert [s.name for s in lab.services] == ["postfix", "dovecot"]
    assert {s.state for s in lab.services} == {"running"}


@pytest.mark.parametrize(
    ("state", "code", "expected"),
    [
        ("pending", 0, "starting"),
        ("preparing", 0, "starting"),
        ("running", 0, "running"),
        ("complete", 0, "stopped"),
        ("failed", 143, "stopped"),
        ("failed", 1, "dead"),
        ("rejected", 0, "dead"),
        ("orphaned", 0, "dead"),
    ],
)
def test_the_state_is_that_of_the_youngest_task(
    state: str, code: int, expected: ServiceState
) -> None:
    status = {"State": state, "ContainerStatus": {"ExitCode": code}, "Err": "why"}
    young = a_task("s-postfix", CreatedAt="2026-01-02T00:00:00Z", Status=status)
    (lab,) = labs_of([a_service("postfix")], [young, a_task("s-postfix")], [a_node("n1")])
    assert lab.services[0].state == expected


def test_what_a_silent_node_has_is_dead_whatever_was_last_heard() -> None:
    tasks = [a_task("s-postfix")]
    (lab,) = labs_of([a_service("postfix")], tasks, [a_node("n1", alive=False)])
    assert lab.services[0].state == "dead"
    assert "n1" in lab.services[0].detail
    assert (lab.node, lab.node_down) == ("n1", True)


def test_a_lab_of_a_node_that_was_removed_is_known_to_be_lost() -> None:
    services = [a_service("postfix", "1234567890abcdef"), a_service("dovecot", "1234567890abcdef")]
    (lab,) = labs_of(services, [a_task("s-postfix")], [a_node("n1")])
    assert (lab.node, lab.address, lab.node_down) == ("1234567890ab", "", True)
    assert {service.state for service in lab.services} == {"dead"}


def test_a_lab_is_not_where_only_its_mail_clients_are() -> None:
    services = [a_service("postfix", "id-n1"), a_service("client", "id-n2")]
    nodes = [a_node("n1", alive=False), a_node("n2")]
    (lab,) = labs_of(services, [], nodes)
    assert (lab.node, lab.node_down) == ("n1", True)
    (alone,) = labs_of(services[1:], [], nodes)
    assert alone.node == "n2"


@pytest.mark.parametrize("left", ["n1", "n2"])
def test_while_a_lab_moves_it_is_on_the_node_that_it_does_not_leave(left: str) -> None:
    services = [a_service("dovecot", "id-n1"), a_service("postfix", "id-n2")]
    marks = {"room-007": Marks(left=frozenset({left}))}
    (lab,) = labs_of(services, [], [a_node("n1"), a_node("n2")], marks)
    assert lab.node == {"n1": "n2", "n2": "n1"}[left]


def test_a_lab_whose_mail_is_not_back_is_known_unless_it_is_where_it_was() -> None:
    marks = {"room-007": Marks(unfilled="n1")}
    nodes = [a_node("n1"), a_node("n2")]
    for node, unfilled in (("n1", ""), ("n2", "n1")):
        (lab,) = labs_of([a_service("postfix", f"id-{node}")], [], nodes, marks)
        assert lab.unfilled == unfilled


def a_config(marks: Marks, lab: str = "room-007") -> Json:
    return {"Spec": {"Labels": marks.labels(lab)}}


def test_what_is_noted_of_moves_is_read_again() -> None:
    settled = Marks(lost=frozenset({"n3"}))
    moving = Marks(frozenset({"n1", "n2"}), frozenset({"n2"}), "n2")
    assert "org.labctl.unsettled" not in settled.labels("room-007")
    assert "org.labctl.unsettled" in moving.labels("room-007")
    assert marks_in([a_config(moving)]) == {"room-007": moving}
    assert marks_in([a_config(moving), a_config(settled)])["room-007"].lost == {"n2", "n3"}
    assert marks_in([]) == {}


def test_a_move_is_noted_before_it_is_made_and_until_nothing_is_left() -> None:
    there = Marks()
    drained = there.moving("n2", leaves="n1", lost="")
    assert drained == Marks(left=frozenset({"n1"}))
    assert drained.moving("n2", leaves="", lost="") == drained
    assert drained.moving("n1", leaves="n2", lost="").left == {"n2"}
    lost = there.moving("n2", leaves="", lost="n1")
    assert lost == Marks(frozenset({"n1"}), frozenset({"n1"}), "n1")
    assert lost.moving("n2", leaves="", lost="") == lost
    assert lost.moving("n1", leaves="", lost="").unfilled == ""  # it never left, and is back
    assert lost.moving("n1", leaves="n2", lost="").unfilled == "n2"  # still without its mail


# -- mail in memory --------------------------------------------------------------------------------


def test_mail_is_in_memory_where_its_volume_has_a_size() -> None:
    assert not in_memory(containers()["dovecot"])
    limited = replace(a_lab("alpha.test"), limits=Limits(mailbox_megabytes=1))
    plan = {c.service: c for c in read_plan(render(limited)).containers}
    assert in_memory(plan["dovecot"])
    assert not in_memory(plan["postfix"])


# -- updates ---------------------------------------------------------------------------------------


class Hurried:
    """A Swarm's service to which the Swarm itself has written since it was read."""

    base_url, api_version, timeout = "http://n1", "1.41", 60

    def __init__(self, refusals: int) -> None:
        self.refusals, self.version, self.posted = refusals, 7, list[Json]()

    def request(self, method: str, _url: str, *, params: Json, json: Json, **_: object) -> Response:
        answer = Response()
        answer.status_code = 200
        self.version += 1
        if method == "GET":
            template = {"ForceUpdate": 4}
            said = {"ID": "s1", "Version": {"Index": self.version}}
            answer._content = dumps(said | {"Spec": {"TaskTemplate": template}}).encode()
        elif self.refusals:
            self.refusals -= 1
            answer.status_code = 500
            answer._content = b'{"message": "rpc error: update out of sequence"}'
        else:
            answer._content = b"{}"
            self.posted.append({"version": params["version"], **json})
        return answer


def test_a_service_that_has_changed_since_is_read_again() -> None:
    swarm = Hurried(refusals=1)
    SwarmApi(cast("Api", swarm)).update_service({"ID": "s1"}, {"TaskTemplate": {}})
    assert swarm.posted == [{"version": 10, "TaskTemplate": {"ForceUpdate": 5}}]
    with pytest.raises(APIError, match="out of sequence"):
        SwarmApi(cast("Api", Hurried(refusals=2))).update_service(
            {"ID": "s1"}, {"TaskTemplate": {}}
        )


def test_before_its_first_task_a_service_starts() -> None:
    (lab,) = labs_of([a_service("postfix")], [], [a_node("n1")])
    assert lab.services[0].state == "starting"


# -- several nodes as one --------------------------------------------------------------------------


def test_what_nodes_tell_is_one_stream_until_one_of_them_ends() -> None:
    heard, closed = threading.Event(), threading.Event()

    def goes_away() -> Iterator[LogLine]:
        yield LogLine(1, "a")
        assert heard.wait(30)

    def goes_on() -> Iterator[LogLine]:
        yield LogLine(2, "b")
        assert closed.wait(30)

    merged = Merged([Lines(goes_away(), lambda: None), Lines(goes_on(), closed.set)])
    said = []
    for line in merged:
        said.append(line.text)
        if "b" in said:
            heard.set()
    assert sorted(said) == ["a", "b"]
    assert closed.is_set()


def test_a_node_that_goes_away_is_told_of() -> None:
    def broken() -> Iterator[LogLine]:
        yield LogLine(1, "a")
        raise NoEngine("gone")

    with pytest.raises(NoEngine, match="gone"):
        list(Merged([Lines(broken(), lambda: None)]))
