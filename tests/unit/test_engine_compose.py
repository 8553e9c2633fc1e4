"""From the Compose document to the Engine API's JSON: nothing lost, nothing ignored."""

import re
from dataclasses import replace

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from labctl.engine.compose import ContainerPlan, ProjectPlan, read_plan
from labctl.engine.composekeys import CONTAINER_KEYS, HOST_KEYS, Json, seconds, size
from labctl.engine.labels import DIGEST_LABEL, LAB_LABEL, SERVICE_LABEL, SITE_LABEL
from labctl.model.lab import Limits
from labctl.model.plan import Plan, PlanFile
from labctl.render.plan import render
from tests.unit.lab_specs import a_lab

FILE = PlanFile("postfix/main.cf", b"compatibility_level = 3.10\n", 0o640, 0, 101)
SERVICE: Json = {"image": "labctl/postfix:1", "networks": {"lab": {"ipv4_address": "10.9.0.2"}}}


def a_plan(
    service: Json | None = None, *, files: tuple[PlanFile, ...] = (), top: Json | None = None
) -> Plan:
    """A lab ``t`` with one service that has the least there is, and ``service``."""
    document = {
        "name": "t",
        "services": {"postfix": SERVICE | (service or {})},
        "networks": {"lab": {"ipam": {"config": [{"subnet": "10.9.0.0/28"}]}}},
        **(top or {}),
    }
    return Plan("t", yaml.safe_dump(document), files)


def only(plan: Plan) -> ContainerPlan:
    (container,) = read_plan(plan).containers
    return container


def with_config(mode: object = 0o640, content: bytes = FILE.content, **entry: object) -> Plan:
    config = {"source": "main", "target": "/etc/labctl/main.cf", "mode": mode, **entry}
    return a_plan(
        {"configs": [config]},
        files=(replace(FILE, content=content),),
        top={"configs": {"main": {"file": "./postfix/main.cf"}}},
    )


@pytest.fixture(scope="module")
def rendered() -> ProjectPlan:
    return read_plan(render(a_lab("alpha.test", "beta.test"), reader_group=1000))


@pytest.mark.parametrize(
    ("key", "value", "engine_key", "engine_value"),
    [
        ("image", "labctl/postfix:2", "Image", "labctl/postfix:2"),
        ("hostname", "mx.alpha.test", "Hostname", "mx.alpha.test"),
        ("domainname", "alpha.test", "Domainname", "alpha.test"),
        ("user", "5000:5000", "User", "5000:5000"),
        ("command", ["sleep", "1"], "Cmd", ["sleep", "1"]),
        ("entrypoint", ["/bin/sh"], "Entrypoint", ["/bin/sh"]),
        ("stop_signal", "SIGTERM", "StopSignal", "SIGTERM"),
        ("stop_grace_period", "5s", "StopTimeout", 5),
        ("working_dir", "/srv", "WorkingDir", "/srv"),
    ],
)
def test_a_key_of_the_container(
    key: str, value: object, engine_key: str, engine_value: object
) -> None:
    assert only(a_plan({key: value})).body[engine_key] == engine_value


