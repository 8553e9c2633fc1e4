"""The rendered directory and plain Docker Compose: the same lab without labctl, and back again."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from labctl import shipped
from labctl.definition import load
from labctl.engine import apt
from labctl.engine.dockerengine import DockerEngine
from labctl.mail.problem import MailProblem
from labctl.render import plan
from labctl.verbs.config import write
from labctl.verbs.labs import spec_of
from labctl.verbs.up import Wish
from tests.engine.running import RunningLab, labctl, labctl_json, wait_until

NOBODY = 65534


@dataclass(frozen=True)
class Compose:
    """The real Compose 2."""

    binary: Path
    docker_host: str

    def __call__(self, *arguments: str, within: Path | None = None) -> str:
        done = subprocess.run(
            [self.binary, *arguments],
            capture_output=True,
            text=True,
            timeout=120,
            cwd=within or "/",
            env={"PATH": os.environ["PATH"], "HOME": "/nowhere", "DOCKER_HOST": self.docker_host},
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def _run(*command: str, within: Path) -> None:
    """Get it or fail with the tool's own words: a missing Compose never skips these tests."""
    if shutil.which(command[0]) is None:
        pytest.fail(f"{command[0]} is needed to fetch Debian's docker-compose, and is not here")
    done = subprocess.run(command, capture_output=True, text=True, cwd=within, check=False)
    if done.returncode:
        pytest.fail(f"{' '.join(command[-2:])} failed:\n{done.stdout}{done.stderr}")


@pytest.fixture(scope="session")
def compose(tmp_path_factory: pytest.TempPathFactory, engine: DockerEngine) -> Compose:
    """Debian trixie's docker-compose, for this session; the machine's apt stays as it is."""
    folder = tmp_path_factory.mktemp("compose")
    machine = apt.this_machine()
    (folder / "sources.list").write_text(machine.sources("trixie"))
    (folder / "apt.conf").write_text("\n".join(machine.options))
    settings = {
        "Dir::Etc::SourceList": folder / "sources.list",
        "Dir::Etc::SourceParts": "-",
        "Dir::State::Lists": folder / "lists",
        "Dir::Cache": folder / "cache",
        "APT::Sandbox::User": "",
    }
    options = [word for key, value in settings.items() for word in ("-o", f"{key}={value}")]
    for part in ("lists", "cache/archives"):
        (folder / part / "partial").mkdir(parents=True)
    _run("apt-get", *options, "update", within=folder)
    _run("apt-get", *options, "download", "docker-compose", within=folder)
    (package,) = folder.glob("docker-compose_*.deb")
    _run("dpkg-deb", "-x", str(package), "unpacked", within=folder)
    (binary,) = folder.glob("unpacked/usr/libexec/docker/cli-plugins/docker-compose")
    return Compose(binary, engine.address.url)


def _greets(lab: RunningLab) -> bool:
    try:
        for via in ("smtp", "submissions"):
            with lab.smtp(via) as smtp:
                assert smtp.connect().code == 220
        with lab.imap(lab.spec.accounts[0]), lab.pop3(lab.spec.accounts[0]):
            return True
    except MailProblem:
        return False


def _started(engine: DockerEngine, name: str) -> RunningLab:
    lab = RunningLab(engine, spec_of(engine, name))
    wait_until("the lab that Compose started greets", lambda: _greets(lab))
    return lab


def _mail_goes_from_alice_to_bob(lab: RunningLab) -> None:
    alice, bob, _ = lab.spec.accounts
    before, since = lab.inbox_count(bob), lab.engine.now()
    with lab.smtp("submissions") as smtp:
        smtp.connect()
        smtp.ehlo()
        assert smtp.auth(alice).ok
        smtp.mail(alice.address)
        smtp.rcpt(bob.address)
        sent = smtp.data(b"Subject: by compose\n\ntext\n")
        assert sent.ok
    wait_until("the message arrives", lambda: lab.inbox_count(bob) == before + 1)
    lab.settled(since, sent.queue_id)
    with lab.pop3(bob) as pop3:
        assert b"Subject: by compose" in pop3.retr(before + 1).data


def test_compose_up_in_the_rendered_directory_starts_the_lab(
    compose: Compose, engine: DockerEngine, lab_name: str, base: int, tmp_path: Path
) -> None:
    folder = tmp_path / "rendered"
    done = labctl("config", "render", str(folder), "--lab", lab_name, f"--ports={base}")
    assert done.returncode == 0, done.stderr
    compose("up", "--detach", within=folder)
    _mail_goes_from_alice_to_bob(_started(engine, lab_name))

    status = labctl_json("status", "--lab", lab_name)
    assert (status["state"], len(status["accounts"])) == ("ready", 3)
    assert labctl_json("maildir", "bob", "--lab", lab_name)["folders"]
    assert labctl("config", "diff", "--lab", lab_name).returncode == 0
    labctl_json("down", "--lab", lab_name)
    assert engine.resources(lab_name) == []


