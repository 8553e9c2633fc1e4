"""The Compose document: what the containers may do, mount and publish."""

from dataclasses import replace
from typing import Any

import pytest
import yaml

from labctl.model.lab import LabSpec, Limits
from labctl.model.workshop import Seat
from labctl.render.client import render_client
from labctl.render.plan import render
from tests.unit.lab_specs import a_lab


def document(spec: LabSpec, *, reader_group: int | None = None) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(render(spec, reader_group=reader_group).document)
    return found


def test_only_dovecot_mounts_the_mail() -> None:
    services = document(a_lab())["services"]
    assert services["dovecot"]["volumes"] == ["dovecot-config:/etc/labctl", "mail:/srv/mail"]
    assert services["postfix"]["volumes"] == [
        "postfix-config:/etc/labctl",
        "queue:/var/spool/postfix",
    ]


def test_each_endpoint_is_published_once_on_the_bound_address() -> None:
    services = document(a_lab(bind="192.0.2.7"))["services"]
    assert services["postfix"]["ports"] == [
        "192.0.2.7:20025:25",
        "192.0.2.7:20087:587",
        "192.0.2.7:20065:465",
    ]
    assert services["dovecot"]["ports"] == [
        "192.0.2.7:20043:143",
        "192.0.2.7:20093:993",
        "192.0.2.7:20010:110",
        "192.0.2.7:20095:995",
    ]


def test_an_ipv6_address_is_bracketed() -> None:
    ports = document(a_lab(bind="::1"))["services"]["postfix"]["ports"]
    assert ports[0] == "[::1]:20025:25"


def test_nothing_reaches_the_clients_disk_and_nothing_is_privileged() -> None:
    for name, service in document(a_lab())["services"].items():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["mem_limit"] == service["memswap_limit"]
        assert service["pids_limit"] > 0
        assert all(not volume.startswith((".", "/")) for volume in service["volumes"])
        assert ("cap_add" in service) == (name == "postfix")


def test_no_password_and_no_key_stands_in_the_document() -> None:
    spec = a_lab()
    text = render(spec).document
    assert "environment" not in text
    assert "PRIVATE KEY" not in text
    for account in spec.accounts:
        assert account.password not in text


@pytest.mark.parametrize("name", ["1", "1e3", "no", "null", "0x10", "2001-01-01", "a_b-c"])
def test_a_lab_name_that_yaml_could_misread_stays_text(name: str) -> None:
    found = document(a_lab(name=name))
    assert found["name"] == name
    assert found["networks"]["lab"]["labels"] == {"org.labctl.lab": name}
    assert found["services"]["postfix"]["labels"]["org.labctl.lab"] == name


def test_everything_of_a_seat_says_whose_seat_it_is_and_nothing_who_sits_there() -> None:
    seat = Seat("room", 7, "Zoé Martin", "Heron")
    spec = replace(a_lab(name=seat.lab), seat=seat)
    for text in (render(spec).document, render_client(spec, "labctl/client:1").document):
        found = yaml.safe_load(text)
        for kind in ("services", "networks", "volumes"):
            for resource in found[kind].values():
                labels = resource["labels"].items()
                assert labels >= {"org.labctl.workshop": "room", "org.labctl.seat": "7"}.items()
        assert "Zo" not in text
        assert "Heron" not in text


def test_a_limited_mailbox_is_memory_of_that_size() -> None:
    volumes = document(a_lab(limits=Limits(mailbox_megabytes=4)))["volumes"]
    assert volumes["mail"]["driver_opts"] == {
        "type": "tmpfs",
        "device": "tmpfs",
        "o": "size=4m,uid=5000,gid=5000,mode=0700",
    }
    assert "driver_opts" not in volumes["queue"]
    assert "driver_opts" not in document(a_lab())["volumes"]["mail"]


@pytest.mark.parametrize("megabytes", [1, 10, 50, 51, 900])
def test_dovecot_has_room_for_the_messages_in_delivery(megabytes: int) -> None:
    limits = Limits(message_size=megabytes * 1024 * 1024)
    dovecot = document(a_lab(limits=limits))["services"]["dovecot"]
    tmp = next(mount for mount in dovecot["tmpfs"] if mount.startswith("/tmp:"))
    room = int(tmp.rpartition("size=")[2].removesuffix("m"))
    assert room > megabytes * (4 if megabytes <= 50 else 1)
    assert int(dovecot["mem_limit"].removesuffix("m")) > room


def test_every_config_is_a_file_of_the_plan_with_its_owner_and_mode() -> None:
    plan = render(a_lab())
    found = yaml.safe_load(plan.document)
    named: set[str] = set()
    for service in found["services"].values():
        for entry in service["configs"]:
            path = found["configs"][entry["source"]]["file"].removeprefix("./")
            file = plan.file(path)
            assert (int(entry["uid"]), int(entry["gid"]), entry["mode"]) == (
                file.uid,
                file.gid,
                file.mode,
            )
            named.add(path)
    assert named == {file.path for file in plan.files}


def test_secrets_are_never_world_readable() -> None:
    for group in (None, 1000):
        plan = render(a_lab(), reader_group=group)
        modes = {file.path: file.mode for file in plan.files}
        for secret in ("postfix/tls.pem", "postfix/lab.json"):
            assert modes[secret] == 0o600
        for secret in ("dovecot/tls.key", "dovecot/users"):
            assert modes[secret] == (0o600 if group is None else 0o640)


def test_a_reader_group_is_for_dovecot_alone() -> None:
    services = document(a_lab(), reader_group=1000)["services"]
    assert services["dovecot"]["group_add"] == ["1000"]
    assert "group_add" not in services["postfix"]
    assert "group_add" not in document(a_lab())["services"]["dovecot"]


def test_a_second_site_has_its_own_services_and_no_endpoint() -> None:
    found = document(a_lab("alpha.test", "beta.test"))
    assert list(found["services"]) == ["postfix", "dovecot", "postfix-beta", "dovecot-beta"]
    assert "ports" not in found["services"]["postfix-beta"]
    addresses = {s["networks"]["lab"]["ipv4_address"] for s in found["services"].values()}
    assert len(addresses) == 4
    assert {"mail", "mail-beta", "queue", "queue-beta"} <= set(found["volumes"])


def test_the_gateway_is_the_first_address() -> None:
    assert document(a_lab())["networks"]["lab"]["ipam"]["config"] == [
        {"subnet": "172.30.0.16/28", "gateway": "172.30.0.17"}
    ]