@pytest.mark.parametrize(
    ("key", "value", "engine_key", "engine_value"),
    [
        ("cap_add", ["SETGID", "SETUID"], "CapAdd", ["SETGID", "SETUID"]),
        ("cap_drop", ["ALL"], "CapDrop", ["ALL"]),
        ("security_opt", ["no-new-privileges:true"], "SecurityOpt", ["no-new-privileges:true"]),
        ("read_only", True, "ReadonlyRootfs", True),
        ("mem_limit", "64m", "Memory", 64 * 1024**2),
        ("memswap_limit", "1g", "MemorySwap", 1024**3),
        ("pids_limit", 100, "PidsLimit", 100),
        ("cpu_shares", 512, "CpuShares", 512),
        ("oom_score_adj", -500, "OomScoreAdj", -500),
        ("group_add", ["1000"], "GroupAdd", ["1000"]),
        ("init", True, "Init", True),
        ("shm_size", "1m", "ShmSize", 1024**2),
        ("extra_hosts", ["a:1.2.3.4"], "ExtraHosts", ["a:1.2.3.4"]),
        ("restart", "no", "RestartPolicy", {"Name": "", "MaximumRetryCount": 0}),
        (
            "restart",
            "on-failure:3",
            "RestartPolicy",
            {"Name": "on-failure", "MaximumRetryCount": 3},
        ),
        (
            "tmpfs",
            ["/run:mode=0755,size=1m", "/tmp"],
            "Tmpfs",
            {"/run": "mode=0755,size=1m", "/tmp": ""},
        ),
        (
            "ulimits",
            {"nofile": {"soft": 1, "hard": 2}, "nproc": 3},
            "Ulimits",
            [
                {"Name": "nofile", "Soft": 1, "Hard": 2},
                {"Name": "nproc", "Soft": 3, "Hard": 3},
            ],
        ),
        ("sysctls", {"net.x": 0}, "Sysctls", {"net.x": "0"}),
        ("sysctls", ["net.x=0"], "Sysctls", {"net.x": "0"}),
        (
            "logging",
            {"driver": "json-file", "options": {"max-size": "10m"}},
            "LogConfig",
            {"Type": "json-file", "Config": {"max-size": "10m"}},
        ),
    ],
)
def test_a_key_of_the_host(key: str, value: object, engine_key: str, engine_value: object) -> None:
    assert only(a_plan({key: value})).body["HostConfig"][engine_key] == engine_value


def test_every_key_that_the_template_uses_reaches_the_engine(rendered: ProjectPlan) -> None:
    document = yaml.safe_load(render(a_lab("alpha.test", "beta.test"), reader_group=1000).document)
    for container in rendered.containers:
        keys = document["services"][container.service].keys()
        body, host = container.body, container.body["HostConfig"]
        for key in keys & CONTAINER_KEYS.keys():
            assert CONTAINER_KEYS[key][0] in body
        for key in keys & HOST_KEYS.keys():
            assert HOST_KEYS[key][0] in host


def test_what_the_template_says_of_postfix_is_what_the_engine_is_asked(
    rendered: ProjectPlan,
) -> None:
    postfix = next(c for c in rendered.containers if c.service == "postfix")
    host = postfix.body["HostConfig"]
    assert postfix.name == "mail-postfix-1"
    assert postfix.body["Hostname"] == "mx.alpha.test"
    assert host["NetworkMode"] == "mail_lab"
    assert host["CapDrop"] == ["ALL"]
    assert host["ReadonlyRootfs"] is True
    assert host["Memory"] == host["MemorySwap"]
    assert host["PortBindings"]["25/tcp"] == [{"HostIp": "127.0.0.1", "HostPort": "20025"}]
    assert postfix.body["ExposedPorts"].keys() == host["PortBindings"].keys()
    assert [(m["Type"], m["Source"], m["Target"]) for m in host["Mounts"]] == [
        ("volume", "mail_postfix-config", "/etc/labctl"),
        ("volume", "mail_queue", "/var/spool/postfix"),
    ]
    endpoint = postfix.body["NetworkingConfig"]["EndpointsConfig"]["mail_lab"]
    assert endpoint["IPAMConfig"] == {"IPv4Address": "172.30.0.18"}
    assert "mx.alpha.test" in endpoint["Aliases"]


def test_everything_carries_the_labs_label_and_composes_own(rendered: ProjectPlan) -> None:
    for network in rendered.networks:
        assert network.labels[LAB_LABEL] == "mail"
        assert network.labels["com.docker.compose.project"] == "mail"
        assert network.labels["com.docker.compose.network"] == "lab"
    for container in rendered.containers:
        labels = container.body["Labels"]
        assert labels[LAB_LABEL] == labels["com.docker.compose.project"] == "mail"
        assert labels[SERVICE_LABEL] == labels["com.docker.compose.service"] == container.service
        assert labels[SITE_LABEL] in ("alpha.test", "beta.test")
        assert labels[DIGEST_LABEL] == container.digest
        for mount in container.body["HostConfig"]["Mounts"]:
            volume = mount["VolumeOptions"]["Labels"]
            assert volume[LAB_LABEL] == volume["com.docker.compose.project"] == "mail"
            assert mount["Source"] == f"mail_{volume['com.docker.compose.volume']}"


