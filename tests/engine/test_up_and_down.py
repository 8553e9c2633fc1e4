"""A lab comes up, stays what it is through every `up`, and goes without a trace."""

import json
import ssl
from pathlib import Path
from typing import Any

from cryptography import x509

from labctl.engine.dockerengine import DockerEngine
from labctl.verbs.labs import spec_of
from labctl.verbs.up import Wish, up
from tests.engine.running import RunningLab, labctl, labctl_json, wait_until


def _containers(engine: DockerEngine, name: str) -> dict[str, tuple[str, str]]:
    """Each container's identity, and since when it runs."""
    seen = (engine.api.inspect_container(f"{name}-{s}-1") for s in ("postfix", "dovecot"))
    return {c["Name"]: (c["Id"], c["State"]["StartedAt"]) for c in seen}


def _status(lab: RunningLab) -> dict[str, Any]:
    return _lasting(labctl_json("status", "--lab", lab.name))


def _lasting(status: dict[str, Any]) -> dict[str, Any]:
    """A status without the engine's own words on each container, such as for how long it runs."""
    services = [{k: v for k, v in s.items() if k != "detail"} for s in status["services"]]
    return {**status, "services": services}


def test_a_second_up_creates_nothing_and_keeps_everything(own_lab: RunningLab) -> None:
    alice = own_lab.spec.accounts[0]
    own_lab.deliver(alice, count=2)
    before = _status(own_lab)
    containers = _containers(own_lab.engine, own_lab.name)
    again = labctl("up", "--name", own_lab.name)
    assert again.returncode == 0, again.stderr
    assert "everything was right already" in again.stderr
    assert _containers(own_lab.engine, own_lab.name) == containers
    assert _status(own_lab) == before
    assert own_lab.inbox_count(alice) == 2


def test_up_json_is_the_labs_status(own_lab: RunningLab) -> None:
    assert _lasting(labctl_json("up", "--lab", own_lab.name)) == _status(own_lab)


def test_down_removes_everything_and_lists_it(lab_name: str, engine: DockerEngine) -> None:
    labctl_json("up", "--name", lab_name, "--ports", "free")
    (gone,) = labctl_json("down", "--lab", lab_name)["labs"]
    assert (gone["name"], gone["kept"]) == (lab_name, [])
    kinds = [r["kind"] for r in gone["removed"]]
    assert (kinds.count("container"), kinds.count("network")) == (2, 1)
    assert engine.resources(lab_name) == []
    assert labctl("down", "--lab", lab_name).returncode == 4


def test_down_keeps_mail_and_passwords_for_the_next_up_when_told_to(
    engine: DockerEngine, lab_name: str, base: int
) -> None:
    up(engine, lab_name, Wish(ports=base))
    own_lab = RunningLab(engine, spec_of(engine, lab_name))
    alice = own_lab.spec.accounts[0]
    own_lab.deliver(alice, count=2)
    before = _status(own_lab)
    (gone,) = labctl_json("down", "--lab", own_lab.name, "--keep-mail")["labs"]
    assert {r["kind"] for r in gone["kept"]} == {"volume"}
    assert [r.kind for r in own_lab.engine.resources(own_lab.name)] == ["volume"] * len(
        gone["kept"]
    )
    assert _lasting(labctl_json("up", "--name", own_lab.name)) == before
    with own_lab.pop3(alice) as pop3:
        assert pop3.stat().stat[0] == 2


def test_a_changed_definition_keeps_the_mail_and_the_passwords(
    own_lab: RunningLab, tmp_path: Path
) -> None:
    alice = own_lab.spec.accounts[0]
    own_lab.deliver(alice)
    before = _status(own_lab)
    definition = tmp_path / "small.toml"
    definition.write_text(
        f'name = "{own_lab.name}"\nmessage_size = 20_000\n'
        '[[sites]]\ndomain = "alpha.test"\naccounts = ["alice", "bob", "carol", "dave"]\n'
    )
    after = _lasting(labctl_json("up", str(definition)))
    *same, dave = after["accounts"]
    assert dave["address"] == "dave@alpha.test"
    assert {**after, "accounts": same} == before
    with own_lab.smtp() as smtp:
        smtp.connect()
        assert smtp.ehlo().extensions["SIZE"] == "20000"
    own_lab.deliver(alice)
    assert own_lab.inbox_count(alice) == 2