def test_labctl_up_takes_over_what_compose_started_and_keeps_its_mail(
    compose: Compose, engine: DockerEngine, lab_name: str, base: int, tmp_path: Path
) -> None:
    folder = tmp_path / "rendered"
    labctl("config", "render", str(folder), "--lab", lab_name, f"--ports={base}")
    compose("up", "--detach", within=folder)
    before = _started(engine, lab_name)
    _mail_goes_from_alice_to_bob(before)
    shutil.rmtree(folder)  # the running containers still hold what was in it

    assert labctl_json("status", "--lab", lab_name)["accounts"]
    assert labctl_json("up", "--lab", lab_name)["state"] == "ready"
    after = RunningLab(engine, spec_of(engine, lab_name))
    assert after.spec == before.spec
    assert after.inbox_count(after.spec.accounts[1]) == 1
    _mail_goes_from_alice_to_bob(after)


def test_compose_starts_the_lab_of_two_sites_and_mail_goes_between_them(
    compose: Compose, engine: DockerEngine, lab_name: str, base: int, tmp_path: Path
) -> None:
    folder = tmp_path / "rendered"
    rendered = labctl("config", "render", str(folder), "duo", "--lab", lab_name, f"--ports={base}")
    assert rendered.returncode == 0, rendered.stderr
    compose("up", "--detach", within=folder)
    lab = _started(engine, lab_name)
    dora = next(a for a in lab.spec.accounts if a.local_part == "dora")
    labctl_json("send", "--from", "alice", "--to", dora.address, "--lab", lab_name)
    wait_until("the message arrives at beta", lambda: lab.inbox_count(dora) == 1, within=40)
    (letter,) = (
        file.content.decode()
        for file in engine.read_tree(lab_name, "dovecot-beta", "/srv/mail/beta.test/dora/Maildir")
        if file.path.startswith("new/")
    )
    assert "dkim=pass" in letter  # the signer may read its key
    assert labctl_json("status", "--lab", lab_name)["state"] == "ready"
    assert labctl("config", "diff", "--lab", lab_name).returncode == 0


def test_compose_lists_and_shows_a_lab_that_labctl_started(
    compose: Compose, own_lab: RunningLab
) -> None:
    own_lab.deliver(own_lab.spec.accounts[0])
    projects = {p["Name"]: p["Status"] for p in json.loads(compose("ls", "--format", "json"))}
    assert projects[own_lab.name] == "running(2)"
    shown = compose("-p", own_lab.name, "ps", "--format", "json").splitlines()
    assert {json.loads(line)["Service"] for line in shown} == {"postfix", "dovecot"}
    assert "status=sent" in compose("-p", own_lab.name, "logs", "--no-color", "postfix")


def test_compose_stops_and_removes_a_lab_that_labctl_started(
    compose: Compose, own_lab: RunningLab
) -> None:
    compose("-p", own_lab.name, "stop")
    assert labctl_json("status", "--lab", own_lab.name)["state"] == "stopped"
    compose("-p", own_lab.name, "down", "--volumes")
    assert own_lab.engine.find(own_lab.name) is None


def test_compose_finds_nothing_to_object_to(compose: Compose, tmp_path: Path) -> None:
    labctl("config", "render", str(tmp_path / "x"), "--lab", "checked", "--ports", "28000")
    assert compose("config", "--quiet", within=tmp_path / "x") == ""


@contextmanager
def _unprivileged(groups: Sequence[int]) -> Iterator[None]:
    """Be nobody for a while; who is not root already is somebody without privileges."""
    if os.geteuid() != 0:
        yield
        return
    kept = os.getgroups()
    os.setgroups(list(groups))
    os.setresgid(NOBODY, NOBODY, 0)
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)
        os.setresgid(0, 0, 0)
        os.setgroups(kept)


def _for_everybody(home: Path, patch: pytest.MonkeyPatch) -> None:
    """labctl's own files where nobody can read them, too: root's clone may lie in /root."""
    for kind in ("templates", "compose"):
        shutil.copytree(shipped.shipped(kind), home / kind)
    shutil.copytree(load.BUILT_IN, home / "builtin")
    patch.setattr(shipped, "_PACKAGE", home / "labctl")
    patch.setattr(load, "BUILT_IN", home / "builtin")
    patch.setattr(plan, "_templates", plan._templates.__wrapped__)  # not those read already


def test_what_somebody_without_privileges_rendered_starts_as_well(
    compose: Compose,
    engine: DockerEngine,
    lab_name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Dovecot is let into the renderer's group: its key and its users are not for everybody."""
    write(engine, lab_name, Wish(ports="free"), tmp_path / "first")  # all modules are loaded now
    with tempfile.TemporaryDirectory() as home:
        _for_everybody(Path(home), monkeypatch)
        group = NOBODY if os.geteuid() == 0 else os.getgid()
        if os.geteuid() == 0:
            os.chown(home, NOBODY, NOBODY)
        socket = engine.address.url.removeprefix("unix://")
        with _unprivileged([Path(socket).stat().st_gid] if Path(socket).exists() else []):
            write(engine, lab_name, Wish(ports="free"), Path(home) / "x")
        folder = Path(home) / "x"
        modes = {p.name: p.stat() for p in (folder / "dovecot").iterdir()}
        assert {
            name: oct(s.st_mode & 0o777) for name, s in modes.items() if s.st_mode & 0o7 == 0
        } == {
            "tls.key": "0o640",
            "users": "0o640",
        }
        document = yaml.safe_load((folder / "compose.yaml").read_text())
        assert document["services"]["dovecot"]["group_add"] == [str(group)]
        compose("up", "--detach", within=folder)
        _mail_goes_from_alice_to_bob(_started(engine, lab_name))
        labctl_json("down", "--lab", lab_name)