def test_the_network_and_the_volumes_are_named_as_compose_names_them(rendered: ProjectPlan) -> None:
    (network,) = rendered.networks
    assert (network.name, network.subnet) == ("mail_lab", "172.30.0.16/28")
    assert {"mail_mail", "mail_queue", "mail_mail-beta"} <= set(rendered.volumes)
    mounted = {m["Source"] for c in rendered.containers for m in c.body["HostConfig"]["Mounts"]}
    assert mounted == set(rendered.volumes)


def test_a_limited_mailbox_is_a_tmpfs_for_the_engine_too() -> None:
    plan = read_plan(render(a_lab(limits=Limits(mailbox_megabytes=4))))
    mounts = [m for c in plan.containers for m in c.body["HostConfig"]["Mounts"]]
    driver = {m["Target"]: m["VolumeOptions"].get("DriverConfig") for m in mounts}
    assert driver["/srv/mail"] == {
        "Name": "local",
        "Options": {
            "type": "tmpfs",
            "device": "tmpfs",
            "o": "size=4m,uid=5000,gid=5000,mode=0700",
        },
    }
    assert driver["/var/spool/postfix"] is None


@pytest.mark.parametrize("key", ["privileged", "ipc", "devices", "env_file", "Image", "x"])
def test_a_key_that_would_be_ignored_is_refused_by_name(key: str) -> None:
    with pytest.raises(ValueError, match=rf"service postfix: \['{key}'\] is not applied"):
        read_plan(a_plan({key: "whatever"}))


@pytest.mark.parametrize(
    ("top", "named"),
    [
        ({"secrets": {"key": {"file": "./key"}}}, "the document: ['secrets']"),
        ({"volumes": {"mail": {"external": True}}}, "volume mail: ['external']"),
        ({"networks": {"lab": {"enable_ipv6": True}}}, "network lab: ['enable_ipv6']"),
    ],
)
def test_the_same_holds_outside_the_services(top: Json, named: str) -> None:
    with pytest.raises(ValueError, match=re.escape(named)):
        read_plan(a_plan({"volumes": ["mail:/srv/mail"]}, top=top))


@pytest.mark.parametrize(
    ("entry", "target", "binding"),
    [
        ("127.0.0.1:20025:25", "25/tcp", {"HostIp": "127.0.0.1", "HostPort": "20025"}),
        ("[::1]:20025:25", "25/tcp", {"HostIp": "::1", "HostPort": "20025"}),
        ("20025:25", "25/tcp", {"HostIp": "", "HostPort": "20025"}),
        (
            {"target": 25, "published": 20025, "host_ip": "[::1]"},
            "25/tcp",
            {"HostIp": "::1", "HostPort": "20025"},
        ),
        (
            {"target": 53, "published": "53", "protocol": "udp"},
            "53/udp",
            {"HostIp": "", "HostPort": "53"},
        ),
    ],
)
def test_a_port_short_and_long(entry: object, target: str, binding: Json) -> None:
    body = only(a_plan({"ports": [entry]})).body
    assert body["HostConfig"]["PortBindings"] == {target: [binding]}
    assert body["ExposedPorts"] == {target: {}}


@pytest.mark.parametrize(
    ("text", "octets"),
    [("512", 512), (512, 512), ("1k", 1024), ("64M", 64 << 20), ("2gb", 2 << 30), ("7b", 7)],
)
def test_sizes(text: str | int, octets: int) -> None:
    assert size(text) == octets


@pytest.mark.parametrize("text", ["", "m", "1.5g", "-1", "1t", "1 m"])
def test_a_size_that_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="not a size"):
        size(text)


@pytest.mark.parametrize(
    ("text", "whole"), [("5s", 5), ("1m", 60), ("1500ms", 2), ("10ms", 1), ("0s", 1), (7, 7)]
)
def test_durations_are_whole_seconds_and_at_least_one(text: str | int, whole: int) -> None:
    assert seconds(text) == whole