def test_a_base_moves_all_endpoints_to_ports_that_people_recognise(
    lab_name: str, engine: DockerEngine, base: int
) -> None:
    status = labctl_json("up", "--name", lab_name, "--ports", str(base))
    assert [e["port"] - base for e in status["endpoints"]] == [25, 87, 65, 43, 93, 10, 95]
    running = RunningLab(engine, spec_of(engine, lab_name))
    running.deliver(running.spec.accounts[0])


def test_bind_publishes_there_and_nowhere_else(lab_name: str, engine: DockerEngine) -> None:
    words = ("up", "--name", lab_name, "--ports", "free", "--bind", "127.0.0.2")
    status = labctl_json(*words)
    assert {e["host"] for e in status["endpoints"]} == {"127.0.0.2"}
    port = next(e["port"] for e in status["endpoints"] if e["name"] == "imaps")
    published = [
        binding["HostIp"]
        for service in ("postfix", "dovecot")
        for bindings in engine.api.inspect_container(f"{lab_name}-{service}-1")["NetworkSettings"][
            "Ports"
        ].values()
        for binding in bindings or []
    ]
    assert published == ["127.0.0.2"] * 7
    running = RunningLab(engine, spec_of(engine, lab_name))
    running.deliver(running.spec.accounts[0])
    shown = ssl.get_server_certificate(("127.0.0.2", port), timeout=20)
    names = x509.load_pem_x509_certificate(shown.encode()).extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    )
    assert "127.0.0.2" in map(str, names.value.get_values_for_type(x509.IPAddress))


def test_two_labs_side_by_side_know_nothing_of_each_other(
    lab: RunningLab, own_lab: RunningLab
) -> None:
    here, there = own_lab.spec.accounts[0], lab.account()
    assert {e.port for e in lab.spec.endpoints}.isdisjoint(e.port for e in own_lab.spec.endpoints)
    assert lab.spec.certificate.ca_pem != own_lab.spec.certificate.ca_pem
    own_lab.deliver(here)
    assert lab.inbox_count(there) == 0
    with lab.smtp() as smtp:  # alice is of the other lab, and unknown here
        smtp.connect()
        smtp.ehlo()
        smtp.mail("sender@sender.example")
        assert smtp.rcpt(here.address).code == 550
    assert {lab.name, own_lab.name} <= {one["name"] for one in labctl_json()["labs"]}


def test_reset_brings_back_the_fresh_lab_without_a_new_container(own_lab: RunningLab) -> None:
    alice = own_lab.spec.accounts[0]
    before = _containers(own_lab.engine, own_lab.name)
    own_lab.deliver(alice, count=3)
    with own_lab.imap(alice) as imap:
        imap.create("Work")
        imap.select()
        labctl_json("reset", "--lab", own_lab.name)
    assert _containers(own_lab.engine, own_lab.name) == before
    assert [(f.name, f.entries) for f in own_lab.maildir(alice).folders] == [("INBOX", ())]
    with own_lab.imap(alice) as imap:
        assert "Work" not in dict(imap.list().folders)
        assert imap.select().exists == 0
    own_lab.deliver(alice)
    assert json.loads(labctl("queue", "--lab", own_lab.name, "--json").stdout)["messages"] == []


def test_a_container_that_died_is_seen_and_put_right(own_lab: RunningLab) -> None:
    alice = own_lab.spec.accounts[0]
    own_lab.deliver(alice)
    own_lab.engine.api.kill(f"{own_lab.name}-dovecot-1", "SIGKILL")
    wait_until(
        "status says degraded",
        lambda: labctl_json("status", "--lab", own_lab.name)["state"] == "degraded",
    )
    assert labctl_json("--lab", own_lab.name)["next"] == f"labctl up --lab {own_lab.name}"
    assert labctl_json("up", "--lab", own_lab.name)["state"] == "ready"
    with own_lab.pop3(alice) as pop3:
        assert pop3.stat().stat[0] == 1