@pytest.mark.parametrize("text", ["", "s", "1h", "1.5s", "1m30s"])
def test_a_duration_that_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        seconds(text)


@given(st.text(max_size=12))
def test_any_text_is_a_size_or_a_value_error(text: str) -> None:
    for read in (size, seconds):
        try:
            found = read(text)
        except ValueError:
            continue
        assert found >= 0


# -- files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [0o640, "0640"])
def test_a_mode_is_octal_however_yaml_gives_it(mode: object) -> None:
    (file,) = only(with_config(mode)).files
    assert oct(file.mode) == "0o640"


def test_a_mode_as_the_template_writes_it() -> None:
    """YAML 1.1, which Compose and PyYAML read, takes a leading 0 as octal."""
    plan = render(a_lab())
    files = {f.target: f for c in read_plan(plan).containers for f in c.files}
    assert oct(files["/etc/labctl/tls.key"].mode) == "0o600"
    assert oct(files["/etc/labctl/main.cf"].mode) == "0o644"


def test_a_file_goes_where_the_document_says_with_its_owner() -> None:
    (file,) = only(with_config(uid="5000", gid="101")).files
    assert (file.target, file.content) == ("/etc/labctl/main.cf", FILE.content)
    assert (file.uid, file.gid) == (5000, 101)


def test_a_file_without_a_mode_is_readable_as_composes_are() -> None:
    plan = a_plan(
        {"configs": [{"source": "main", "target": "/x"}]},
        files=(FILE,),
        top={"configs": {"main": {"file": "./postfix/main.cf"}}},
    )
    (file,) = only(plan).files
    assert (file.mode, file.uid, file.gid) == (0o444, 0, 0)


# -- the digest ------------------------------------------------------------------------------------


def test_the_same_lab_has_the_same_digest() -> None:
    first, again = read_plan(render(a_lab())), read_plan(render(a_lab()))
    assert [c.digest for c in first.containers] == [c.digest for c in again.containers]


def test_the_order_of_a_mapping_is_no_change() -> None:
    straight = only(a_plan({"hostname": "a", "user": "1"}))
    turned = only(a_plan({"user": "1", "hostname": "a"}))
    assert straight.digest == turned.digest


@pytest.mark.parametrize(
    "changed",
    [
        with_config(content=b"other"),
        with_config(mode=0o600),
        with_config(uid="1"),
        with_config(gid="1"),
        with_config(target="/etc/labctl/other.cf"),
    ],
    ids=["content", "mode", "uid", "gid", "target"],
)
def test_any_change_of_a_file_changes_the_digest(changed: Plan) -> None:
    assert only(changed).digest != only(with_config()).digest


@pytest.mark.parametrize(
    "change",
    [
        {"image": "labctl/postfix:2"},
        {"hostname": "mx.beta.test"},
        {"mem_limit": "65m"},
        {"ports": ["127.0.0.1:25:25"]},
        {"volumes": ["mail:/srv/mail"]},
        {"tmpfs": ["/run"]},
        {"networks": {"lab": {"ipv4_address": "10.9.0.3"}}},
        {"logging": {"driver": "none"}},
        {"labels": {"org.labctl.site": "beta.test"}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_any_change_of_the_container_changes_the_digest(change: Json) -> None:
    assert only(a_plan(change)).digest != only(a_plan()).digest


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_contents_differ_exactly_when_digests_do(one: bytes, other: bytes) -> None:
    same = only(with_config(content=one)).digest == only(with_config(content=other)).digest
    assert same == (one == other)


def test_two_files_do_not_run_into_each_other() -> None:
    """``ab`` + ``c`` is not ``a`` + ``bc``."""

    def two(first: bytes, second: bytes) -> str:
        names = ("postfix/a", "postfix/b")
        files = tuple(PlanFile(n, c) for n, c in zip(names, (first, second), strict=True))
        return only(
            a_plan(
                {"configs": [{"source": n[-1], "target": f"/{n}"} for n in names]},
                files=files,
                top={"configs": {n[-1]: {"file": f"./{n}"} for n in names}},
            )
        ).digest

    assert two(b"ab", b"c") != two(b"a", b"bc")
